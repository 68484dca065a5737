namespace Sluice.Engine.Primitives;

/// <summary>
/// The names that an operation looked up in one JSON object or query, and in the objects inside it. These are the names that the operation
/// knows. They are collected while it reads, so there is no second list that could become wrong.
/// </summary>
internal sealed class LookedUpNames(List<long> ids)
{
    private readonly Dictionary<string, LookedUpNames> _names = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, LookedUpNames> Names => _names;

    public static LookedUpNames Of(IEnumerable<string> names)
    {
        var asked = new LookedUpNames([]);
        foreach (var name in names)
        {
            asked.NoteName(name);
        }

        return asked;
    }

    public LookedUpNames NoteName(string name) => _names.TryGetValue(name, out var inner) ? inner : _names[name] = new LookedUpNames(ids);

    public void NoteId(long id) => ids.Add(id);
}
