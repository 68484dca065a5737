using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>Reads each ISO-8601 time that the API writes, also an offset without a colon.</summary>
internal sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && (reader.TryGetDateTimeOffset(out var time)
            || DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time))
            ? time
            : throw new JsonException("A time was expected here.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
