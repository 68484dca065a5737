using System.Security.Cryptography;

namespace Sluice.Ids;

/// <summary>
/// Makes the ids of everything that is a row: positive 64-bit integers of 18 or 19 digits [seed], from the time, the
/// node and a sequence, so that no node asks another. 41 bits of milliseconds since 2020, 10 of node, 12 of sequence.
/// A clock that stands still or steps back makes no id twice: the maker goes on from the last one.
/// </summary>
internal sealed class IdMaker
{
    public const int MaxNode = 1023;

    private const int SequenceBits = 12;
    private const int NodeBits = 10;
    private const long Epoch = 1_577_836_800_000; // 2020-01-01T00:00:00Z

    private readonly TimeProvider _clock;
    private readonly long _node;
    private long _last; // milliseconds and sequence, without the node: a full sequence runs over into the next millisecond

    public IdMaker(TimeProvider clock, int node)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)node, (uint)MaxNode, nameof(node));
        (_clock, _node) = (clock, node);
    }

    /// <summary>For a process that nobody gave a number: two of a thousand rarely meet, and then only within one millisecond.</summary>
    public static int AnyNode() => RandomNumberGenerator.GetInt32(1, MaxNode + 1);

    /// <summary>The id that a node would have made then: for what is written as if it had long been there.</summary>
    /// <param name="sequence">0 to 4095; whoever makes ids this way sees to it that none is made twice.</param>
    public static long At(DateTimeOffset time, int node, int sequence) =>
        Compose(time.ToUnixTimeMilliseconds() - Epoch, node, sequence);

    public long Next()
    {
        var now = (_clock.GetUtcNow().ToUnixTimeMilliseconds() - Epoch) << SequenceBits;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return Compose(next >> SequenceBits, _node, next & ((1 << SequenceBits) - 1));
            }
        }
    }

    private static long Compose(long time, long node, long sequence) => (time << (NodeBits + SequenceBits)) | (node << SequenceBits) | sequence;
}
