using System.Text;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Brings text into the form in which it is compared with known phrases: lower case, no accents, plain apostrophes and blanks.</summary>
internal static class FoldedText
{
    private static readonly System.Collections.Frozen.FrozenDictionary<char, char> Plain = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(
        from pair in (IEnumerable<string>)["aáàâäãåāăą", "cçćč", "dď", "eéèêëēėęě", "iíìîïīįı", "lł", "nñńň", "oóòôöõøōő", "rř", "sśšşș", "tťţț", "uúùûüūůűų", "yýÿ", "zžźż", "её"]
        from accented in pair.AsEnumerable().Skip(1)
        select KeyValuePair.Create(accented, pair[0]));

    /// <summary>Keeps the number of characters, except of <c>ß</c>, <c>æ</c> and <c>œ</c>.</summary>
    public static string Of(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var sign in text)
        {
            var lower = char.ToLowerInvariant(sign);
            _ = lower > 127 && Plain.TryGetValue(lower, out var plain) ? folded.Append(plain) : lower switch
            {
                'ß' => folded.Append("ss"),
                'æ' => folded.Append("ae"),
                'œ' => folded.Append("oe"),
                '’' or '‘' or '´' or '`' => folded.Append('\''),
                '\u00A0' or '\u202F' or '\u2009' or '\t' => folded.Append(' '),
                '\u200B' or '\u200C' or '\u200D' or '\uFEFF' or '\u00AD' or '\r' => folded,
                '‐' or '‑' => folded.Append('-'),
                _ => folded.Append(lower),
            };
        }

        return folded.ToString();
    }

    /// <summary>The words of a text, with one blank between them. Signs between words, such as apostrophes, are blanks.</summary>
    public static string Words(string folded)
    {
        var words = new StringBuilder(folded.Length);
        foreach (var sign in folded)
        {
            if (char.IsLetterOrDigit(sign) || char.IsSurrogate(sign) || char.GetUnicodeCategory(sign) == System.Globalization.UnicodeCategory.NonSpacingMark)
            {
                words.Append(sign);
            }
            else if (words.Length > 0 && words[^1] != ' ')
            {
                words.Append(' ');
            }
        }

        return words.ToString().TrimEnd();
    }
}
