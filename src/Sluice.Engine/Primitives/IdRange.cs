namespace Sluice.Engine.Primitives;

/// <summary>
/// The ids that one node may make: those of one node number from one time up to another. No other process ever gets any of them, whatever
/// the clocks say. So a node that was paused and wakes up late, or whose clock is ahead, never makes another node's id. One minute holds
/// 245 million ids.
/// </summary>
internal sealed class IdRange
{
    public const int MaxNode = 1023;

    private const int SequenceBits = 12;
    private const int NodeBits = 10;
    private const long Epoch = 1_577_836_800_000; // 2020-01-01T00:00:00Z

    private long _until; // in the same form as _last
    private long _last; // milliseconds and sequence, without the node: after a full sequence, counting continues in the next millisecond

    /// <param name="node">0 to 1023.</param>
    /// <param name="from">The first time in the range, in whole milliseconds.</param>
    /// <param name="until">The first time after the range.</param>
    public IdRange(int node, DateTimeOffset from, DateTimeOffset until)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)node, (uint)MaxNode, nameof(node));
        (Node, Until, _until, _last) = (node, until, Place(until), Place(from) - 1);
    }

    public int Node { get; }

    public DateTimeOffset Until { get; private set; }

    /// <summary>Makes the id that a node would have made at that time: for rows that are written as if they were old.</summary>
    /// <param name="sequence">0 to 4095. The caller makes sure that it makes no id twice.</param>
    public static long MakeIdAt(DateTimeOffset time, int node, int sequence) => Compose(Place(time) | (uint)sequence, node);

    /// <summary>Moves the end of the range, after the database has recorded the new end.</summary>
    public void Extend(DateTimeOffset until)
    {
        Until = until;
        Volatile.Write(ref _until, Place(until));
    }

    /// <summary>Makes the next id. If the clock stands still, steps back or is past the end, the id follows the last one made.</summary>
    /// <exception cref="InvalidOperationException">The range has no ids left.</exception>
    public long Next(DateTimeOffset now)
    {
        var place = Place(now);
        while (true)
        {
            var (last, until) = (Volatile.Read(ref _last), Volatile.Read(ref _until));
            var next = place < until ? Math.Max(place, last + 1) : last + 1;
            if (next >= until)
            {
                throw new InvalidOperationException("This node has no ids left: it could not extend its id range in the database in time");
            }

            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return Compose(next, Node);
            }
        }
    }

    private static long Place(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() - Epoch) << SequenceBits;

    private static long Compose(long place, long node) =>
        ((place >> SequenceBits) << (NodeBits + SequenceBits)) | (node << SequenceBits) | (place & ((1 << SequenceBits) - 1));
}
