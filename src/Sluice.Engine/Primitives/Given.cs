using System.Globalization;
using System.Text.Json;

namespace Sluice.Engine.Primitives;

/// <summary>
/// One object that somebody wrote. Collects what is wrong with it, each fault with its place: <c>steps[1].subject: …</c>. Stricter than
/// <see cref="Fields"/>, which is as lenient as the imitated API: a field that nobody knows is a fault here, as it is usually a misspelt one.
/// </summary>
/// <param name="root">An object.</param>
/// <param name="path">Where it stands; empty: it is the whole.</param>
/// <param name="faults">Of the whole.</param>
internal sealed class Given(JsonElement root, string path, List<string> faults)
{
    private const int MaxFaults = 100;
    private const int MaxEcho = 100;

    private readonly HashSet<string> _known = [];

    /// <summary>Whether nothing is wrong with the whole.</summary>
    public bool IsSound => faults.Count == 0;

    /// <summary>Whether it is there, also as null: that takes a value away.</summary>
    public bool Has(string name)
    {
        _known.Add(name);
        return root.TryGetProperty(name, out _);
    }

    public void Fault(string? name, string sentence)
    {
        if (faults.Count < MaxFaults)
        {
            faults.Add($"{(name is null ? path : Place(name))}: {sentence}");
        }
    }

    /// <param name="name">Of the field.</param>
    /// <param name="otherwise">Where it is not there.</param>
    /// <param name="max">Bytes.</param>
    /// <param name="isOneLine">Whether it must be one: a line break in a subject would begin another header.</param>
    public string? Text(string name, string? otherwise, int max = 200, bool isOneLine = true)
    {
        if (!Has(name))
        {
            return otherwise;
        }

        var value = root.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return Checked(name, TextOf(value), max, isOneLine);
    }

    public string Required(string name, string? otherwise, int max = 200)
    {
        var count = faults.Count;
        var text = Text(name, otherwise, max) ?? "";
        if (string.IsNullOrWhiteSpace(text) && faults.Count == count)
        {
            Fault(name, "is missing");
        }

        return text;
    }

    public string Email(string name, string? otherwise)
    {
        var email = Required(name, otherwise);
        if (email.Length > 0 && !EmailAddress.IsValid(email))
        {
            Fault(name, $"{Echo(email)} is not a valid email address");
        }

        return email;
    }

    public bool Flag(string name, bool otherwise)
    {
        if (!Has(name))
        {
            return otherwise;
        }

        var kind = root.GetProperty(name).ValueKind;
        if (kind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Fault(name, "should be true or false");
        }

        return kind == JsonValueKind.True;
    }

    public int Integer(string name, int otherwise, int min, int max)
    {
        if (!Has(name))
        {
            return otherwise;
        }

        if (root.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= min && number <= max)
        {
            return number;
        }

        Fault(name, string.Create(CultureInfo.InvariantCulture, $"should be a whole number from {min} to {max}"));
        return otherwise;
    }

    /// <summary>One of a few words, in any case.</summary>
    public string Word(string name, string otherwise, params IReadOnlyList<string> known)
    {
        var count = faults.Count;
        var text = Text(name, otherwise) ?? "";
        if (known.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            return found;
        }

        if (faults.Count == count)
        {
            Fault(name, $"should be one of {string.Join(", ", known)}, not {Echo(text)}");
        }

        return otherwise;
    }

    /// <returns>Null where it is not there.</returns>
    public Given? Object(string name)
    {
        if (!Has(name) || root.GetProperty(name) is not { ValueKind: not JsonValueKind.Null } value)
        {
            return null;
        }

        return AsObject(value, Place(name));
    }

    /// <returns>Null where it is not there.</returns>
    public IReadOnlyList<Given>? Objects(string name, int max) =>
        List(name, max)?.Select((item, i) => AsObject(item, $"{Place(name)}[{i}]")).ToList();

    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string> otherwise, int max) =>
        List(name, max) is { } items ? [.. items.Select((item, i) => Checked($"{name}[{i}]", TextOf(item), 254, isOneLine: true) ?? "").Distinct()] : otherwise;

    /// <summary>When all that is known has been asked for.</summary>
    public void RefuseUnknown()
    {
        foreach (var property in root.EnumerateObject().Where(property => !_known.Contains(property.Name)))
        {
            Fault(Echo(property.Name), $"is no field here; there are {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }
    }

    public static string Echo(string text) => Fields.Shorten(text, MaxEcho);

    private string Place(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private Given AsObject(JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return new Given(value, at, faults);
        }

        var nothing = new Given(JsonDocument.Parse("{}").RootElement, at, faults);
        nothing.Fault(null, "should be an object");
        return nothing;
    }

    private List<JsonElement>? List(string name, int max)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = root.GetProperty(name);
        if (value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
        {
            Fault(name, "should be a list");
            return [];
        }

        var items = value.ValueKind == JsonValueKind.Null ? [] : value.EnumerateArray().ToList();
        if (items.Count > max)
        {
            Fault(name, string.Create(CultureInfo.InvariantCulture, $"should hold at most {max} items, not {items.Count}"));
            return [];
        }

        return items;
    }

    /// <summary>An integer stands for its digits: in YAML, <c>name: 2027</c> is one.</summary>
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when value.TryGetInt64(out _) => value.GetRawText(),
        _ => null,
    };

    private string? Checked(string name, string? text, int max, bool isOneLine)
    {
        if (text is null)
        {
            Fault(name, "should be a text");
        }
        else if (System.Text.Encoding.UTF8.GetByteCount(text) > max)
        {
            Fault(name, string.Create(CultureInfo.InvariantCulture, $"should have at most {max:N0} bytes, not {System.Text.Encoding.UTF8.GetByteCount(text):N0}"));
        }
        else if (isOneLine ? text.Any(char.IsControl) : text.Contains('\0', StringComparison.Ordinal))
        {
            Fault(name, isOneLine ? "should be one line, without line breaks and control characters" : "should hold no NUL");
        }

        return text?.Replace("\0", "", StringComparison.Ordinal); // PostgreSQL would refuse even the question for a NUL.
    }
}
