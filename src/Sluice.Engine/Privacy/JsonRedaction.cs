using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sluice.Engine.Prospects;

namespace Sluice.Engine.Privacy;

/// <summary>Takes an address out of the strings of a JSON text, at any depth.</summary>
internal static class JsonRedaction
{
    private const string Erased = "erased";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>The text without the address; null if it does not have it, or is not JSON.</returns>
    public static string? Find(string json, AddressKey key)
    {
        if (!MayHold(json, key))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            using var buffer = new MemoryStream();
            var hasChanged = false;
            using (var writer = new Utf8JsonWriter(buffer, Options))
            {
                Write(writer, document.RootElement, key, ref hasChanged);
            }

            return hasChanged ? Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null; // A line of an upload that is not JSON, or no valid text: its worker drops it.
        }
    }

    /// <summary>Reads a string field of an object.</summary>
    /// <returns>Null if the text is no object or has no such string.</returns>
    public static string? Field(string json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether it is worth to parse the text: nearly all texts have neither the address nor an escape that could hide it. A phone number has many forms.</summary>
    public static bool MayHold(string json, AddressKey key) =>
        key.IsPhone || key.Spellings.Any(spelling => json.Contains(spelling, StringComparison.OrdinalIgnoreCase)) || json.Contains("\\u", StringComparison.OrdinalIgnoreCase);

    private static void Write(Utf8JsonWriter json, JsonElement value, AddressKey key, ref bool hasChanged)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var field in value.EnumerateObject())
                {
                    json.WritePropertyName(field.Name);
                    Write(json, field.Value, key, ref hasChanged);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item, key, ref hasChanged);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String when value.GetString() is { } text && key.IsIn(text):
                json.WriteStringValue(key.RemoveFrom(text, Erased));
                hasChanged = true;
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
