using Sluice.Engine.Instances;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Prospects.Changes;

/// <summary>Applies a change of a prospect to its instances, in the same transaction, after the prospect's row was changed.</summary>
internal sealed class ProspectReaction(EndInstances end, ApplyTrigger applyTrigger, TimeProvider clock)
{
    /// <summary>Deletes prospects that were deleted in the CRM, and ends their open instances.</summary>
    public async Task DeleteAsync(IDbSession tx, long companyId, IReadOnlyList<string> crmIds, DateTimeOffset now, CancellationToken ct)
    {
        if (crmIds.Count == 0)
        {
            return;
        }

        await new ProspectStore(tx).DeleteAsync(companyId, crmIds, now, ct);
        var runs = new RunStore(tx);
        var open = await runs.LockAsync(companyId, await runs.FindOpenByProspectAsync(companyId, crmIds, ct), ct);
        await end.RunAsync(tx, open, FinishReason.ProspectDeleted, now, ct);
    }

    /// <summary>Ends all open instances of a prospect who has opted out [doc].</summary>
    /// <returns>The ended instances, as they were before.</returns>
    public async Task<List<Run>> EndAllAsync(IDbSession tx, long prospectId, string why, Actor by, CancellationToken ct)
    {
        var open = await LockOpenAsync(tx, by.CompanyId, prospectId, ct);
        await end.RunAsync(tx, open, FinishReason.OptedOut, by, why, clock.GetUtcNow(), ct);
        return open;
    }

    /// <summary>
    /// Handles a new e-mail address: resumes the instances that a bounce had paused, at the same step [doc], and completes the tasks to find an
    /// address.
    /// </summary>
    /// <returns>The resumed instances, as they were before.</returns>
    public async Task<List<Run>> ResumeBouncedAsync(IDbSession tx, long prospectId, Actor by, CancellationToken ct)
    {
        var gone = new List<Run>();
        foreach (var run in await LockOpenAsync(tx, by.CompanyId, prospectId, ct))
        {
            await new ToDoStore(tx).CompleteByInstanceAsync(by.CompanyId, [run.Id], TaskKind.Bounced, clock.GetUtcNow(), ct);
            if (run.PauseReason == PauseReason.Bounced
                && await applyTrigger.RunAsync(tx, by.CompanyId, run.Id, new Trigger(TriggerKind.Resumed) { Detail = "The e-mail address has changed" }, by, ct) is not null)
            {
                gone.Add(run);
            }
        }

        return gone;
    }

    /// <summary>Locks the open instances before anything that belongs to them is written; all other code does the same.</summary>
    private static async Task<List<Run>> LockOpenAsync(IDbSession tx, long companyId, long prospectId, CancellationToken ct)
    {
        var runs = new RunStore(tx);
        var locked = await runs.LockAsync(companyId, [.. (await runs.FindOpenByProspectAsync(companyId, prospectId, ct)).Select(run => run.Id)], ct);
        return locked.FindAll(run => run.IsOpen);
    }
}
