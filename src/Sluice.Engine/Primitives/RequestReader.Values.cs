using System.Globalization;
using System.Text.Json;

namespace Sluice.Engine.Primitives;

/// <remarks>Values of requests. Ids, texts, times and words; what is required, and what is optional.</remarks>
internal sealed partial class RequestReader
{
    /// <summary>An id that must be there: digits in a string, or a JSON integer [rep].</summary>
    public long Id(string name)
    {
        if (Find(name) is null)
        {
            RefuseMissing(name, $"{name} should be a valid Long");
        }

        return OptionalId(name) ?? 0;
    }

    /// <returns>Null if it is missing or null.</returns>
    public long? OptionalId(string name) => Find(name) is { } value ? ToId(name, value) ?? 0 : null;

    /// <summary>A list of ids that must hold one at least. A set: an id given twice counts once [doc].</summary>
    public IReadOnlyList<long> Ids(string name, int max)
    {
        var ids = new OrderedSet<long>();
        foreach (var item in Items(name))
        {
            if (ToId(name, item) is not { } id)
            {
                return [];
            }

            ids.Add(id);
        }

        return Bounded(name, ids.Items, max);
    }

    /// <returns>No ids if the list is missing or empty.</returns>
    public IReadOnlyList<long> OptionalIds(string name) => HasAny(name) ? Ids(name, int.MaxValue) : [];

    /// <summary>A list of CRM ids that must hold one at least. A set, compared byte for byte. An integer stands for its digits, as HubSpot's do.</summary>
    public IReadOnlyList<string> CrmIds(string name, int max)
    {
        var texts = new OrderedSet<string>();
        foreach (var item in Items(name))
        {
            if (ToText(name, item) is { } text)
            {
                texts.Add(text);
            }
        }

        return Bounded(name, texts.Items, max);
    }

    /// <summary>An id in the path, told with the faults of the body.</summary>
    public long PathId(string name, string text) => ToId(name, text) ?? 0;

    /// <summary>A text that must be there and not be empty.</summary>
    /// <param name="max">In bytes of UTF-8; a text that an index holds must have a limit.</param>
    public string RequiredText(string name, int max = int.MaxValue)
    {
        var text = OptionalText(name);
        if (text is "" || Find(name) is null)
        {
            RefuseMissing(name, $"{name} is empty");
        }
        else if (text is not null && TextLength.WhyTooLong(text, max) is { } sentence)
        {
            RefuseAlike(name, sentence); // [inf]
        }

        return text ?? "";
    }

    /// <param name="isKept">Whether the text may reach the database: PostgreSQL would refuse one with a NUL, later and worse.</param>
    /// <returns>Null if it is missing or null.</returns>
    public string? OptionalText(string name, bool isKept = true)
    {
        var text = Find(name) is { } value ? ToText(name, value) : null;
        if (isKept && text is not null && text.Contains('\0', StringComparison.Ordinal))
        {
            Refuse(name, null, "should hold no NUL");
        }

        return text;
    }

    /// <param name="isKept">Whether the time is stored. One that is only compared may also lie before or after all that can be stored.</param>
    /// <returns>Null if it is missing or null.</returns>
    public DateTimeOffset? OptionalTime(string name, bool isKept = true)
    {
        var text = OptionalText(name, isKept: false);
        var time = text is null ? null : WireTime.Read(text);
        if (text is not null && time is null)
        {
            Refuse(name, $"{name} should be a valid ISO-8601 date and time with an offset", "should be a time such as 2026-01-05T09:30:00Z"); // [inf]
        }
        else if (isKept && time is { } given && !TimeRange.Contains(given))
        {
            RefuseAlike(name, TimeRange.Sentence); // [inf]
            return null;
        }

        return time;
    }

    /// <summary>An e-mail address that must be there.</summary>
    public string Email(string name)
    {
        if (Find(name) is null)
        {
            RefuseMissing(name, NotAnEmail(name, null));
        }

        return OptionalEmail(name) ?? "";
    }

    /// <summary>An e-mail address. Only the strict style removes blanks around it: the imitated API is not known to.</summary>
    /// <returns>Null if it is missing or null.</returns>
    public string? OptionalEmail(string name) =>
        OptionalText(name, isKept: false) is { } text ? ToEmail(name, text, IsStrict ? EmailAddress.Read(text) : EmailAddress.IsValid(text) ? text : null) : null;

    /// <summary>An e-mail address as headers of mails write it, alone or after a name: <c>Sam &lt;sam@x.example&gt;</c>.</summary>
    /// <returns>Null if it is missing or null.</returns>
    public string? OptionalMailbox(string name) =>
        OptionalText(name, isKept: false) is { } text ? ToEmail(name, text, EmailAddress.ReadFromHeader(text)) : null;

