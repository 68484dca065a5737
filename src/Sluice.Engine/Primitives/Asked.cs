namespace Sluice.Engine.Primitives;

/// <summary>
/// The names that an operation asked one object for, and those of the objects inside: what it knows. Nobody writes that list down a second
/// time, so it cannot be wrong.
/// </summary>
internal sealed class Asked(List<long> ids)
{
    private readonly Dictionary<string, Asked> _names = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Asked> Names => _names;

    public Asked For(string name) => _names.TryGetValue(name, out var inner) ? inner : _names[name] = new Asked(ids);

    public void Saw(long id) => ids.Add(id);
}
