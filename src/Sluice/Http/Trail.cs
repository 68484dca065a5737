namespace Sluice.Http;

/// <summary>Whether requests are recorded, for those who else would leave a trail for nobody.</summary>
internal sealed record Recording(bool IsOn);

/// <summary>
/// What one request leaves behind on its way, so that its client can be told afterwards what it probably got wrong. There is none unless
/// requests are recorded.
/// </summary>
internal sealed class Trail
{
    public Trail()
    {
        Query = new Asked(Ids);
        Body = new Asked(Ids);
    }

    /// <summary>Null: nobody that the server knows.</summary>
    public Caller? Caller { get; set; }

    public Asked Query { get; }

    public Asked Body { get; }

    /// <summary>The ids that were read, wherever they stood.</summary>
    public List<long> Ids { get; } = [];
}

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
