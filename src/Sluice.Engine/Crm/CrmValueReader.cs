using System.Text.Json;
using NodaTime;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Crm;

/// <summary>What the values of a field may be.</summary>
/// <param name="Type">One of <see cref="CrmFieldType"/>; empty: anything.</param>
/// <param name="Words">The values of a PICKLIST; null for the other types.</param>
internal sealed record CrmValueKind(string Type, IReadOnlySet<string>? Words = null);

/// <summary>A value of an object.</summary>
/// <param name="Json">As it is stored.</param>
/// <param name="Text">As a template shows it; null: there is no value.</param>
/// <param name="Fault">What follows the field's name; null: the value is good.</param>
internal readonly record struct CrmValue(string Json, string? Text, string? Fault = null)
{
    public bool IsMissing => Text is null;
}

/// <summary>Checks a value by the type of its field [doc]. A null and an empty text are no value.</summary>
internal static class CrmValueReader
{
    private const string NotText = "should be a text"; // [inf], as all sentences here.
    private const int MaxWordsTold = 20;

    public static CrmValue Read(CrmValueKind kind, JsonElement value) => value.ValueKind == JsonValueKind.Null ? new("null", null) : kind.Type switch
    {
        CrmFieldType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? Plain(value) : Wrong("should be true or false"),
        CrmFieldType.Number or CrmFieldType.Percent or CrmFieldType.Currency => value.ValueKind == JsonValueKind.Number ? Plain(value) : Wrong("should be a number"),
        CrmFieldType.TextList => ReadTexts(value),
        CrmFieldType.Id or CrmFieldType.Reference => ReadId(value),
        "" => Plain(value),
        _ => value.ValueKind != JsonValueKind.String ? Wrong(NotText) : ReadText(kind, value.GetString()!, value.GetRawText()),
    };

    private static CrmValue ReadText(CrmValueKind kind, string text, string json)
    {
        if (text.Length == 0)
        {
            return new(json, null);
        }

        return kind.Type switch
        {
            CrmFieldType.EmailAddress => ReadAddress(text),
            CrmFieldType.DateTime => WhyNoTime(WireTime.Read(text)) is { } fault ? Wrong(fault) : new(json, text),
            CrmFieldType.Date => WhyNoTime(WireTime.ReadDayOrTime(text, DateTimeZone.Utc)) is { } fault
                ? Wrong(fault == TimeRange.Sentence ? fault : "is not an ISO-8601 date")
                : new(json, text),
            CrmFieldType.Url when !IsAddressOfPage(text) => Wrong("is not a URL"),
            CrmFieldType.PickList when !kind.Words!.Contains(text) => Wrong($"should be one of {string.Join(", ", kind.Words.Take(MaxWordsTold))}{(kind.Words.Count > MaxWordsTold ? ", …" : "")}"),
            _ => new(json, text),
        };
    }

    private static CrmValue ReadAddress(string text) =>
        EmailAddress.Read(text) is { } address ? new(Quote(address), address)
        : string.IsNullOrWhiteSpace(text) ? new("\"\"", null)
        : Wrong("is not a valid email address");

    /// <summary>An integer stands for its digits: CRMs whose ids are numbers send them so.</summary>
    private static CrmValue ReadId(JsonElement value)
    {
        var id = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        return id is null ? Wrong("should be a text")
            : id.Length == 0 ? new("\"\"", null)
            : value.ValueKind == JsonValueKind.Number && id.AsSpan().ContainsAnyExceptInRange('0', '9') ? Wrong($"should be a text or a whole number, not {id}")
            : CrmObjectId.WhyNot(id) is { } fault ? Wrong(fault)
            : new(Quote(id), id);
    }

    private static CrmValue ReadTexts(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? new(value.GetRawText(), value.GetArrayLength() == 0 ? null : string.Join(", ", value.EnumerateArray().Select(one => one.GetString())))
            : Wrong("should be a list of texts");

    private static string? WhyNoTime(DateTimeOffset? time) =>
        time is null ? "is not an ISO-8601 date and time with an offset"
        : !TimeRange.Contains(time.Value) ? TimeRange.Sentence
        : null;

    /// <summary>CRMs keep the addresses of pages also without a scheme, such as <c>www.acme.example</c>.</summary>
    private static bool IsAddressOfPage(string text) =>
        text[0] != '/' && !text.Any(char.IsWhiteSpace)
        && (Uri.TryCreate(text, UriKind.Absolute, out _) || (text.Contains('.', StringComparison.Ordinal) && Uri.TryCreate($"https://{text}", UriKind.Absolute, out _)));

    private static CrmValue Plain(JsonElement value) => new(value.GetRawText(), value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText());

    private static CrmValue Wrong(string fault) => new("null", null, fault);

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
