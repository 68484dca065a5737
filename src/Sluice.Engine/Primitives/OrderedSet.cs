namespace Sluice.Engine.Primitives;

/// <summary>A set in insertion order: drops an item that it already has.</summary>
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
