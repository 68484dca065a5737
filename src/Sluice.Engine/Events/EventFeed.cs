using Sluice.Engine.Storage;

namespace Sluice.Engine.Events;

/// <summary>
/// Reads the events of a company, each exactly once and in an order that never changes. An event of a transaction that is still open is never passed: it,
/// and what stands after it, comes with a later read.
/// </summary>
internal sealed class EventFeed(Db db)
{
    /// <summary>How long events are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>When a reader looks again without a signal: for events of other nodes, and for those that waited for an open transaction.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Between two reads of one reader: under load, there is a signal with each commit.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    private const int Chunk = 1000;

    /// <summary>One read looks at no more events than this, wanted or not.</summary>
    private const int MaxSeen = 10 * Chunk;

    /// <summary>Finds the place after the last event: a reader that begins there gets what happens from now on.</summary>
    public Task<EventCursor> FindEndAsync(long companyId, CancellationToken ct) => new FeedStore(db).FindEndAsync(companyId, ct);

    /// <returns>False: events after this place may have been deleted, because they were too old.</returns>
    public async Task<bool> IsKeptAsync(long companyId, EventCursor place, CancellationToken ct) =>
        place == EventCursor.Start || await new FeedStore(db).AnyUntilAsync(companyId, place, ct);

    /// <summary>Reads the wanted events after a place.</summary>
    public async Task<EventPage> ReadAsync(long companyId, EventCursor after, EventFilter filter, int limit, CancellationToken ct)
    {
        var (found, next, size) = (new List<Event>(), after, filter == EventFilter.All ? limit + 1 : Chunk);
        for (var seen = 0; seen < MaxSeen; seen += size)
        {
            var chunk = await new FeedStore(db).ListAsync(companyId, next, size, ct);
            foreach (var one in chunk)
            {
                if (found.Count == limit)
                {
                    return new EventPage(found, next, HasMore: true);
                }

                next = one.Cursor;
                found.AddRange(filter.Wants(one) ? [one] : []);
            }

            if (chunk.Count < size)
            {
                return new EventPage(found, next, HasMore: false);
            }
        }

        return new EventPage(found, next, HasMore: true);
    }

    /// <summary>Sent with each commit of this process that has written events. Take it before a read, for <see cref="WaitAsync"/> after it.</summary>
    public Task Signal => db.NewEvents.Next;

    /// <summary>Completes when there may be new events: after a signal, or after a second.</summary>
    /// <param name="signal"><see cref="Signal"/>, taken before the last read.</param>
    public static async Task WaitAsync(Task signal, CancellationToken ct)
    {
        await Task.Delay(Breath, TimeProvider.System, ct);
        await Task.WhenAny(signal, Task.Delay(LookAgain, TimeProvider.System, ct));
        ct.ThrowIfCancellationRequested();
    }
}

/// <param name="Next">Where the next read begins: after the last event that was looked at.</param>
/// <param name="HasMore">Whether there may be more events now.</param>
internal sealed record EventPage(IReadOnlyList<Event> Events, EventCursor Next, bool HasMore);
