using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Prospects.Changes;

/// <summary>Applies a change of a prospect to its instances, in the same transaction, after the prospect's row was changed.</summary>
internal sealed class ProspectReaction(EndInstances end, ApplyTrigger applyTrigger, ApplyToPerson person, IdMaker ids, TimeProvider clock)
{
    /// <summary>
    /// Stores prospects as the CRM describes them. A record with a new address continues what a bounce had paused, or ends because the address is on
    /// the stop list. A lead and the contact that it became are one person: if one of them has opted out, so has the other.
    /// </summary>
    public async Task PutAsync(IDbSession tx, long companyId, IReadOnlyList<Prospect> prospects, CancellationToken ct)
    {
        var before = (await new PersonStore(tx).LockAsync(companyId, prospects.Select(one => one.CrmId).ToList(), ct)).ToDictionary(one => one.CrmId, StringComparer.Ordinal);
        await new ProspectStore(tx).PutAsync(prospects, ct);
        List<long> changed = [.. prospects.Where(one => before.TryGetValue(one.CrmId, out var was) && HasOtherAddress(was, one)).Select(one => before[one.CrmId].Id)];
        await AddressChangedAsync(tx, changed, Actor.Engine(companyId), ct);
        await JoinAsync(tx, companyId, prospects, ct);
    }

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

    /// <summary>
    /// Handles new addresses of records: ends the instances of one whose address is on the stop list; otherwise resumes the instances that a bounce had
    /// paused, at the same step [doc], and completes the tasks to find an address.
    /// </summary>
    /// <returns>The ended and resumed instances, as they were before.</returns>
    public async Task<List<Run>> AddressChangedAsync(IDbSession tx, IReadOnlyList<long> prospectIds, Actor by, CancellationToken ct)
    {
        var (gone, inFlows) = (new List<Run>(), prospectIds.Count == 0 ? [] : await new RunStore(tx).CountOpenAsync(by.CompanyId, prospectIds, ct));
        foreach (var known in inFlows.Count == 0 ? [] : await new ProspectStore(tx).FindAsync(by.CompanyId, [.. inFlows.Keys], ct))
        {
            if (known.IsSuppressed)
            {
                gone.AddRange(await EndAllAsync(tx, known.Prospect.Id, "Its address is on the stop list", by, ct));
            }
            else if (known.EmailValid)
            {
                gone.AddRange(await ResumeBouncedAsync(tx, known.Prospect.Id, by, ct));
            }
        }

        return gone;
    }

    private async Task<List<Run>> EndAllAsync(IDbSession tx, long prospectId, string why, Actor by, CancellationToken ct)
    {
        var open = await LockOpenAsync(tx, by.CompanyId, prospectId, ct);
        await end.RunAsync(tx, open, FinishReason.OptedOut, by, why, clock.GetUtcNow(), ct);
        return open;
    }

    private async Task<List<Run>> ResumeBouncedAsync(IDbSession tx, long prospectId, Actor by, CancellationToken ct)
    {
        var gone = new List<Run>();
        foreach (var run in await LockOpenAsync(tx, by.CompanyId, prospectId, ct))
        {
            var now = clock.GetUtcNow();
            var found = await new ToDoStore(tx).CompleteByInstanceAsync(by.CompanyId, [run.Id], TaskKind.Bounced, now, ct);
            await new FeedStore(tx).AddAsync([.. TaskFeed.Of(found, ids, by.ToEventActor(), now)], ct);
            if (run.PauseReason == PauseReason.Bounced
                && await applyTrigger.RunAsync(tx, by.CompanyId, run.Id, new Trigger(TriggerKind.Resumed) { Detail = "The e-mail address has changed" }, by, ct) is not null)
            {
                gone.Add(run);
            }
        }

        return gone;
    }

    /// <summary>Lets opt-outs count for both records of each lead that became a contact.</summary>
    private async Task JoinAsync(IDbSession tx, long companyId, IReadOnlyList<Prospect> prospects, CancellationToken ct)
    {
        List<string> contacts = [.. prospects.Select(one => one.ConvertedTo).OfType<string>()], crmIds = [.. prospects.Select(one => one.CrmId)];
        var tied = await new PersonStore(tx).ListTiedAsync(companyId, crmIds, contacts, ct);
        var known = tied.Count == 0 ? [] : (await new ProspectStore(tx).FindAsync(companyId, [.. tied.SelectMany(pair => new[] { pair.Lead, pair.Contact }).Distinct()], ct)).ToDictionary(one => one.Prospect.Id);
        foreach (var (lead, contact) in tied.Where(pair => known[pair.Lead].IsSuppressed != known[pair.Contact].IsSuppressed))
        {
            var stop = known[lead].Prospect.OptedOut || known[contact].Prospect.OptedOut ? SuppressionKind.OptedOut : SuppressionKind.DoNotContact;
            var trigger = new Trigger(TriggerKind.Unsubscribed) { Stop = stop, Detail = "The CRM says that a lead who opted out became this contact" };
            await person.RunAsync(tx, new PersonNews(trigger, [lead, contact], []), Actor.Engine(companyId), ct);
        }
    }

    private static bool HasOtherAddress(PersonRecord before, Prospect after) =>
        before.EmailKey != (string.IsNullOrEmpty(after.Email) ? null : EmailAddress.Key(after.Email))
        || AddressKey.PhoneKey(before.PhoneNumber) != AddressKey.PhoneKey(after.PhoneNumber);

    /// <summary>Locks the open instances before anything that belongs to them is written; all other code does the same.</summary>
    private static async Task<List<Run>> LockOpenAsync(IDbSession tx, long companyId, long prospectId, CancellationToken ct)
    {
        var runs = new RunStore(tx);
        var locked = await runs.LockAsync(companyId, [.. (await runs.FindOpenByProspectAsync(companyId, prospectId, ct)).Select(run => run.Id)], ct);
        return locked.FindAll(run => run.IsOpen);
    }
}
