namespace Sluice.Fuzz;

/// <summary>Values that break programs, as JSON text and as plain text.</summary>
internal static class HostileValues
{
    private static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "1.5", "1.0", "1e3", "1e400", "-1e400", "0.1e-400", "2147483647", "2147483648", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "-9223372036854775809", "1234567890123456789", "12345678901234567890", "-5", "100000000000000000000000000000000000000000",
    ];

    private static readonly string[] Texts =
    [
        "", " ", "a", "null", "true", "0", "-1", "1.5", "9223372036854775807", "9223372036854775808", "12345678901234567890", " 1", "1 ", "+1", "0x1F", "\u0661\u0662", "\uff11", "a@b", "rep@example.com", "a@b@c",
        "@", "A@EXAMPLE.COM", "'; drop table flows; --", "%00", "%", "../../etc/passwd", "<script>alert(1)</script>", "{{recipient.first_name}}", "{{", "\u202e", "\ufeff", "\ufffd", "\u2028", "\r\nX: y", "a\nb",
        "\ud83d\ude00", "e\u0301\u0301\u0301", "\u0130\u023a\u1e9e", "a/b", "/", "\\", "\"", "Company", "CALL", "3d", "PT2H", "P9999999999D", "PT9223372036854775807H", "999999w999999d999999h", "-1d",
        "2026-01-05T09:30Z", "2026-01-05T09:30:00.123456789+0000", "2026-01-05", "9999-12-31T23:59:59+14:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0000-01-01T00:00:00Z",
        "1900-01-01T00:00Z", "9999-01-01T00:00Z", "1899-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "9999-12-31", "0001-01-01", "08:00", "24:00", "99:99", "Mon", "Europe/Berlin", "Factory",
    ];

    private static readonly string[] Escapes = ["\\u0000", "a\\u0000b@c", "\\ud800", "x\\udfff", "\\ud83d\\ude00", "\\u0001", "\\u007f", "a\\u0000", "\\uD800\\uD800", "\\n"];

    private static readonly string[] Shapes = ["null", "true", "false", "[]", "{}", "[[]]", "[null]", "[{}]", "[1,1]", "[\"\"]", "{\"a\":{}}", "{\"\":null}", "[[[[1]]]]"];

    private static readonly int[] Lengths = [65, 101, 129, 201, 255, 300, 401, 901, 999, 1001, 2700, 3000, 10_001, 70_000];

    /// <returns>A JSON value, which may be no valid text.</returns>
    public static string Json(Random random) => random.Next(10) switch
    {
        < 3 => Numbers[random.Next(Numbers.Length)],
        < 6 => Quote(Texts[random.Next(Texts.Length)]),
        6 => $"\"{Escapes[random.Next(Escapes.Length)]}\"",
        7 => Quote(Long(random)),
        8 => random.Next(6) == 0 ? Deep(random) : Shapes[random.Next(Shapes.Length)],
        _ => Shapes[random.Next(Shapes.Length)],
    };

    public static string Text(Random random) => random.Next(8) switch
    {
        0 => Long(random) is var text ? text[..Math.Min(1000, text.Length)] : "",
        1 => Numbers[random.Next(Numbers.Length)],
        2 => "\0",
        _ => Texts[random.Next(Texts.Length)],
    };

    /// <summary>A long text: of one letter, of letters that take three bytes, of letters that take more bytes in lower case, or an address.</summary>
    private static string Long(Random random)
    {
        var length = Lengths[random.Next(Lengths.Length)];
        var text = new string([.. Enumerable.Range(0, length).Select(_ => (char)random.Next('\u4E00', '\u9FA5'))]);
        return random.Next(5) switch
        {
            0 => new string('x', length),
            1 => new string('\u023A', length),
            2 => $"{new string('x', length)}@example.com",
            3 => $"a@{text}",
            _ => text,
        };
    }

    private static string Deep(Random random)
    {
        var depth = (int[])[10, 63, 64, 65, 1000, 20_000] is var depths ? depths[random.Next(depths.Length)] : 0;
        return random.Next(2) == 0 ? $"{new string('[', depth)}{new string(']', depth)}" : $"{string.Concat(Enumerable.Repeat("{\"a\":", depth))}1{new string('}', depth)}";
    }

    private static string Quote(string text) => System.Text.Json.Nodes.JsonValue.Create(text)!.ToJsonString();
}
