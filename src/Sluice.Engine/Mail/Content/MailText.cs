using System.Text;

namespace Sluice.Engine.Mail.Content;

/// <summary>
/// Writes text of headers (RFC 2047). MimeKit's own encoder lets the first line of a header, which begins with its name, grow over the 76 characters
/// that the standard allows.
/// </summary>
internal static class MailText
{
    private const int MaxLine = 76;
    private const int MaxWord = 75;
    private const int WordFrame = 12; // =?utf-8?B? and ?=
    private const string Fold = "\r\n ";

    /// <summary>Whether the text has no line break or other control character. Mail servers read the text after a line break as another header.</summary>
    public static bool IsOneLine(string text) => !text.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029');

    /// <summary>Encodes free text of a header. Plain ASCII text stays as it is, folded at its blanks; any other text becomes encoded words, each on its own line.</summary>
    /// <param name="name">The header's name, which takes some of the first line.</param>
    public static string Encode(string name, string text) => IsPlain(text) ? FoldAtBlanks(name, text) : string.Join(Fold, Words(name, text));

    /// <summary>Encodes a mailbox: a display name and an address.</summary>
    /// <param name="header">The header's name.</param>
    public static string EncodeMailbox(string header, string name, string address)
    {
        if (name.Length == 0)
        {
            return $"<{address}>";
        }

        var quoted = $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        var words = IsPlain(name) && header.Length + quoted.Length + 2 <= MaxLine ? [quoted] : Words(header, name).ToList();
        var before = words.Count == 1 ? header.Length + 2 : 1;
        return string.Join(Fold, words) + (before + words[^1].Length + address.Length + 3 <= MaxLine ? " " : Fold) + $"<{address}>";
    }

    /// <summary>Whether the text needs no encoding: ASCII without blanks at its ends or next to each other, without what looks encoded, and with words that fit into a line.</summary>
    private static bool IsPlain(string text) => Ascii.IsValid(text)
        && IsOneLine(text)
        && !text.Contains("=?", StringComparison.Ordinal)
        && text.Split(' ') is var words
        && (text.Length == 0 || words.All(word => word.Length is > 0 and <= MaxWord - 15));

    private static string FoldAtBlanks(string name, string text)
    {
        var folded = new StringBuilder();
        var column = name.Length + 1;
        foreach (var word in text.Split(' '))
        {
            var fits = folded.Length == 0 || column + 1 + word.Length <= MaxLine;
            folded.Append(folded.Length == 0 ? "" : fits ? " " : Fold).Append(word);
            column = fits ? column + 1 + word.Length : 1 + word.Length;
        }

        return folded.ToString();
    }

    /// <summary>Splits the text between characters, never inside one.</summary>
    private static IEnumerable<string> Words(string name, string text)
    {
        var word = new List<byte>(MaxWord);
        var (bytes, room) = (new byte[4], BytesIn(MaxLine - name.Length - 2));
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(bytes);
            if (word.Count + length > room)
            {
                yield return Word(word);
                (word, room) = ([], BytesIn(MaxWord));
            }

            word.AddRange(bytes.AsSpan(0, length));
        }

        yield return Word(word);
    }

    private static int BytesIn(int characters) => (characters - WordFrame) / 4 * 3;

    private static string Word(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";
}
