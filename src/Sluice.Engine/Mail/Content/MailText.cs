using System.Text;

namespace Sluice.Engine.Mail.Content;

/// <summary>How text stands in a mail's header.</summary>
internal static class MailText
{
    /// <summary>So many bytes make an encoded word of at most 75 characters (RFC 2047).</summary>
    private const int BytesAWord = 45;

    /// <summary>No line break or other control character: what follows one would be read as a header of its own.</summary>
    public static bool IsOneLine(string text) => !text.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029');

    /// <summary>A header's free text: as it is where it is short and ASCII, else in encoded words, each on a line of its own.</summary>
    public static string Encode(string text) => IsPlain(text) ? text : string.Join("\r\n ", Words(text).Select(bytes => $"=?utf-8?B?{Convert.ToBase64String(bytes)}?="));

    /// <summary>A name before an address.</summary>
    public static string EncodeName(string name) => IsPlain(name)
        ? $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        : Encode(name);

    private static bool IsPlain(string text) =>
        text.Length <= 60 && Ascii.IsValid(text) && IsOneLine(text) && !text.Contains("=?", StringComparison.Ordinal) && text.Trim() == text;

    /// <summary>Cut between letters, never within one.</summary>
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
