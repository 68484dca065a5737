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

/// <summary>Verb and path of an operation.</summary>
internal sealed record CallLine(string Verb, string Path, bool IsDeprecated) : Block
{
    public override string Markdown => $"`{Verb} {Path}`{(IsDeprecated ? " (deprecated)" : "")}\n";

    public override string Html =>
        $"<p class=\"call\"><code><b>{Verb}</b> {WebUtility.HtmlEncode(Path)}</code>{(IsDeprecated ? " <span class=\"badge\">deprecated</span>" : "")}</p>\n";
}

internal sealed record Code(string Language, string Text) : Block
{
    public override string Markdown => $"```{Language}\n{Text}\n```\n";

    public override string Html => $"<pre><code>{WebUtility.HtmlEncode(Text)}</code></pre>\n";
}

/// <summary>
/// A table in Markdown. HTML writes a list of descriptions instead, which fits a narrow screen: the first cell is what is described, the last is
/// its meaning, and those between are notes.
/// </summary>
internal sealed record Table(IReadOnlyList<string> Head, IReadOnlyList<string[]> Rows) : Block
{
    /// <summary>Whether the first cells are so short that HTML can set each meaning beside its cell at any width.</summary>
    public bool IsShort { get; init; }

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
            var text = new StringBuilder(IsShort ? "<dl class=\"short\">\n" : "<dl>\n");
            foreach (var row in Rows)
            {
                text.Append("<div><dt>").Append(Term(row[0])).AppendJoin("", Notes(row)).Append("</dt><dd>").Append(Marked(row[^1])).Append("</dd></div>\n");
            }

            return text.Append("</dl>\n").ToString();
        }
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    /// <summary>Sets the path of a nested field apart from its name, and lets a long one break there.</summary>
    private static string Term(string cell)
    {
        var end = cell.LastIndexOf('.') + 1;
        return cell.StartsWith('`') && end > 0
            ? $"<code><i>{WebUtility.HtmlEncode(cell[1..end]).Replace(".", ".<wbr>", StringComparison.Ordinal)}</i>{WebUtility.HtmlEncode(cell[end..^1])}</code>"
            : Marked(cell);
    }

    /// <summary>The cells between the first and the last. Where a cell says only "yes", its column's head says what is so.</summary>
    private IEnumerable<string> Notes(string[] row) =>
        from cell in row.Index().Skip(1).SkipLast(1)
        where cell.Item.Length > 0
        select cell.Item == "yes" ? $" <b>{Head[cell.Index]}</b>" : $" <span>{Marked(cell.Item)}</span>";
}
