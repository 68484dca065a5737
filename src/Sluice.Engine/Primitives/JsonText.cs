using System.Text.Json;
using System.Text.Unicode;

namespace Sluice.Engine.Primitives;

/// <summary>
/// The parser lets bytes that are not UTF-8 and halves of surrogate pairs stand until somebody asks for the text, and throws then; and
/// written as they came, they break the answer for its reader. Nobody behind this check has to think of that.
/// </summary>
internal static class JsonText
{
    /// <returns>Whether all of its names and strings are text.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static bool IsSound(ReadOnlySpan<byte> json) => Utf8.IsValid(json) && (json.IndexOf("\\u"u8) < 0 || AreEscapesSound(json));

    /// <returns>What it begins with; all of it has been read.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonTokenType FirstToken(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var first = reader.TokenType;
        while (reader.Read())
        {
        }

        return first;
    }

    private static bool AreEscapesSound(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                _ = reader.ValueIsEscaped ? reader.GetString() : null;
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
