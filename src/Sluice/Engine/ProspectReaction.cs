using Sluice.FlowInstances;
using Sluice.Storage;

namespace Sluice.Engine;

/// <summary>Prospects were deleted in the CRM: what they are in ends, in the same transaction.</summary>
internal sealed class ProspectReaction(ApplyChanges apply)
{
    public async Task RunAsync(IDbSession tx, long companyId, IReadOnlyList<string> crmIds, DateTimeOffset now, CancellationToken ct)
    {
        var runs = new RunStore(tx);
        var open = await runs.LockAsync(companyId, await runs.FindOpenOfAsync(companyId, crmIds, ct), ct);
        var by = new Actor(companyId, null, null, null);
        var changes = open
            .Select(run => (run, TransitionRule.Decide(run, new Trigger(TriggerKind.Ended) { Reason = FinishReason.ProspectDeleted }, now)))
            .Where(pair => pair.Item2 is not null)
            .Select(pair => new Change(pair.run, pair.Item2!, by));
        await apply.RunAsync(tx, [.. changes], now, ct);
    }
}
