using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>
/// Applies news of a person in the caller's transaction: puts the addresses on the stop list, and changes all open instances of all records of the
/// person. Every opt-out, every bounce and every absence goes through here, whichever record it came in by.
/// </summary>
internal sealed class ApplyToPerson(ApplyChanges apply, IdMaker ids, TimeProvider clock)
{
    /// <returns>The changes that were asked for, and the events that followed.</returns>
    public async Task<(List<InstanceChange> Changes, List<InstanceEvent> Events)> RunAsync(IDbSession tx, PersonNews news, Actor by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var concerned = news.Trigger.Kind switch
        {
            TriggerKind.Bounced => await BounceAsync(tx, news, by, now, ct),
            TriggerKind.OutOfOffice => (await FindPerson.LockAsync(tx, by.CompanyId, news.ProspectIds, news.Keys, ct)).Records,
            TriggerKind.UnsubscribedFromFlow => await OptOutOfFlowAsync(tx, news, by, now, ct),
            _ => await OptOutAsync(tx, news, by, now, ct),
        };
        var runs = new RunStore(tx);
        var open = await runs.FindOpenByProspectAsync(by.CompanyId, [.. concerned.Select(record => record.Id)], ct);
        var locked = await runs.LockAsync(by.CompanyId, [.. open.Concat(news.Own.Keys).Distinct()], ct);
        var changes = await DecideAsync(tx, news, concerned, locked, by, now, ct);
        return (changes, await apply.RunAsync(tx, changes, now, ct));
    }

    /// <summary>Locks all records that an opt-out would concern. Who writes one of them before it calls <see cref="RunAsync"/> locks them all first.</summary>
    public static async Task<Person> LockAsync(IDbSession tx, PersonNews news, Actor by, CancellationToken ct) =>
        await FindPerson.LockAsync(tx, by.CompanyId, news.ProspectIds, [.. news.Keys.Concat(await PhonesAsync(tx, news, by, ct))], ct);

    private static async Task<List<InstanceChange>> DecideAsync(
        IDbSession tx, PersonNews news, List<PersonRecord> concerned, List<Run> runs, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var (people, mailing) = (concerned.Select(record => record.Id).ToHashSet(), news.Trigger.Kind == TriggerKind.Bounced ? await MailingAsync(tx, runs, ct) : []);
        var changes = new List<InstanceChange>();
        foreach (var run in runs)
        {
            if (TriggerFor(run, news, people, mailing) is { } trigger && TransitionRule.Decide(run, trigger, now) is { } transition)
            {
                changes.Add(new InstanceChange(run, transition, by) { Detail = trigger.ToDetail(), IsComplaint = trigger.Stop == SuppressionKind.Complaint && news.Own.ContainsKey(run.Id) });
            }
        }

        return changes;
    }

    /// <returns>What the news means to an instance; null: nothing.</returns>
    private static Trigger? TriggerFor(Run run, PersonNews news, HashSet<long> people, HashSet<long> mailing)
    {
        var trigger = news.For(run.Id);
        return trigger.Kind switch
        {
            TriggerKind.UnsubscribedFromFlow => run.FlowId == trigger.FlowId ? trigger : null,
            TriggerKind.Bounced when !people.Contains(run.ProspectId) && news.Keys.Count > 0 => OfOldAddress(run, trigger),
            TriggerKind.Bounced when !news.Own.ContainsKey(run.Id) => mailing.Contains(run.FlowId) && IsGoingOn(run) ? trigger : null,
            _ => trigger,
        };
    }

    /// <summary>The record has another address by now: the instance goes on, and a mail that was refused is written again for that address.</summary>
    private static Trigger? OfOldAddress(Run run, Trigger bounced) =>
        bounced.RefusedAttempt == run.Attempt && run.WaitsFor == WaitsFor.Mail ? new Trigger(TriggerKind.MailIsOutdated) { Detail = bounced.Detail } : null;

    private static bool IsGoingOn(Run run) => run.Status != InstanceStatus.Paused || run.PauseReason == PauseReason.OutOfOffice;

    /// <summary>Finds the flows with a step that sends mail. To the others, it means nothing that an address does not exist.</summary>
    private static async Task<HashSet<long>> MailingAsync(IDbSession tx, List<Run> runs, CancellationToken ct) => runs is not [var first, ..] ? [] :
        [.. (await new StepStore(tx).ListAsync(first.CompanyId, [.. runs.Select(run => run.FlowId).Distinct()], ct))
            .Where(step => step.Action is Step.AutomaticMail or Step.Mail).Select(step => step.FlowId)];

