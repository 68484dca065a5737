namespace Sluice.Engine.Primitives;

/// <summary>Drops what it has seen; the first keeps its place.</summary>
internal readonly struct OrderedSet<T>()
{
    private readonly HashSet<T> _seen = [];

    public List<T> Items { get; } = [];

    public void Add(T item)
    {
        if (_seen.Add(item))
        {
            Items.Add(item);
        }
    }
}
