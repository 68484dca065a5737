namespace Sluice.Engine.Primitives;

/// <summary>
/// Makes the ids of everything that is a row: positive 64-bit integers of 18 or 19 digits [seed], from the time, the
/// node and a sequence, so that no node asks another. 41 bits of milliseconds since 2020, 10 of node, 12 of sequence.
/// </summary>
internal sealed class IdMaker(TimeProvider clock)
{
    private volatile IdRange? _range;

    /// <summary>Given before the first id is made, and a new one where the old cannot be made longer.</summary>
    public IdRange? Range
    {
        get => _range;
        set => _range = value;
    }

    public long Next() => _range!.Next(clock.GetUtcNow());
}
