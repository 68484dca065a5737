using System.Text.Json;
using System.Text.Unicode;

namespace Sluice.Engine.Primitives;

/// <summary>
/// Checks that the names and strings in JSON are valid text. The parser accepts invalid UTF-8 and lone surrogates, and throws only when code
/// asks for the text; copied into an answer, they make it unreadable. Code that runs after this check need not handle them.
/// </summary>
internal static class JsonText
{
    /// <returns>Whether all names and strings are valid text.</returns>
    /// <exception cref="JsonException">The input is not JSON.</exception>
    public static bool IsValidText(ReadOnlySpan<byte> json) => Utf8.IsValid(json) && (json.IndexOf("\\u"u8) < 0 || AreEscapesSound(json));

    /// <returns>The first token. The whole input was read and is JSON.</returns>
    /// <exception cref="JsonException">The input is not JSON.</exception>
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
