using System.Text;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Reads Message-IDs out of header fields as mail programs write them: folded, without blanks between them, with comments and phrases.</summary>
internal static class HeaderIds
{
    public const int MaxThread = 100;

    private const int MaxText = 128 * 1024;

    /// <summary>Lists the Message-IDs of a thread: first the one that the mail answers, then the references, the last first.</summary>
    public static List<string> Thread(string? inReplyTo, string? references) =>
        [.. Read(inReplyTo).Concat(Read(references).AsEnumerable().Reverse()).Distinct().Take(MaxThread)];

    /// <returns>The ids without their angle brackets, in the order of the text. Where nothing stands in brackets, each word is an id.</returns>
    public static List<string> Read(string? text)
    {
        var plain = WithoutComments(text is { Length: > MaxText } ? text[^MaxText..] : text ?? "");
        return plain.Contains('<', StringComparison.Ordinal)
            ? InBrackets(plain)
            : [.. plain.Split([' ', '\t', '\r', '\n', ',', '>', '"'], StringSplitOptions.RemoveEmptyEntries)];
    }

    private static List<string> InBrackets(string text)
    {
        var ids = new List<string>();
        for (var open = text.IndexOf('<', StringComparison.Ordinal); open >= 0; open = text.IndexOf('<', open + 1))
        {
            var end = text.IndexOfAny(['>', '<'], open + 1); // Some programs forget to close one.
            var id = string.Concat(text[(open + 1)..(end < 0 ? text.Length : end)].Where(sign => !char.IsWhiteSpace(sign)));
            if (id.Length > 0)
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    /// <summary>Removes comments, which stand in parentheses and may hold others. Inside of angle brackets and quotes a parenthesis is a character like others.</summary>
    private static string WithoutComments(string text)
    {
        if (!text.Contains('(', StringComparison.Ordinal))
        {
            return text;
        }

        var (plain, depth, inQuotes, inId) = (new StringBuilder(), 0, false, false);
        foreach (var sign in text)
        {
            inQuotes = depth == 0 && (sign == '"' ? !inQuotes : inQuotes);
            inId = depth == 0 && !inQuotes && (sign == '<' || (sign != '>' && inId));
            depth += inQuotes || inId ? 0 : sign == '(' ? 1 : sign == ')' && depth > 0 ? -1 : 0;
            if (depth == 0)
            {
                plain.Append(sign == ')' && !inQuotes && !inId ? ' ' : sign);
            }
        }

        return plain.ToString();
    }
}
