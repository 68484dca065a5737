using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Events;

/// <summary>Counts the events of a company again, slice by slice, and compares the sums with the counts that are kept.</summary>
internal sealed class VerifyCounts(Db db, TimeProvider clock)
{
    private const int Slice = 1000;
    private const int MaxTries = 10;

    /// <param name="zone">Of the company.</param>
    public async Task<CountVerification> RunAsync(long companyId, NodaTime.DateTimeZone zone, CancellationToken ct)
    {
        var (found, from, place) = (new Dictionary<CountKey, EventCounts>(), FirstWholeDay(zone), EventCursor.Start);
        var (events, differences, isQuiet) = (0L, (List<CountDifference>)[], false);
        for (var turn = 0; turn < MaxTries && !isQuiet; turn++)
        {
            var (next, more, firstDay) = await CountOnAsync(companyId, place, found, ct);
            (from, events) = (Math.Max(from, firstDay), events + more);
            differences = await CompareAsync(companyId, from, found, ct);

            // What was written between the two reads is in one of them only: it is looked at again, until nothing is new.
            isQuiet = differences.Count == 0 || (turn > 0 && more == 0);
            place = next;
        }

        return new CountVerification(from, events, differences);
    }

    /// <summary>All events of this day and of later ones are kept: the sweep deletes only what is older.</summary>
    private int FirstWholeDay(NodaTime.DateTimeZone zone) => Days.Of(clock.GetUtcNow() - EventFeed.Kept, zone) + 1;

    /// <returns>The place after the last event, how many there were, and the first day on which all events have been counted.</returns>
    private async Task<(EventCursor Next, long Events, int FirstDay)> CountOnAsync(long companyId, EventCursor place, Dictionary<CountKey, EventCounts> found, CancellationToken ct)
    {
        var (next, events, firstDay) = (place, 0L, int.MinValue);
        for (List<Event> slice; ; )
        {
            slice = await new FeedStore(db).ListAsync(companyId, next, Slice, ct);
            foreach (var (key, counts) in CountRule.Sum(slice))
            {
                found.TryAdd(key, new EventCounts());
                found[key].Add(counts);
            }

            firstDay = slice.Where(one => one.Day is null).Select(one => Days.Of(one.At, NodaTime.DateTimeZone.Utc) + 2).Append(firstDay).Max();
            (next, events) = (slice.Count == 0 ? next : slice[^1].Cursor, events + slice.Count);
            if (slice.Count < Slice)
            {
                return (next, events, firstDay);
            }
        }
    }

    private async Task<List<CountDifference>> CompareAsync(long companyId, int from, Dictionary<CountKey, EventCounts> found, CancellationToken ct)
    {
        var all = CountGroups.Day | CountGroups.Flow | CountGroups.Step | CountGroups.Owner;
        var kept = (await new CountStore(db).ListAsync(companyId, new CountFilter(from, int.MaxValue), all, int.MaxValue, ct)).ToDictionary(one => one.Key, one => one.Counts);
        var none = new EventCounts();
        return
        [
            .. kept.Keys.Union(found.Keys.Where(key => key.Day >= from))
                .Select(key => new CountDifference(key, kept.GetValueOrDefault(key, none), found.GetValueOrDefault(key, none)))
                .Where(one => !one.Kept.Equals(one.Counted))
                .OrderBy(one => one.Key.Day).ThenBy(one => one.Key.FlowId).ThenBy(one => one.Key.Step).ThenBy(one => one.Key.OwnerId),
        ];
    }
}

/// <param name="From">The first day that could be compared: of those before, events are deleted, or were written before there were counts.</param>
/// <param name="Events">How many events were counted.</param>
internal sealed record CountVerification(int From, long Events, IReadOnlyList<CountDifference> Differences);

/// <param name="Kept">What the counts say.</param>
/// <param name="Counted">What the events say.</param>
internal sealed record CountDifference(CountKey Key, EventCounts Kept, EventCounts Counted);
