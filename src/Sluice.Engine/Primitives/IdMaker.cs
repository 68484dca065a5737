namespace Sluice.Engine.Primitives;

/// <summary>
/// Makes the ids of all rows: positive 64-bit integers of 18 or 19 digits [seed]. An id has 41 bits of milliseconds since 2020,
/// 10 bits of node number and 12 bits of sequence, so nodes make ids without asking each other.
/// </summary>
internal sealed class IdMaker(TimeProvider clock)
{
    private volatile IdRange? _range;

    /// <summary>Set before the first id is made, and replaced when the old range cannot be extended.</summary>
    public IdRange? Range
    {
        get => _range;
        set => _range = value;
    }

    public long Next() => _range!.Next(clock.GetUtcNow());
}
