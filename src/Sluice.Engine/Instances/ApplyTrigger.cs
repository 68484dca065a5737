using Sluice.Engine.Companies;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>
/// Applies an event from outside to an instance: a reply, a bounce, a pause by a person. All such events go through here, in the caller's
/// transaction.
/// </summary>
internal sealed class ApplyTrigger(ApplyChanges apply, TimeProvider clock)
{
    /// <summary>
    /// Applies a trigger. If both the prospect and instances change, locks the prospect first, as an assign does, so that the two cannot deadlock.
    /// </summary>
    /// <returns>Null: the instance does not exist, or the trigger has no effect in its current state; then the instance has not changed.</returns>
    public async Task<AppliedTrigger?> RunAsync(IDbSession tx, long companyId, long flowInstanceId, Trigger trigger, Actor by, CancellationToken ct)
    {
        if (await new RunStore(tx).FindAsync(companyId, flowInstanceId, ct) is not { } seen)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var of = await TouchPersonAsync(tx, seen, trigger, ct);
        var resumed = trigger.Kind == TriggerKind.Resumed ? trigger with { Until = now.AddDays((await new CompanyStore(tx).GetAsync(companyId, ct)).Engine.ToDoExpiryDays) } : trigger;
        var changes = new List<InstanceChange>();
        foreach (var run in await new RunStore(tx).LockAsync(companyId, of, ct))
        {
            if (TransitionRule.Decide(run, resumed, now) is { } transition)
            {
                changes.Add(new InstanceChange(run, transition, by) { Detail = DetailOf(trigger) });
            }
        }

        var events = await apply.RunAsync(tx, changes, now, ct);
        return changes.Find(change => change.Before.Id == flowInstanceId) is { } own ? new AppliedTrigger(own.Before, own.Transition.After, events) : null;
    }

    /// <returns>The instances concerned: after an opt-out, all open instances of the prospect, or all in the flow that it names.</returns>
    private static async Task<IReadOnlyList<long>> TouchPersonAsync(IDbSession tx, Run seen, Trigger trigger, CancellationToken ct)
    {
        switch (trigger.Kind)
        {
            case TriggerKind.Unsubscribed:
                await new ProspectStore(tx).OptOutAsync(seen.CompanyId, seen.ProspectId, ct);
                return [.. (await new RunStore(tx).FindOpenByProspectAsync(seen.CompanyId, seen.ProspectId, ct)).Select(run => run.Id)];
            case TriggerKind.UnsubscribedFromFlow:
                await OptOutOfFlowAsync(new ProspectStore(tx), seen, ct);
                return [.. (await new RunStore(tx).FindOpenByProspectAsync(seen.CompanyId, seen.ProspectId, ct)).Where(run => run.FlowId == seen.FlowId).Select(run => run.Id)];
            case TriggerKind.Bounced:
                await new ProspectStore(tx).InvalidateEmailsAsync(seen.CompanyId, [seen.ProspectId], ct);
                return [seen.Id];
            default:
                return [seen.Id];
        }
    }

    private static async Task OptOutOfFlowAsync(ProspectStore prospects, Run seen, CancellationToken ct)
    {
        if (await prospects.LockAsync(seen.CompanyId, seen.ProspectId, ct) is { } known)
        {
            await prospects.UpdateAsync(known.OptOutOf(seen.FlowId), ct);
        }
    }

    private static EventDetail? DetailOf(Trigger trigger) =>
        trigger is { Detail: null, Until: null } ? null : new EventDetail(Reason: trigger.Detail, Until: trigger.Until);
}

/// <param name="Events">The events of all instances that have changed.</param>
internal sealed record AppliedTrigger(Run Before, Run After, List<InstanceEvent> Events);
