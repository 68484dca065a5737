using System.Net;
using System.Text;

namespace Sluice.Server.Docs;

/// <summary>A block of a page. Each can be written as Markdown and as HTML, so that both views say the same. Text may contain `code`.</summary>
internal abstract record Block
{
    public abstract string Markdown { get; }

    public abstract string Html { get; }

    protected static string Marked(string text)
    {
        var parts = WebUtility.HtmlEncode(text).Split('`');
        return string.Concat(parts.Select((part, index) => index % 2 == 1 ? $"<code>{part}</code>" : part));
    }
}

/// <param name="Level">From 1. HTML writes it one level deeper, because the page of all operations has a title of its own.</param>
/// <param name="Text">Without Markdown marks.</param>
/// <param name="Id">The target of links on the HTML page. Null: nothing links to this heading.</param>
internal sealed record Heading(int Level, string Text, string? Id = null) : Block
{
    public override string Markdown => $"{new string('#', Level)} {Text}\n";

    public override string Html => $"<h{Level + 1}{(Id is null ? "" : $" id=\"{Id}\"")}>{Marked(Text)}</h{Level + 1}>\n";
}

internal sealed record Paragraph(string Text) : Block
{
    public override string Markdown => $"{Text}\n";

    public override string Html => $"<p>{Marked(Text)}</p>\n";
}

internal sealed record Code(string Language, string Text) : Block
{
    public override string Markdown => $"```{Language}\n{Text}\n```\n";

    public override string Html => $"<pre>{WebUtility.HtmlEncode(Text)}</pre>\n";
}

internal sealed record Table(IReadOnlyList<string> Head, IReadOnlyList<string[]> Rows) : Block
{
    public override string Markdown
    {
        get
        {
            var text = new StringBuilder().Append(Row(Head)).Append(Row(Head.Select(_ => "---")));
            foreach (var row in Rows)
            {
                text.Append(Row(row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))));
            }

            return text.ToString();
        }
    }

    public override string Html
    {
        get
        {
            var text = new StringBuilder("<table>\n").Append(Row("th", Head));
            foreach (var row in Rows)
            {
                text.Append(Row("td", row));
            }

            return text.Append("</table>\n").ToString();
        }
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string Row(string tag, IEnumerable<string> cells) =>
        $"<tr>{string.Concat(cells.Select(cell => $"<{tag}>{Marked(cell)}</{tag}>"))}</tr>\n";
}
