using System.Net;
using System.Text;

namespace Sluice.Engine.Mail.Content;

/// <summary>Converts an HTML body to text, for people who read mail as plain text. Runs in one pass; invalid HTML gives odd text, never an exception.</summary>
internal static class HtmlText
{
    private static readonly string[] Blocks = ["p", "/p", "br", "div", "/div", "tr", "li", "h1", "h2", "h3", "ul", "/ul", "ol", "/ol", "table", "/table"];

    public static string Of(string html)
    {
        var text = new StringBuilder(html.Length);
        for (var at = 0; at < html.Length;)
        {
            var open = html.IndexOf('<', at) is var found and >= 0 ? found : html.Length;
            AppendWords(text, WebUtility.HtmlDecode(html[at..open]));
            var close = open < html.Length ? html.IndexOf('>', open) : -1;
            if (close < 0)
            {
                break;
            }

            at = AfterTag(html, html[(open + 1)..close], close + 1, text);
        }

        return text.ToString().Trim() + "\r\n";
    }

    /// <returns>Index at which the text continues. The content of <c>style</c> and <c>script</c> is skipped, because it is not text.</returns>
    private static int AfterTag(string html, string tag, int at, StringBuilder text)
    {
        var name = tag.Split([' ', '\t', '\r', '\n', '/'], 2, StringSplitOptions.RemoveEmptyEntries) is [var first, ..] ? first.ToLowerInvariant() : "";
        name = tag.StartsWith('/') ? "/" + name : name;
        if (name is "style" or "script")
        {
            return html.IndexOf($"</{name}", at, StringComparison.OrdinalIgnoreCase) is var end and >= 0 ? end : html.Length;
        }

        if (Blocks.Contains(name) && !EndsWith(text, "\r\n\r\n"))
        {
            text.Append("\r\n");
        }
        else if (name == "a" && Address(tag) is { } address)
        {
            text.Append(address).Append(' ');
        }

        return at;
    }

    /// <summary>Returns the link's URL. The caller writes it before the link's text, so that it need not remember the URL until the closing tag.</summary>
    private static string? Address(string tag)
    {
        const string Before = "href=\"";
        var begin = tag.IndexOf(Before, StringComparison.OrdinalIgnoreCase) + Before.Length;
        var end = begin >= Before.Length ? tag.IndexOf('"', begin) : -1;
        return end < 0 ? null : WebUtility.HtmlDecode(tag[begin..end]);
    }

    /// <summary>Writes each run of spaces and line breaks as one space, as HTML shows it.</summary>
    private static void AppendWords(StringBuilder text, string words)
    {
        foreach (var letter in words)
        {
            if (!char.IsWhiteSpace(letter))
            {
                text.Append(letter);
            }
            else if (text.Length > 0 && text[^1] is not (' ' or '\n'))
            {
                text.Append(' ');
            }
        }
    }

    private static bool EndsWith(StringBuilder text, string end) => text.Length >= end.Length && text.ToString(text.Length - end.Length, end.Length) == end;
}
