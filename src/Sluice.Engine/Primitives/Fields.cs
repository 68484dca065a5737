using System.Globalization;
using System.Text.Json;

namespace Sluice.Engine.Primitives;

/// <summary>
/// Reads the fields of a request and collects what is wrong with them, so that a client is told all at once [rec]. A value of the
/// wrong kind, or an id beyond 64 bits, makes the whole request a <c>Bad request</c> that hides the sentences [rec].
/// </summary>
/// <param name="root">An object.</param>
/// <param name="asked">Remembers which names were asked for; null: nobody wants to know.</param>
internal sealed class Fields(JsonElement root, Asked? asked = null)
{
    private const int MaxEcho = 256;

    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    private readonly List<string> _faults = [];
    private readonly List<Fields> _inner = [];
    private bool _isBad;

    public IEnumerable<string> AllFaults => _faults.Concat(_inner.SelectMany(inner => inner.AllFaults));

    public bool IsBad => _isBad || _inner.Exists(inner => inner.IsBad);

    public void Fault(string sentence) => _faults.Add(sentence);

    /// <summary>Whether it is there and, if it is a list, holds something.</summary>
    public bool HasAny(string name) =>
        Find(name) is { } value && (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 0);

    /// <summary>An id that must be there: digits in a string, or a JSON integer [rep].</summary>
    public long Id(string name)
    {
        if (Find(name) is { } value && TryId(value, out var id))
        {
            return id;
        }

        _faults.Add($"{name} should be a valid Long");
        return 0;
    }

    /// <returns>Null when it is not there, or null.</returns>
    public long? OptionalId(string name) => Find(name) is null ? null : Id(name);

    /// <summary>A list of ids that must hold one at least. A set: an id given twice counts once [doc].</summary>
    public IReadOnlyList<long> Ids(string name, int max)
    {
        var ids = new OrderedSet<long>();
        foreach (var item in List(name))
        {
            if (!TryId(item, out var id))
            {
                _faults.Add($"{name} should be a valid Long");
                return [];
            }

            ids.Add(id);
        }

        return Bounded(name, ids.Items, max);
    }

    /// <summary>A list of CRM ids that must hold one at least. A set, compared byte for byte. An integer stands for its digits, as HubSpot's do.</summary>
    public IReadOnlyList<string> CrmIds(string name, int max)
    {
        var texts = new OrderedSet<string>();
        foreach (var item in List(name))
        {
            if (Text(item) is { } text)
            {
                texts.Add(text);
            }
        }

        return Bounded(name, texts.Items, max);
    }

    /// <returns>No ids where the list is not there.</returns>
    public IReadOnlyList<long> OptionalIds(string name) => HasAny(name) ? Ids(name, int.MaxValue) : [];

    /// <summary>A text that must be there and not be empty.</summary>
    public string RequiredText(string name)
    {
        var text = OptionalText(name) ?? "";
        if (text.Length == 0)
        {
            _faults.Add($"{name} is empty");
        }

        return text;
    }

    /// <summary>Text to be kept. One with a NUL makes a bad request: PostgreSQL would refuse it later and worse.</summary>
    /// <returns>Null when it is not there, or null.</returns>
    public string? OptionalText(string name)
    {
        var text = Raw(name);
        _isBad |= text is not null && text.Contains('\0', StringComparison.Ordinal);
        return text;
    }

    /// <returns>Null when it is not there, or null.</returns>
    public DateTimeOffset? OptionalTime(string name)
    {
        if (Raw(name) is not { } text)
        {
            return null;
        }

        if (WireTime.Read(text) is { } time)
        {
            return time;
        }

        _faults.Add($"{name} should be a valid ISO-8601 date and time with an offset"); // [inf]
        return null;
    }

    /// <summary>An e-mail address that must be there.</summary>
    public string Email(string name) => OptionalEmail(name) ?? Missing(name);

    /// <returns>Null when it is not there, or null.</returns>
    public string? OptionalEmail(string name)
    {
        if (Raw(name) is not { } text)
        {
            return null;
        }

        if (!_isBad && !EmailAddress.IsValid(text))
        {
            _faults.Add(NotAnEmail(name, text));
        }

        return text;
    }

