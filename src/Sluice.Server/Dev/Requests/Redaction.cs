using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Dev.Requests;

/// <summary>
/// What may be kept of a request: values under names that an operation knows, texts of mail apart. The value of a name that nobody knows is not kept,
/// whatever it is: it may be a misspelt text of mail, or a secret.
/// </summary>
internal static partial class Redaction
{
    public const int MaxBody = 16 * 1024;

    private const int MaxText = 2048;
    private const string Redacted = "[redacted]";

    private static readonly HashSet<string> OfMail = ["body", "subject", "flowInstanceDescription", "overrides"];
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Cut where it is long, and without what looks like one of our secrets.</summary>
    public static string Text(string text) => Secrets().Replace(text.Length <= MaxText ? text : text[..MaxText] + "…", Redacted);

    /// <returns>With its question mark; null when there is none.</returns>
    public static string? Query(IQueryCollection query, Asked known)
    {
        var pairs = query.SelectMany(pair => pair.Value, (pair, value) => $"{Uri.EscapeDataString(pair.Key)}={(known.Names.ContainsKey(pair.Key) ? Uri.EscapeDataString(value ?? "") : Redacted)}");
        return query.Count == 0 ? null : Text("?" + string.Join('&', pairs));
    }

    public static string Body(JsonElement root, Asked known)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            Write(json, root, known);
        }

        var text = Encoding.UTF8.GetString(buffer.WrittenSpan[..Math.Min(buffer.WrittenCount, MaxBody)]);
        return Secrets().Replace(buffer.WrittenCount > MaxBody ? text + "…" : text, Redacted);
    }

    private static void Write(Utf8JsonWriter json, JsonElement value, Asked known)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var field in value.EnumerateObject().TakeWhile(_ => !IsFull(json)))
                {
                    json.WritePropertyName(field.Name);
                    WriteField(json, field, known);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray().TakeWhile(_ => !IsFull(json)))
                {
                    Write(json, item, known);
                }

                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static void WriteField(Utf8JsonWriter json, JsonProperty field, Asked known)
    {
        if (OfMail.Contains(field.Name) || !known.Names.TryGetValue(field.Name, out var inner))
        {
            json.WriteStringValue(Redacted);
        }
        else
        {
            Write(json, field.Value, inner);
        }
    }

    /// <summary>What comes after would be cut off anyhow.</summary>
    private static bool IsFull(Utf8JsonWriter json) => json.BytesCommitted + json.BytesPending > MaxBody;

    /// <summary>The secret of a key or its token; what looks like an access key may stay. Shorter than the whole, as a cut may leave a part.</summary>
    [GeneratedRegex("sl[st]_[0-9A-Za-z]+")]
    private static partial Regex Secrets();
}
