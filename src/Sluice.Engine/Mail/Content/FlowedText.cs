using System.Text;

namespace Sluice.Engine.Mail.Content;

/// <summary>
/// Breaks the long lines of a text for <c>format=flowed</c> (RFC 3676). A line that ends with a space goes on in the next line: a mail program that
/// knows the format joins the two, and all others show short lines.
/// </summary>
internal static class FlowedText
{
    private const int MaxLine = 76;

    /// <summary>The line before a signature ends with a space and still ends there (RFC 3676, 4.3).</summary>
    private const string Signature = "-- ";

    /// <param name="text">Lines that end with CR LF.</param>
    public static string Of(string text)
    {
        var flowed = new StringBuilder(text.Length + (text.Length / 32));
        foreach (var line in text.TrimEnd('\r', '\n').Split("\r\n"))
        {
            AppendLine(flowed, line == Signature ? line : line.TrimEnd(' '));
        }

        return flowed.ToString();
    }

    private static void AppendLine(StringBuilder flowed, string line)
    {
        var at = 0;
        while (FindBreak(line, at) is var end and > 0)
        {
            Append(flowed, line.AsSpan(at, end - at));
            at = end;
        }

        Append(flowed, line.AsSpan(at));
    }

    /// <returns>Index after the last space that fits into the line. 0: the rest stays on one line, because it is short or its next word is too long for any line.</returns>
    private static int FindBreak(string line, int from)
    {
        if (line.Length - from <= MaxLine || line.LastIndexOf(' ', from + MaxLine - 1, MaxLine) is not (> 0 and var space))
        {
            return 0;
        }

        var next = line.IndexOf(' ', space + 1) is var found and >= 0 ? found : line.Length;
        return next - space - 1 <= MaxLine && space + 1 < line.Length ? space + 1 : 0;
    }

    /// <summary>Puts a space before a line that would be read as a quote, as the start of a mailbox entry, or as stuffed itself.</summary>
    private static void Append(StringBuilder flowed, ReadOnlySpan<char> line)
    {
        if (line.StartsWith(" ") || line.StartsWith(">") || line.StartsWith("From "))
        {
            flowed.Append(' ');
        }

        flowed.Append(line).Append("\r\n");
    }
}
