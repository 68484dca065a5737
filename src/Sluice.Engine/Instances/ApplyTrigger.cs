using Sluice.Engine.Companies;
using Sluice.Engine.Mail;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>
/// Applies an event from outside to an instance: a reply, a bounce, a pause by a person. All such events go through here, in the caller's
/// transaction. What is true of the person and not only of the instance goes on to <see cref="ApplyToPerson"/>.
/// </summary>
internal sealed class ApplyTrigger(ApplyChanges apply, ApplyToPerson person, TimeProvider clock)
{
    /// <returns>Null: the instance does not exist, or the trigger has no effect in its current state; then the instance has not changed.</returns>
    public async Task<AppliedTrigger?> RunAsync(IDbSession tx, long companyId, long flowInstanceId, Trigger trigger, Actor by, CancellationToken ct)
    {
        if (await new RunStore(tx).FindAsync(companyId, flowInstanceId, ct) is not { } seen)
        {
            return null;
        }

        var (changes, events) = trigger.Kind is TriggerKind.Unsubscribed or TriggerKind.UnsubscribedFromFlow or TriggerKind.Bounced or TriggerKind.OutOfOffice
            ? await person.RunAsync(tx, await ToNewsAsync(tx, seen, trigger, ct), by, ct)
            : await ApplyAsync(tx, seen, trigger, by, ct);
        return changes.Find(change => change.Before.Id == flowInstanceId) is { } own ? new AppliedTrigger(own.Before, own.Transition.After, events) : null;
    }

    /// <summary>Applies an opt-out whose instance was deleted for its age: all that is left of it is whom it stops, and which flow.</summary>
    public async Task<List<InstanceEvent>> StopAsync(IDbSession tx, long prospectId, Trigger trigger, Actor by, CancellationToken ct) =>
        (await person.RunAsync(tx, new PersonNews(trigger, [prospectId], []), by, ct)).Events;

    private async Task<(List<InstanceChange> Changes, List<InstanceEvent> Events)> ApplyAsync(IDbSession tx, Run seen, Trigger trigger, Actor by, CancellationToken ct)
    {
        var (now, companyId) = (clock.GetUtcNow(), seen.CompanyId);
        var resumed = trigger.Kind == TriggerKind.Resumed ? trigger with { Until = now.AddDays((await new CompanyStore(tx).GetAsync(companyId, ct)).Engine.ToDoExpiryDays) } : trigger;
        var changes = new List<InstanceChange>();
        if (await new RunStore(tx).LockAsync(companyId, seen.Id, ct) is { } run && TransitionRule.Decide(run, resumed, now) is { } transition)
        {
            changes.Add(new InstanceChange(run, transition, by) { Detail = trigger.ToDetail() });
        }

        return (changes, await apply.RunAsync(tx, changes, now, ct));
    }

    /// <summary>What is said of an instance is said of its record, and of the address to which its last mail went: by now, the record may have another one.</summary>
    private static async Task<PersonNews> ToNewsAsync(IDbSession tx, Run seen, Trigger trigger, CancellationToken ct)
    {
        var address = trigger.Address ?? await LastRecipientAsync(tx, seen, ct);
        return new PersonNews(trigger with { FlowId = seen.FlowId }, [seen.ProspectId], address is null ? [] : [address])
        {
            Own = new Dictionary<long, Trigger> { [seen.Id] = trigger with { FlowId = seen.FlowId } },
        };
    }

    private static async Task<string?> LastRecipientAsync(IDbSession tx, Run seen, CancellationToken ct) =>
        (await new MessageStore(tx).ListLastSentAsync(seen.CompanyId, [seen.Id], ct)).SingleOrDefault()?.Recipient;
}

/// <param name="Events">The events of all instances that have changed.</param>
internal sealed record AppliedTrigger(Run Before, Run After, List<InstanceEvent> Events);
