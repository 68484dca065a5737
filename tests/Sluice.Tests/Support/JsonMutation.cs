using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Tests.Support;

/// <summary>Turns valid JSON into broken JSON.</summary>
internal static partial class JsonMutation
{
    private static readonly string[] Values =
    [
        "", "null", "true", "0", "-1", "1.5", "1e400", "9223372036854775808", "\"\"", "\"\\u0000\"", "\"a\\u0000b@c\"", "\"\\ud800\"", "\"'; drop table flows; --\"", "\"a@b\"", "[]", "{}", "[[]]", "[null]", "[1,1]",
        "[\"\\udfff\"]", "{\"a\":{}}", "[", "]", "{", "}", ":", ",", "\"", "\\", "/**/", "\u0001", "\ufeff", "\"2026-01-01T00:00:00Z\"", "\"-999999999-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.999-18:00\"",
    ];

    /// <summary>Makes up to three changes, to tokens or to a single byte. In one of twenty cases it cuts off the end.</summary>
    public static byte[] Of(string body, Random random)
    {
        for (var times = random.Next(0, 3); times > 0; times--)
        {
            var tokens = Token().Matches(body);
            var (token, value) = (tokens[random.Next(tokens.Count)], Values[random.Next(Values.Length)]);
            body = random.Next(4) == 0
                ? body.Insert(token.Index, token.Value) // Repeats a token.
                : string.Concat(body.AsSpan(0, token.Index), value, body.AsSpan(token.Index + token.Length));
        }

        var bytes = Encoding.UTF8.GetBytes(body);
        if (random.Next(3) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(20) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    [GeneratedRegex("\"[^\"]*\"|[\\[\\]{}:,]|[^\\s\"\\[\\]{}:,]+")]
    private static partial Regex Token();
}
