using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Engine.Primitives;

/// <summary>How a <see cref="RequestReader"/> treats what is wrong with a request.</summary>
internal enum ReaderStyle
{
    /// <summary>As the imitated API: unknown names are ignored, and the sentences are the recorded ones [rec].</summary>
    Lenient,

    /// <summary>An unknown name is a fault, because it is usually a misspelt one. Each fault begins with its place: <c>steps[1].subject: …</c></summary>
    Strict,
}

/// <summary>
/// Reads the fields of one JSON object and of the objects in it, or the parameters of a query, and collects all that is wrong with them.
/// A value may be required (<c>Id</c>), optional (<c>OptionalId</c>) or part of a draft, which keeps its current value if the field is missing.
/// </summary>
internal sealed partial class RequestReader
{
    private const int MaxFaults = 100; // Only in the strict style: the imitated API tells all.
    private const int MaxEcho = 100;
    private const int MaxLenientEcho = 256;

    private static readonly JsonElement Nothing = JsonElement.Parse("{}");

    private readonly ReaderStyle _style;
    private readonly LookedUpNames? _asked;
    private readonly string _path;
    private readonly RequestReader _whole;
    private readonly List<string> _faults = []; // Of the whole.
    private bool _isQuery;
    private bool _isBad;

    /// <param name="fields">A JSON object.</param>
    /// <param name="asked">Remembers which names were asked for; null: nobody but the reader needs to know.</param>
    /// <param name="path">The place of the object; empty: it is the whole body.</param>
    public RequestReader(JsonElement fields, ReaderStyle style, LookedUpNames? asked = null, string path = "")
    {
        (Fields, _style, _path, _whole) = (fields, style, path, this);
        _asked = asked ?? (IsStrict ? new LookedUpNames([]) : null);
    }

    private RequestReader(JsonElement fields, RequestReader outer, string name, string path)
    {
        (Fields, _style, _path, _whole) = (fields, outer._style, outer.IsStrict ? path : "", outer._whole);
        _asked = outer._asked?.NoteName(name);
    }

    public JsonElement Fields { get; }

    /// <summary>Everything that is wrong with the whole request. In the strict style it begins with the names that nobody has asked for.</summary>
    public IReadOnlyList<string> Faults => IsStrict ? [.. _whole.Unknown().Concat(_whole._faults).Take(MaxFaults)] : _whole._faults;

    /// <summary>Whether the whole request is a <c>Bad request</c>, which hides the sentences [rec]. Never in the strict style.</summary>
    public bool IsBad => _whole._isBad;

    /// <summary>Whether nothing is wrong with the whole request. Call it after everything has been read.</summary>
    public bool IsSound => !IsBad && Faults.Count == 0;

    private bool IsStrict => _style == ReaderStyle.Strict;

    /// <param name="parameters">In the order of the query, decoded. If a name is given twice, the first counts.</param>
    public static RequestReader OfQuery(IEnumerable<(string Name, string Text)> parameters, ReaderStyle style, LookedUpNames? asked = null)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in parameters)
        {
            texts.TryAdd(name, text);
        }

        return new(texts.Count == 0 ? Nothing : JsonSerializer.SerializeToElement(texts, TextsJson.Default.DictionaryStringString), style, asked) { _isQuery = true };
    }

    /// <summary>Adds a fault of this object.</summary>
    public void Fault(string sentence) => Add(_path.Length == 0 ? sentence : $"{_path}: {sentence}");

    /// <summary>Adds a fault of a field.</summary>
    public void Fault(string name, string sentence) => Add($"{Place(name)}: {sentence}");

    /// <summary>Whether the field is there, even as null.</summary>
    public bool Has(string name) => Value(name) is not null;

    /// <summary>Whether the field is there and, if it is a list, holds something.</summary>
    public bool HasAny(string name) => Find(name) is { } value && (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 0);

    /// <returns>Null if the field is missing or null.</returns>
    public RequestReader? Object(string name) => Find(name) is { } value ? ToObject(value, name, name) : null;

    /// <summary>Reads an object inside; one without fields if it is missing.</summary>
    public RequestReader Inner(string name) => Object(name) ?? new RequestReader(Nothing, this, name, Place(name));

    /// <returns>Null if the field is missing.</returns>
    public IReadOnlyList<RequestReader>? Objects(string name, int max = int.MaxValue) =>
        Has(name) ? [.. Few(name, max).Select((item, i) => ToObject(item, name, $"{name}[{i}]"))] : null;

    /// <summary>Shortens a text for an error message.</summary>
    public static string Echo(string text) => Shorten(text, MaxEcho);

    /// <summary>Cuts a long text, never between the halves of a surrogate pair: they would be no text.</summary>
    public static string Shorten(string value, int max) =>
        value.Length <= max ? value : value[..(char.IsHighSurrogate(value[max - 1]) ? max - 1 : max)] + "…";

    private string Place(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private IEnumerable<string> Unknown() => UnknownNames.In(Fields, _asked!, _path, _isQuery ? "parameter" : "field");

    private void Add(string fault)
    {
        if (!IsStrict || _whole._faults.Count < MaxFaults)
        {
            _whole._faults.Add(fault);
        }
    }

    /// <param name="lenient">The whole recorded sentence; null: the request is a <c>Bad request</c>.</param>
    /// <param name="strict">What follows the place.</param>
    private void Refuse(string name, string? lenient, string strict)
    {
        if (IsStrict)
        {
            Fault(name, strict);
        }
        else if (lenient is not null)
        {
            Add(lenient);
        }
        else
        {
            _whole._isBad = true;
        }
    }

    private void RefuseMissing(string name, string lenient) => Refuse(name, _isQuery ? $"{name} parameter is missing" : lenient, "is missing");

    private JsonElement? Value(string name)
    {
        _asked?.NoteName(name);
        return Fields.TryGetProperty(name, out var value) ? value : null;
    }

    /// <summary>Finds a value. A null is the same as a missing field, except in drafts.</summary>
    private JsonElement? Find(string name) => Value(name) is { ValueKind: not JsonValueKind.Null } value ? value : null;

    private JsonElement.ArrayEnumerator Items(string name)
    {
        var value = Find(name);
        if (value is { ValueKind: JsonValueKind.Array } list)
        {
            return list.EnumerateArray();
        }

        if (value is not null)
        {
            Refuse(name, null, "should be a list");
        }

        return default;
    }

    private List<JsonElement> Few(string name, int max)
    {
        var items = Items(name).ToList();
        if (items.Count <= max)
        {
            return items;
        }

        Fault(name, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"should hold at most {max} items, not {items.Count}"));
        return [];
    }

    /// <param name="at">The field, or the item of its list.</param>
    private RequestReader ToObject(JsonElement value, string name, string at)
    {
        var isObject = value.ValueKind == JsonValueKind.Object;
        if (!isObject)
        {
            Refuse(at, null, "should be an object");
        }

        return new RequestReader(isObject ? value : Nothing, this, name, Place(at));
    }
}

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class TextsJson : JsonSerializerContext;
