namespace Sluice.Engine.Mail.Content;

/// <summary>
/// Cuts off HTML where too many elements are open. For each tag, a parser of HTML looks through the open elements, so a megabyte of tags that nobody
/// closes would keep it busy for minutes.
/// </summary>
internal static class HtmlDepth
{
    private const int MaxOpen = 500;
    private const int MaxName = 20;

    /// <summary>Elements that are empty, or that the next one of their kind closes.</summary>
    private static readonly HashSet<string> Unclosed = new(
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead", "tfoot"],
        StringComparer.OrdinalIgnoreCase);

    public static string Limit(string html)
    {
        var open = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var depth = 0;
        for (var at = html.IndexOf('<', StringComparison.Ordinal); at >= 0; at = html.IndexOf('<', at + 1))
        {
            var isEnd = at + 1 < html.Length && html[at + 1] == '/';
            var name = NameAt(html, at + (isEnd ? 2 : 1));
            if (name.Length == 0 || Unclosed.Contains(name))
            {
                continue;
            }

            var count = open.GetValueOrDefault(name);
            var change = !isEnd ? 1 : count > 0 ? -1 : 0;
            (open[name], depth) = (count + change, depth + change);
            if (depth > MaxOpen)
            {
                return html[..at];
            }
        }

        return html;
    }

    private static string NameAt(string html, int at)
    {
        var end = at;
        while (end < html.Length && end - at < MaxName && char.IsAsciiLetterOrDigit(html[end]))
        {
            end++;
        }

        return html[at..end];
    }
}
