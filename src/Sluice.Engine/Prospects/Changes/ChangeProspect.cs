using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects.Changes;

/// <summary>Changes what people may set on a prospect, and ends or continues its instances accordingly.</summary>
internal sealed class ChangeProspect(ApplyToPerson person, LetInAgain letIn, ProspectReaction reaction)
{
    /// <param name="tx">The transaction; it locks the prospect before its instances, as all code does.</param>
    /// <param name="crmId">The prospect's id in the CRM.</param>
    /// <param name="patch">The changes.</param>
    /// <param name="by">The actor that the history names.</param>
    /// <returns>Null if there is no such prospect.</returns>
    public async Task<ChangedProspect?> RunAsync(IDbSession tx, string crmId, ProspectPatch patch, Actor by, CancellationToken ct)
    {
        var store = new ProspectStore(tx);
        if (await store.FindIdAsync(by.CompanyId, crmId, ct) is not { } own)
        {
            return null;
        }

        var trigger = new Trigger(TriggerKind.Unsubscribed) { Stop = SuppressionKind.DoNotContact };
        await ApplyToPerson.LockAsync(tx, new PersonNews(trigger, [own], patch.Email is null ? [] : [patch.Email]), by, ct);
        if (await store.LockAsync(by.CompanyId, crmId, ct) is not { } before)
        {
            return null;
        }

        var id = before.Prospect.Id;
        await store.UpdateAsync(patch.Apply(before), ct);
        var changed = await StopAsync(tx, id, patch, by, ct);
        await letIn.RunAsync(tx, id, patch.OptedOut == false, patch.DoNotContact == false, by, ct);
        if (!ProspectPatch.IsSame(before.Prospect.Email, patch.Email ?? before.Prospect.Email))
        {
            changed.AddRange(await reaction.AddressChangedAsync(tx, [id], by, ct));
        }

        var after = (await store.FindAsync(by.CompanyId, [id], ct)).Single();
        return new ChangedProspect(after, changed.FindAll(run => run.ProspectId == id));
    }

    /// <returns>The instances that the opt-out ended, as they were before.</returns>
    private async Task<List<Run>> StopAsync(IDbSession tx, long id, ProspectPatch patch, Actor by, CancellationToken ct)
    {
        var ended = new List<Run>();
        foreach (var (isAsked, stop, why) in new[] { (patch.DoNotContact, SuppressionKind.DoNotContact, "Not to be contacted"), (patch.OptedOut, SuppressionKind.OptedOut, "Opted out") })
        {
            if (isAsked == true)
            {
                var (changes, _) = await person.RunAsync(tx, new PersonNews(new Trigger(TriggerKind.Unsubscribed) { Stop = stop, Detail = why }, [id], []), by, ct);
                ended.AddRange(changes.Select(change => change.Before));
            }
        }

        return ended;
    }
}

/// <param name="ChangedInstances">The instances of the prospect that the change ended or continued, in their state before it.</param>
internal sealed record ChangedProspect(ProspectState Known, List<Run> ChangedInstances);

/// <summary>The changes to a prospect; a null field stays as it is.</summary>
internal sealed record ProspectPatch(string? Email, bool? OptedOut, bool? DoNotContact)
{
    public static ProspectPatch Read(RequestReader fields)
    {
        var patch = new ProspectPatch(fields.OptionalEmail("email"), fields.OptionalFlag("optedOut"), fields.OptionalFlag("doNotContact"));
        if (patch == new ProspectPatch(null, null, null))
        {
            fields.Fault("There is nothing to change: give email, optedOut or doNotContact");
        }

        return patch;
    }

    /// <summary>Applies the changes to what the record says itself. A lifted opt-out lifts those from single flows too: the prospect wants mail again.</summary>
    public ProspectState Apply(ProspectState known) => known with
    {
        Prospect = known.Prospect with { Email = Email ?? known.Prospect.Email },
        Own = new RecordFlags(OptedOut ?? known.Own.OptedOut, DoNotContact ?? known.Own.DoNotContact, OptedOut == false ? [] : known.Own.OptedOutFlowIds),
    };

    public static bool IsSame(string? one, string? other) => (one is null ? null : EmailAddress.Key(one)) == (other is null ? null : EmailAddress.Key(other));
}
