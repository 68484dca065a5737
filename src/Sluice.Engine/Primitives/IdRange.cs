namespace Sluice.Engine.Primitives;

/// <summary>
/// The ids that one node may make: those of one number from one time up to another. No other process is ever given any of them, whatever
/// the clocks say, so a node that was paused and wakes up late, or runs ahead, makes none that is another's. One minute holds 245 million.
/// </summary>
internal sealed class IdRange
{
    public const int MaxNode = 1023;

    private const int SequenceBits = 12;
    private const int NodeBits = 10;
    private const long Epoch = 1_577_836_800_000; // 2020-01-01T00:00:00Z

    private long _until; // as _last
    private long _last; // milliseconds and sequence, without the node: a full sequence runs over into the next millisecond

    /// <param name="node">0 to 1023.</param>
    /// <param name="from">The first time, in whole milliseconds.</param>
    /// <param name="until">The first time that is not in it.</param>
    public IdRange(int node, DateTimeOffset from, DateTimeOffset until)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)node, (uint)MaxNode, nameof(node));
        (Node, Until, _until, _last) = (node, until, Place(until), Place(from) - 1);
    }

    public int Node { get; }

    public DateTimeOffset Until { get; private set; }

    /// <summary>The id that a node would have made then: for what is written as if it had long been there.</summary>
    /// <param name="sequence">0 to 4095; whoever makes ids this way sees to it that none is made twice.</param>
    public static long At(DateTimeOffset time, int node, int sequence) => Compose(Place(time) | (uint)sequence, node);

    /// <summary>It has been made longer.</summary>
    public void Extend(DateTimeOffset until)
    {
        Until = until;
        Volatile.Write(ref _until, Place(until));
    }

    /// <summary>The clock may stand still, step back or be past the end: then it goes on from the last one.</summary>
    /// <exception cref="InvalidOperationException">There is none left.</exception>
    public long Next(DateTimeOffset now)
    {
        var place = Place(now);
        while (true)
        {
            var (last, until) = (Volatile.Read(ref _last), Volatile.Read(ref _until));
            var next = place < until ? Math.Max(place, last + 1) : last + 1;
            if (next >= until)
            {
                throw new InvalidOperationException("This node has no ids left: it has not come to the database for longer than they last");
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
