namespace Sluice.Engine.Events;

/// <summary>For what an event counts.</summary>
/// <param name="Day">Days since 1970-01-01, in the zone of the company.</param>
/// <param name="FlowId">0: no flow.</param>
/// <param name="Step">The position of the step, from 1; 0: no step.</param>
/// <param name="OwnerId">0: no owner.</param>
internal readonly record struct CountKey(int Day, long FlowId, int Step, long OwnerId);

/// <summary>One number for each <see cref="Counter"/>.</summary>
internal sealed class EventCounts
{
    private static readonly int Length = Counters.All.Count;

    private readonly long[] _numbers = new long[Length];

    public long this[Counter counter]
    {
        get => _numbers[(int)counter];
        set => _numbers[(int)counter] = value;
    }

    public bool IsZero => Array.TrueForAll(_numbers, number => number == 0);

    public void Add(EventCounts more)
    {
        for (var i = 0; i < Length; i++)
        {
            _numbers[i] += more._numbers[i];
        }
    }

    public bool Equals(EventCounts other) => _numbers.AsSpan().SequenceEqual(other._numbers);

    public override bool Equals(object? obj) => obj is EventCounts other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_numbers[0], _numbers[1], _numbers[2]);

    /// <summary>For messages: only what is not 0.</summary>
    public override string ToString() =>
        string.Join(", ", Counters.All.Where(counter => this[counter] != 0).Select(counter => FormattableString.Invariant($"{counter.Word()} {this[counter]}")));
}