    /// <param name="otherwise">The value of a missing field.</param>
    public bool Flag(string name, bool otherwise = false)
    {
        if ((IsStrict ? Value(name) : Find(name)) is not { } value)
        {
            return otherwise;
        }

        bool? flag = value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => value.ValueKind == JsonValueKind.True,
            JsonValueKind.String when _isQuery && bool.TryParse(value.GetString(), out var parsed) => parsed,
            _ => null,
        };
        if (flag is null)
        {
            Refuse(name, null, "should be true or false");
        }

        return flag ?? otherwise;
    }

    /// <returns>Null if it is missing or null.</returns>
    public bool? OptionalFlag(string name) => Find(name) is null ? null : Flag(name);

    /// <summary>One of these words, which must be there.</summary>
    public string Word(string name, IReadOnlyList<string> known, StringComparison how = StringComparison.Ordinal)
    {
        var text = RequiredText(name);
        var word = known.FirstOrDefault(word => word.Equals(text, how));
        if (word is null && text.Length > 0)
        {
            RefuseWord(name, text, known);
        }

        return word ?? text;
    }

    /// <returns>Null if it is missing or null.</returns>
    public string? OptionalWord(string name, IReadOnlyList<string> known, StringComparison how = StringComparison.Ordinal) =>
        Find(name) is null ? null : Word(name, known, how);

    /// <param name="wordOf">A value as the API writes it. Requests may write it in any case.</param>
    /// <returns>Null if it is missing or null.</returns>
    public T? OptionalWord<T>(string name, Func<T, string> wordOf)
        where T : struct, Enum
    {
        if (OptionalText(name, isKept: false) is not { } text)
        {
            return null;
        }

        var known = Enum.GetValues<T>().ToDictionary(wordOf, StringComparer.OrdinalIgnoreCase);
        if (known.TryGetValue(text, out var value))
        {
            return value;
        }

        RefuseWord(name, text, known.Keys);
        return null;
    }

    /// <summary>A list of words of which one at least must be there, each of those that may be [doc].</summary>
    public IReadOnlyList<string> Words(string name, IReadOnlyList<string> known)
    {
        var words = new OrderedSet<string>();
        foreach (var item in Items(name))
        {
            words.Add(ToText(name, item) ?? "");
        }

        if (words.Items.Exists(word => !known.Contains(word)))
        {
            RefuseAlike(name, known is [var only] ? $"should be {only}" : $"should be one or more of {string.Join(", ", known)}"); // [inf]
        }

        return Bounded(name, words.Items, known.Count);
    }

    public static string NotAnEmail(string name, string? value) => $"{name}: {(value is null ? "null" : Shorten(value, MaxLenientEcho))} is not a valid email address";

    private string ToEmail(string name, string text, string? address)
    {
        if (address is null)
        {
            Refuse(name, NotAnEmail(name, text), $"{Echo(text)} is not a valid email address");
        }

        return address ?? text;
    }

    private void RefuseAlike(string name, string sentence) => Refuse(name, $"{name} {sentence}", sentence);

    private void RefuseWord(string name, string text, IEnumerable<string> known)
    {
        var sentence = known.ToList() is [var only] ? $"should be {only}" : $"should be one of {string.Join(", ", known)}";
        Refuse(name, $"{name} {sentence}", $"{sentence}, not {Echo(text)}"); // [inf]
    }

    private long? ToId(string name, JsonElement value) => ToId(name, value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    });

    /// <summary>An id beyond 64 bits makes the whole request a <c>Bad request</c> [rec].</summary>
    private long? ToId(string name, string? digits)
    {
        var isTooLarge = false;
        if (digits is not null && WireId.TryParse(digits, out var id, ref isTooLarge))
        {
            _asked?.NoteId(id);
            return id;
        }

        Refuse(name, isTooLarge ? null : $"{name} should be a valid Long", "should be an id, which is a whole number");
        return null;
    }

    private List<T> Bounded<T>(string name, List<T> items, int max)
    {
        if (items.Count == 0)
        {
            Refuse(name, $"{name} is empty", "should hold at least one item");
        }
        else if (items.Count > max)
        {
            RefuseAlike(name, string.Create(CultureInfo.InvariantCulture, $"should hold at most {max} items")); // [inf]
        }

        return items;
    }

    /// <summary>An integer stands for its digits: in YAML, <c>name: 2027</c> is one.</summary>
    private string? ToText(string name, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString();
            case JsonValueKind.Number when value.TryGetInt64(out _):
                return value.GetRawText();
            default:
                Refuse(name, null, "should be a text");
                return null;
        }
    }
}
