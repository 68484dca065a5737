namespace Sluice.Engine.Primitives;

/// <summary>
/// The names that an operation looked up in one JSON object or query, and in the objects inside it. These are the names that the operation
/// knows. They are collected while it reads, so there is no second list that could become wrong.
/// </summary>
internal sealed class Asked(List<long> ids)
{
    private readonly Dictionary<string, Asked> _names = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Asked> Names => _names;

    public static Asked Of(IEnumerable<string> names)
    {
        var asked = new Asked([]);
        foreach (var name in names)
        {
            asked.For(name);
        }

        return asked;
    }

    public Asked For(string name) => _names.TryGetValue(name, out var inner) ? inner : _names[name] = new Asked(ids);

    public void Saw(long id) => ids.Add(id);
}
