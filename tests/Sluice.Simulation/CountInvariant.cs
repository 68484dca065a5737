using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

using static Sluice.Simulation.ViolationException;

namespace Sluice.Simulation;

/// <summary>Checks the kept counts after every commit: they are what the events count up to, and a killed worker leaves none without the other.</summary>
internal sealed class CountInvariant(Db db, long companyId)
{
    private const CountGroups All = CountGroups.Day | CountGroups.Flow | CountGroups.Step | CountGroups.Owner;

    private readonly Dictionary<CountKey, EventCounts> _counted = [];
    private EventCursor _place = EventCursor.Start;

    public async Task CheckAsync()
    {
        var isNew = false;
        for (List<Event> slice; (slice = await new FeedStore(db).ListAsync(companyId, _place, 100, default)).Count > 0; _place = slice[^1].Cursor)
        {
            isNew = true;
            foreach (var (key, counts) in CountRule.Sum(slice))
            {
                _counted.TryAdd(key, new EventCounts());
                _counted[key].Add(counts);
            }
        }

        if (isNew)
        {
            await CompareAsync();
        }
    }

    /// <summary>Checks at the end that what is counted is also what the instances say.</summary>
    public async Task CheckEndAsync(List<InstanceSnapshot> runs)
    {
        await CompareAsync();
        var total = new EventCounts();
        foreach (var counts in _counted.Values)
        {
            total.Add(counts);
        }

        var (assigned, ended) = (total[Counter.Assigned], total[Counter.Removed] + total[Counter.Finished]);
        Require(assigned >= runs.Count, $"{assigned} are counted as assigned, but there are {runs.Count} instances"); // More only if some were erased.
        Require(ended >= runs.Count(run => !run.IsOpen), $"{ended} are counted as ended, but there are {runs.Count(run => !run.IsOpen)}");
        Require(total[Counter.Replied] <= assigned && total[Counter.OptedOut] <= assigned, $"of {assigned}, more replied or opted out: {total}");
        Require(_counted.Keys.All(key => key.Day >= Days.Of(SimTeam.Start.AddDays(-1), NodaTime.DateTimeZone.Utc)), "something is counted before the beginning");
    }

    private async Task CompareAsync()
    {
        var kept = (await new CountStore(db).ListAsync(companyId, new CountFilter(0, int.MaxValue), All, int.MaxValue, default)).ToDictionary(one => one.Key, one => one.Counts);
        foreach (var key in kept.Keys.Union(_counted.Keys))
        {
            var (has, says) = (kept.GetValueOrDefault(key), _counted.GetValueOrDefault(key));
            Require(has is not null && says is not null && has.Equals(says), $"{key}: the counts say {has}, but the events say {says}");
        }

        var open = await new OverviewStore(db).CompareOpenAsync(companyId, default);
        Require(open.Count == 0, $"the numbers of open instances differ: {string.Join(", ", open)}");
    }
}
