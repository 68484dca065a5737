using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>Reads a text, or the digits of a number as they are: ids in tasks are numbers, and none may go through a double.</summary>
internal sealed class TextConverter<T> : JsonConverter<T>
    where T : struct, IText<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.From(TextConverter.Read(ref reader));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary>Reads an id that may also be null, or the four letters "null", as the original writes it for folders.</summary>
internal sealed class NullTextConverter<T> : JsonConverter<T?>
    where T : struct, IText<T>
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null || TextConverter.Read(ref reader) is not { } text || text == "null" ? null : T.From(text);

    public override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options) => writer.WriteStringValue(value?.Value);
}

internal static class TextConverter
{
    public static string Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan), // Answers are read whole, so a value is in one piece.
        _ => throw new JsonException($"A text was expected here, not {reader.TokenType}."),
    };
}
