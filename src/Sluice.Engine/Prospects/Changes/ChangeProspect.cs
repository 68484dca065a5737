using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects.Changes;

/// <summary>Changes what people may set on a prospect, and ends or continues its instances accordingly.</summary>
internal sealed class ChangeProspect(ProspectReaction reaction)
{
    /// <param name="tx">The transaction; it locks the prospect before its instances, as all code does.</param>
    /// <param name="crmId">The prospect's id in the CRM.</param>
    /// <param name="patch">The changes.</param>
    /// <param name="by">The actor that the history names.</param>
    /// <returns>Null if there is no such prospect.</returns>
    public async Task<ChangedProspect?> RunAsync(IDbSession tx, string crmId, ProspectPatch patch, Actor by, CancellationToken ct)
    {
        var store = new ProspectStore(tx);
        if (await store.LockAsync(by.CompanyId, crmId, ct) is not { } before)
        {
            return null;
        }

        var after = patch.Apply(before);
        await store.UpdateAsync(after, ct);
        return new ChangedProspect(after, after switch
        {
            { IsSuppressed: true } => await reaction.EndAllAsync(tx, after.Prospect.Id, after.Prospect.DoNotContact ? "Not to be contacted" : "Opted out", by, ct),
            _ when !ProspectPatch.IsSame(before.Prospect.Email, after.Prospect.Email) => await reaction.ResumeBouncedAsync(tx, after.Prospect.Id, by, ct),
            _ => [],
        });
    }
}

/// <param name="ChangedInstances">The instances that the change ended or continued, in their state before it.</param>
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

    /// <summary>
    /// Applies the changes. Repeating the present address does not make it valid: an address that has bounced stays invalid. A lifted opt-out lifts
    /// those from single flows too: the prospect wants mail again.
    /// </summary>
    public ProspectState Apply(ProspectState known) => new(
        known.Prospect with
        {
            Email = Email ?? known.Prospect.Email,
            OptedOut = OptedOut ?? known.Prospect.OptedOut,
            DoNotContact = DoNotContact ?? known.Prospect.DoNotContact,
        },
        known.EmailValid || (Email is not null && !IsSame(Email, known.Prospect.Email)),
        known.IsDeleted)
    {
        OptedOutFlowIds = OptedOut == false ? [] : known.OptedOutFlowIds,
    };

    public static bool IsSame(string? one, string? other) => (one is null ? null : EmailAddress.Key(one)) == (other is null ? null : EmailAddress.Key(other));
}
