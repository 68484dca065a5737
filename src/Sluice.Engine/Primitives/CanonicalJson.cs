using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Engine.Primitives;

/// <summary>Writes JSON in one form, so that two texts that differ only in white space, in escapes or in the order of fields become the same bytes.</summary>
internal static class CanonicalJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(IBufferWriter<byte> to, JsonElement value)
    {
        using var json = new Utf8JsonWriter(to, Options);
        Write(json, value);
    }

    /// <summary>Sorts the fields by name. Fields of the same name keep their order, because it says which of them counts. A number stays as it is written.</summary>
    private static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var field in value.EnumerateObject().OrderBy(field => field.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(field.Name);
                    Write(json, field.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(value.GetString());
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
