using Sluice.Engine.Instances;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Prospects.Changes;

/// <summary>What becomes of a prospect's instances when something is known of the prospect: in the same transaction, after the prospect's row was changed.</summary>
internal sealed class ProspectReaction(ApplyChanges apply, React react, TimeProvider clock)
{
    /// <summary>Prospects were deleted in the CRM: what they are in ends.</summary>
    public async Task RunAsync(IDbSession tx, long companyId, IReadOnlyList<string> crmIds, DateTimeOffset now, CancellationToken ct)
    {
        var runs = new RunStore(tx);
        var open = await runs.LockAsync(companyId, await runs.FindOpenOfAsync(companyId, crmIds, ct), ct);
        await apply.EndAsync(tx, open, FinishReason.ProspectDeleted, now, ct);
    }

    /// <summary>A person wants no more: all that they are in ends [doc].</summary>
    /// <returns>Those that were open, as they were.</returns>
    public async Task<List<Run>> EndAllAsync(IDbSession tx, long prospectId, string why, Actor by, CancellationToken ct)
    {
        var open = await LockOpenAsync(tx, by.CompanyId, prospectId, ct);
        await apply.EndAsync(tx, open, FinishReason.OptedOut, by, why, clock.GetUtcNow(), ct);
        return open;
    }

    /// <summary>There is another address: what waits for one goes on with the same step [doc], and nobody has to look for one any more.</summary>
    /// <returns>Those that go on, as they were.</returns>
    public async Task<List<Run>> GoOnAsync(IDbSession tx, long prospectId, Actor by, CancellationToken ct)
    {
        var gone = new List<Run>();
        foreach (var run in await LockOpenAsync(tx, by.CompanyId, prospectId, ct))
        {
            await new ToDoStore(tx).CompleteOfAsync(by.CompanyId, [run.Id], ToDo.Bounced, clock.GetUtcNow(), ct);
            if (run.PauseReason == PauseReason.Bounced
                && await react.RunAsync(tx, by.CompanyId, run.Id, new Trigger(TriggerKind.Resumed) { Detail = "There is another e-mail address" }, by, ct) is not null)
            {
                gone.Add(run);
            }
        }

        return gone;
    }

    /// <summary>Before anything of theirs is written, as everybody does.</summary>
    private static async Task<List<Run>> LockOpenAsync(IDbSession tx, long companyId, long prospectId, CancellationToken ct)
    {
        var runs = new RunStore(tx);
        var locked = await runs.LockAsync(companyId, [.. (await runs.FindOpenOfAsync(companyId, prospectId, ct)).Select(run => run.Id)], ct);
        return locked.FindAll(run => run.IsOpen);
    }
}