    private async Task<List<PersonRecord>> BounceAsync(IDbSession tx, PersonNews news, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var keys = news.Keys;
        if (keys.Count == 0)
        {
            // Nobody says which address it was: the one that the record has.
            keys = [.. (await new PersonStore(tx).FindAsync(by.CompanyId, news.ProspectIds, [], [], [], ct)).Select(record => record.EmailKey).OfType<string>().Distinct()];
        }

        var having = await new PersonStore(tx).LockAsync(by.CompanyId, [.. (await new PersonStore(tx).FindAsync(by.CompanyId, [], keys, [], [], ct)).Select(record => record.Id)], ct);
        having.RemoveAll(record => record.EmailKey is not { } key || !keys.Contains(key));
        await SuppressAsync(tx, keys, having, SuppressionKind.Bounced, news.Trigger, by, now, ct);
        return having;
    }

    private async Task<List<PersonRecord>> OptOutOfFlowAsync(IDbSession tx, PersonNews news, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var person = await FindPerson.LockAsync(tx, by.CompanyId, news.ProspectIds, news.Keys, ct);
        foreach (var known in await new ProspectStore(tx).LockAsync(by.CompanyId, news.ProspectIds, ct))
        {
            await new ProspectStore(tx).UpdateAsync(known.OptOutOf(news.Trigger.FlowId), ct);
        }

        await SuppressAsync(tx, person.Keys, person.Own, SuppressionKind.UnsubscribedFromFlow, news.Trigger, by, now, ct);
        return person.Own;
    }

    /// <summary>
    /// Puts the person's addresses on the stop list, and marks the records that have them now: they stay opted out if the CRM gives them another address.
    /// Who says it by phone, or of whom the company says that nobody may contact them, gets no call at that number either.
    /// </summary>
    private async Task<List<PersonRecord>> OptOutAsync(IDbSession tx, PersonNews news, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var (kind, prospects) = (news.Trigger.Stop, new ProspectStore(tx));
        var person = await LockAsync(tx, news, by, ct);
        await SuppressAsync(tx, person.Keys, person.Records, kind, news.Trigger, by, now, ct);
        List<long> own = [.. person.Own.Select(record => record.Id)];
        await (kind switch
        {
            SuppressionKind.Manual => Task.CompletedTask, // It is said of the address, and not of the person.
            SuppressionKind.DoNotContact => prospects.ForbidContactAsync(by.CompanyId, own, ct),
            _ => prospects.OptOutAsync(by.CompanyId, own, ct),
        });
        return person.Records;
    }

    /// <returns>The phone numbers that the news is about: those of the named records if a call or a person said it, or if the record has no e-mail address.</returns>
    private static async Task<IEnumerable<string>> PhonesAsync(IDbSession tx, PersonNews news, Actor by, CancellationToken ct)
    {
        var isOfPhones = news.Trigger.Stop is SuppressionKind.CallOptOut or SuppressionKind.DoNotContact;
        return (await new PersonStore(tx).FindAsync(by.CompanyId, news.ProspectIds, [], [], [], ct))
            .Where(record => isOfPhones || record.EmailKey is null)
            .Select(record => record.PhoneNumber is { } phone ? AddressKey.FindPhone(phone)?.Text : null)
            .OfType<string>();
    }

    /// <summary>
    /// Puts addresses on the stop list. Leaves out those whose data was erased: they are there as a hash, and their text must not come back. If an address was
    /// not on it, or the records have none, the feed tells it of each record.
    /// </summary>
    private async Task SuppressAsync(
        IDbSession tx, IReadOnlyList<string> keys, List<PersonRecord> records, SuppressionKind kind, Trigger trigger, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var companyKey = (await new CompanyStore(tx).GetAsync(by.CompanyId, ct)).CursorKey;
        var erased = await new SuppressionStore(tx).ListErasedAsync(by.CompanyId, companyKey, keys, ct);
        var flowId = kind == SuppressionKind.UnsubscribedFromFlow ? trigger.FlowId : 0;
        var added = await new SuppressionStore(tx).AddAsync(
            [.. keys.Where(key => !erased.Contains(key)).Select(key => new Suppression(by.CompanyId, ids.Next(), key, kind, flowId, now, by.ToSuppressedBy(), trigger.Evidence, trigger.Detail))], ct);
        if (added.Count > 0 || keys.Count == 0)
        {
            await new FeedStore(tx).AddAsync([.. ProspectFeed.Of(by.CompanyId, records.Select(one => one.Id), kind, flowId == 0 ? null : flowId, ids, by.ToEventActor(), now)], ct);
        }
    }
}
