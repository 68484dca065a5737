using System.Globalization;
using System.Text.Json;

namespace Sluice.Engine.Primitives;

/// <remarks>Values of drafts, in the strict style only: a missing field keeps its current value, and a null takes it away.</remarks>
internal sealed partial class RequestReader
{
    /// <param name="otherwise">The value of a missing field.</param>
    /// <param name="max">In bytes.</param>
    /// <param name="isOneLine">Whether it must be one line: a line break in a subject would begin another header.</param>
    public string? Text(string name, string? otherwise, int max = 200, bool isOneLine = true) => Value(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.Null } => null,
        { } value => Checked(name, value, max, isOneLine),
    };

    public string Required(string name, string? otherwise, int max = 200)
    {
        var count = _whole._faults.Count;
        var text = Text(name, otherwise, max) ?? "";
        if (string.IsNullOrWhiteSpace(text) && _whole._faults.Count == count)
        {
            Fault(name, "is missing");
        }

        return text;
    }

    public string Email(string name, string? otherwise)
    {
        var email = Required(name, otherwise);
        return email.Length > 0 ? ToEmail(name, email, EmailAddress.Read(email)) : email;
    }

    /// <summary>A whole number, in a query also as a text.</summary>
    public int Integer(string name, int otherwise, int min, int max)
    {
        if (Value(name) is not { } value)
        {
            return otherwise;
        }

        var number = 0;
        var isNumber = _isQuery
            ? int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
        if (isNumber && number >= min && number <= max)
        {
            return number;
        }

        Fault(name, string.Create(CultureInfo.InvariantCulture, $"should be a whole number from {min} to {max}"));
        return otherwise;
    }

    /// <summary>One of a few words, in any case.</summary>
    public string Word(string name, string otherwise, params IReadOnlyList<string> known)
    {
        var count = _whole._faults.Count;
        var text = Text(name, otherwise) ?? "";
        if (known.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            return found;
        }

        if (_whole._faults.Count == count)
        {
            RefuseWord(name, text, known);
        }

        return otherwise;
    }

    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string> otherwise, int max) =>
        Has(name) ? [.. Few(name, max).Select((item, i) => Checked($"{name}[{i}]", item, 254, isOneLine: true) ?? "").Distinct()] : otherwise;

    private string? Checked(string name, JsonElement value, int max, bool isOneLine)
    {
        var text = ToText(name, value);
        if (text is not null && TextLength.WhyTooLong(text, max) is { } sentence)
        {
            Fault(name, sentence);
        }
        else if (text is not null && (isOneLine ? text.Any(char.IsControl) : text.Contains('\0', StringComparison.Ordinal)))
        {
            Fault(name, isOneLine ? "should be one line, without line breaks and control characters" : "should hold no NUL");
        }

        return text?.Replace("\0", "", StringComparison.Ordinal); // PostgreSQL would refuse even the question for a NUL.
    }
}
