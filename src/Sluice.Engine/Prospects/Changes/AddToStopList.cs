using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects.Changes;

/// <summary>Puts addresses on the stop list for people and imports, and ends the open instances of the records that have them.</summary>
internal sealed class AddToStopList(Db db, ApplyToPerson person, EndInstances end, IdMaker ids, TimeProvider clock)
{
    /// <summary>Active entries of a company.</summary>
    public const int MaxEntries = 1_000_000;

    private readonly int _piece = db.Dialect.Slice(500);

    /// <returns>The entry; one that was there before stays. Null: the list is full.</returns>
    public async Task<Suppression?> RunAsync(StopEntry asked, Actor by, CancellationToken ct) =>
        await RunAsync([asked], by, ct) is null ? null : (await new SuppressionStore(db).ListAsync(by.CompanyId, asked.Key.Text, asked.Kind.Word(), withLifted: false, null, 1, ct)).SingleOrDefault();

    /// <summary>Adds the entries first, so that no mail leaves any more; then ends instances, one address at a time.</summary>
    /// <returns>How many were not on the list before; null: the list is full.</returns>
    public async Task<int?> RunAsync(IReadOnlyList<StopEntry> asked, Actor by, CancellationToken ct)
    {
        if (await new SuppressionStore(db).CountAsync(by.CompanyId, ct) + asked.Count > MaxEntries)
        {
            return null;
        }

        var count = 0;
        foreach (var piece in asked.Chunk(_piece))
        {
            var now = clock.GetUtcNow();
            List<Suppression> entries = [.. piece.Select(one => new Suppression(by.CompanyId, ids.Next(), one.Key.Text, one.Kind, 0, now, by.ToSuppressedBy(), null, one.Reason))];
            var added = await db.InTransactionAsync(tx => AddAsync(tx, entries, by, now, ct), ct);
            var isNew = added.ToHashSet();
            count += added.Count;
            await EndAsync([.. piece.Index().Where(one => isNew.Contains(entries[one.Index].Id)).Select(one => one.Item)], by, ct);
        }

        return count;
    }

    /// <summary>Adds the entries, and tells the feed of the records that have a new one of the addresses. A domain is too many records to tell of.</summary>
    private async Task<List<long>> AddAsync(IDbSession tx, List<Suppression> entries, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var added = await new SuppressionStore(tx).AddAsync(entries, ct);
        var isNew = added.ToHashSet();
        var kinds = entries.Where(one => isNew.Contains(one.Id) && one.Kind != SuppressionKind.Domain).DistinctBy(one => one.Key).ToDictionary(one => one.Key, one => one.Kind, StringComparer.Ordinal);
        var having = kinds.Count == 0 ? [] : await new PersonStore(tx).FindAsync(by.CompanyId, [], [.. kinds.Keys], [], [], ct);
        var told = having.Where(one => one.EmailKey is { } key && kinds.ContainsKey(key)).ToLookup(one => kinds[one.EmailKey!], one => one.Id);
        await new FeedStore(tx).AddAsync([.. told.SelectMany(of => ProspectFeed.Of(by.CompanyId, of, of.Key, null, ids, by.ToEventActor(), now))], ct);
        return added;
    }

    private async Task EndAsync(List<StopEntry> added, Actor by, CancellationToken ct)
    {
        var inFlows = await new RunStore(db).FindAddressesInFlowsAsync(by.CompanyId, [.. added.Where(one => !one.Key.IsDomain).Select(one => one.Key.Text)], ct);
        foreach (var one in added)
        {
            if (one.Key.IsDomain)
            {
                await EndDomainAsync(one, by, ct);
            }
            else if (inFlows.Contains(one.Key.Text))
            {
                var trigger = new Trigger(one.Kind == SuppressionKind.Bounced ? TriggerKind.Bounced : TriggerKind.Unsubscribed) { Stop = one.Kind, Detail = one.Reason ?? "Put on the stop list" };
                await db.InTransactionAsync(tx => person.RunAsync(tx, new PersonNews(trigger, [], [one.Key.Text]), by, ct), ct);
            }
        }
    }

    /// <summary>Ends the instances of a whole domain, a piece at a time. If the process dies in between, each of the others ends when its next step is due.</summary>
    private async Task EndDomainAsync(StopEntry domain, Actor by, CancellationToken ct)
    {
        var (runs, after) = (new RunStore(db), long.MinValue);
        while (await runs.ListOpenInDomainAsync(by.CompanyId, domain.Key.Text, after, _piece, ct) is { Count: > 0 } open)
        {
            await db.InTransactionAsync(
                async tx => await end.RunAsync(tx, await new RunStore(tx).LockAsync(by.CompanyId, open, ct), FinishReason.OptedOut, by, domain.Reason ?? "Its mail domain was put on the stop list", clock.GetUtcNow(), ct),
                ct);
            after = open[^1];
        }
    }
}

/// <param name="Kind">One of <see cref="SuppressionKinds.OfPeople"/>, or <see cref="SuppressionKind.Domain"/> for a domain.</param>
internal sealed record StopEntry(AddressKey Key, SuppressionKind Kind, string? Reason)
{
    public const int MaxReason = 500;

    /// <returns>The entry, or what is wrong with it.</returns>
    public static (StopEntry? Entry, string? Fault) Read(string address, SuppressionKind? kind, string? reason) => AddressKey.Find(address) switch
    {
        null => (null, "should be an e-mail address, a phone number such as +15550100, or a domain such as @competitor.example"),
        { IsDomain: true } when kind is not (null or SuppressionKind.Domain or SuppressionKind.Manual) => (null, "a domain takes no kind but domain"),
        { IsDomain: true } key => (new StopEntry(key, SuppressionKind.Domain, reason), null),
        { IsPhone: true } when kind == SuppressionKind.Bounced => (null, "bounced is only for e-mail addresses"),
        { } key when kind == SuppressionKind.Domain => (null, "the kind domain is for a domain such as @competitor.example"),
        { } key => (new StopEntry(key, kind ?? SuppressionKind.Manual, reason), null),
    };
}
