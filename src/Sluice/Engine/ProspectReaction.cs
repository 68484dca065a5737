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
        await apply.EndAsync(tx, open, FinishReason.ProspectDeleted, now, ct);
    }
}
