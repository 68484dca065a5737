using System.Text;

namespace Sluice.Engine.Mail.Content;

/// <summary>Encodes text for the headers of a mail.</summary>
internal static class MailText
{
    /// <summary>45 bytes of UTF-8 become an encoded word of at most 75 characters (RFC 2047).</summary>
    private const int BytesAWord = 45;

    /// <summary>Whether the text has no line break or other control character. Mail servers read the text after a line break as another header.</summary>
    public static bool IsOneLine(string text) => !text.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029');

    /// <summary>Encodes free text of a header. Short ASCII text stays as it is; any other text becomes encoded words, each on its own line.</summary>
    public static string Encode(string text) => IsPlain(text) ? text : string.Join("\r\n ", Words(text).Select(bytes => $"=?utf-8?B?{Convert.ToBase64String(bytes)}?="));

    /// <summary>Encodes the display name that stands before an address.</summary>
    public static string EncodeName(string name) => IsPlain(name)
        ? $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        : Encode(name);

    private static bool IsPlain(string text) =>
        text.Length <= 60 && Ascii.IsValid(text) && IsOneLine(text) && !text.Contains("=?", StringComparison.Ordinal) && text.Trim() == text;

    /// <summary>Splits the text between characters, never inside one.</summary>
    private static IEnumerable<byte[]> Words(string text)
    {
        var word = new List<byte>(BytesAWord);
        var bytes = new byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(bytes);
            if (word.Count + length > BytesAWord)
            {
                yield return [.. word];
                word.Clear();
            }

            word.AddRange(bytes.AsSpan(0, length));
        }

        yield return [.. word];
    }
}
