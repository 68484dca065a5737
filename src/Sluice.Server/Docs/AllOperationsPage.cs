using System.Text;
using Sluice.Server.Http;

namespace Sluice.Server.Docs;

/// <summary>Writes a guide and all operations on one page for the browser, so that the reader's search finds everything.</summary>
internal static class AllOperationsPage
{
    private static readonly Heading Operations = new(1, "All operations", "operations");

    /// <param name="about">What the API is.</param>
    /// <param name="guide">What applies to all operations.</param>
    /// <param name="pages">In any order.</param>
    public static string Write(string about, IEnumerable<Block> guide, IReadOnlyList<OperationPage> pages)
    {
        var parts = pages.GroupBy(page => page.Part).ToList();
        var text = new StringBuilder();
        var blocks = guide.ToList();
        WriteNavigation(text, blocks, parts);
        text.Append("<main id=\"main\">\n<h1>Sluice API</h1>\n").Append(new Paragraph(about).Html)
            .Append("<p>For tools there is the <a href=\"/openapi/v2.json\">OpenAPI document</a> (the management API has <a href=\"/openapi/sluice.json\">its own</a>), and for language models <a href=\"/llms.txt\">llms.txt</a>.</p>\n");
        WriteGuide(text, blocks);
        WriteList(text, parts);
        foreach (var page in parts.SelectMany(part => part))
        {
            WriteOperation(text, page);
        }

        return HtmlDocument.Write("Sluice API", "docs", text.Append("</main>").ToString());
    }

    private static void WriteNavigation(StringBuilder text, IReadOnlyList<Block> guide, IReadOnlyList<IGrouping<string, OperationPage>> parts)
    {
        text.Append("<a class=\"skip\" href=\"#main\">Skip the navigation</a>\n<nav aria-label=\"Contents\">\n<ul>\n");
        foreach (var heading in guide.OfType<Heading>().Append(Operations))
        {
            WriteLink(text, heading.Id!, heading.Text).Append("</li>\n");
        }

        text.Append("</ul>\n");
        foreach (var part in parts) // Only on a wide screen: a narrow one has the list of all operations.
        {
            text.Append("<div><p>").Append(HtmlDocument.Encode(part.Key)).Append("</p>\n<ul>\n");
            foreach (var page in part)
            {
                WriteLink(text, page.Id, page.Summary).Append("</li>\n");
            }

            text.Append("</ul></div>\n");
        }

        text.Append("</nav>\n");
    }

    private static StringBuilder WriteLink(StringBuilder text, string id, string name) =>
        text.Append("<li><a href=\"#").Append(id).Append("\">").Append(HtmlDocument.Encode(name)).Append("</a>");

    private static void WriteGuide(StringBuilder text, IReadOnlyList<Block> guide)
    {
        foreach (var (i, block) in guide.Index())
        {
            text.Append(block is not Heading ? "" : i == 0 ? "<section>\n" : "</section>\n<section>\n").Append(block.Html);
        }

        text.Append("</section>\n");
    }

    /// <summary>Lists the operations with what one looks for: the call, the scope.</summary>
    private static void WriteList(StringBuilder text, IReadOnlyList<IGrouping<string, OperationPage>> parts)
    {
        text.Append("<section>\n").Append(Operations.Html);
        foreach (var part in parts)
        {
            text.Append(new Heading(2, part.Key).Html).Append("<ul class=\"operations\">\n");
            foreach (var page in part)
            {
                WriteLink(text, page.Id, page.Summary).Append(" <code>").Append(HtmlDocument.Encode(page.Call))
                    .Append("</code> <span>").Append(HtmlDocument.Encode(page.Scope)).Append("</span></li>\n");
            }

            text.Append("</ul>\n");
        }

        text.Append("</section>\n");
    }

    private static void WriteOperation(StringBuilder text, OperationPage page)
    {
        text.Append("<section>\n<p class=\"part\">").Append(HtmlDocument.Encode(page.Part))
            .Append(" · <a href=\"/docs/").Append(page.Id).Append(".md\">Markdown</a> · <a href=\"#operations\">All operations</a></p>\n");
        foreach (var block in page.Blocks())
        {
            text.Append(block.Html);
        }

        text.Append("</section>\n");
    }
}