    public bool Flag(string name)
    {
        var value = Find(name);
        _isBad |= value is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) };
        return value is { ValueKind: JsonValueKind.True };
    }

    /// <returns>Null when it is not there, or null.</returns>
    public bool? OptionalFlag(string name) => Find(name) is null ? null : Flag(name);

    /// <summary>A list of words of which one at least must be there, each of those that may be [doc].</summary>
    public IReadOnlyList<string> Words(string name, IReadOnlyList<string> known)
    {
        var words = new OrderedSet<string>();
        foreach (var item in List(name))
        {
            words.Add(Text(item) ?? "");
        }

        if (words.Items.Exists(word => !known.Contains(word)))
        {
            _faults.Add($"{name} should be of {string.Join(", ", known)}"); // [inf]
        }

        return Bounded(name, words.Items, known.Count);
    }

    /// <returns>Null when it is not there, or null. Any case will do.</returns>
    /// <param name="wordOf">As the API writes it.</param>
    public T? OptionalWord<T>(string name, Func<T, string> wordOf)
        where T : struct, Enum
    {
        if (Raw(name) is not { } text)
        {
            return null;
        }

        var known = Enum.GetValues<T>().ToDictionary(wordOf, StringComparer.OrdinalIgnoreCase);
        if (known.TryGetValue(text, out var value))
        {
            return value;
        }

        _faults.Add($"{name} should be one of {string.Join(", ", known.Keys)}"); // [inf]
        return null;
    }

    /// <summary>An id in the path, told with the faults of the body.</summary>
    public long PathId(string name, string text)
    {
        if (!WireId.TryParse(text, out var id, ref _isBad))
        {
            _faults.Add($"{name} should be a valid Long");
        }

        return id;
    }

    /// <summary>The fields of an object inside; none where it is not there.</summary>
    public Fields Inner(string name)
    {
        var value = Find(name);
        _isBad |= value is { ValueKind: not JsonValueKind.Object };
        var inner = new Fields(value is { ValueKind: JsonValueKind.Object } found ? found : Nothing, asked?.For(name));
        _inner.Add(inner);
        return inner;
    }

    /// <summary>The objects of a list; none where it is not there.</summary>
    public IReadOnlyList<Fields> Objects(string name)
    {
        var objects = new List<Fields>();
        foreach (var item in List(name))
        {
            _isBad |= item.ValueKind != JsonValueKind.Object;
            objects.Add(new Fields(item.ValueKind == JsonValueKind.Object ? item : Nothing, asked?.For(name)));
        }

        _inner.AddRange(objects);
        return objects;
    }

    public static string NotAnEmail(string name, string? value) =>
        $"{name}: {(value is null ? "null" : Shorten(value, MaxEcho))} is not a valid email address";

    /// <summary>Never between the halves of a surrogate pair: they would be no text.</summary>
    public static string Shorten(string value, int max) =>
        value.Length <= max ? value : value[..(char.IsHighSurrogate(value[max - 1]) ? max - 1 : max)] + "…";

    /// <summary>A null on the wire is as good as nothing.</summary>
    private JsonElement? Find(string name)
    {
        asked?.For(name);
        return root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private string? Raw(string name) => Find(name) is { } value ? Text(value) : null;

    private string Missing(string name)
    {
        _faults.Add(NotAnEmail(name, null));
        return "";
    }

    private JsonElement.ArrayEnumerator List(string name)
    {
        var value = Find(name);
        _isBad |= value is { ValueKind: not JsonValueKind.Array };
        return value is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;
    }

    private List<T> Bounded<T>(string name, List<T> items, int max)
    {
        if (items.Count == 0)
        {
            _faults.Add($"{name} is empty");
        }
        else if (items.Count > max)
        {
            _faults.Add(string.Create(CultureInfo.InvariantCulture, $"{name} should hold at most {max} items")); // [inf]
        }

        return items;
    }

    private bool TryId(JsonElement value, out long id)
    {
        id = 0;
        var digits = value.ValueKind switch
        {
            JsonValueKind.String => Text(value),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        var isId = digits is not null && WireId.TryParse(digits, out id, ref _isBad);
        if (isId)
        {
            asked?.Saw(id);
        }

        return isId;
    }

    private string? Text(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString();
            case JsonValueKind.Number when value.TryGetInt64(out _):
                return value.GetRawText();
            default:
                _isBad = true;
                return null;
        }
    }
}
