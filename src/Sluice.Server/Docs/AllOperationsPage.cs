using System.Text;

namespace Sluice.Server.Docs;

/// <summary>Writes all operations on one page for the browser. The page follows the reader's light or dark theme, fits any width and loads nothing.</summary>
internal static class AllOperationsPage
{
    private const string Head = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Sluice API</title>
        <style>
        :root { color-scheme: light dark; --text: #1c2430; --soft: #5b6675; --line: #e2e6eb; --back: #fff; --well: #f5f7f9; --link: #0a5bb8; }
        @media (prefers-color-scheme: dark) { :root { --text: #dde3ea; --soft: #98a4b3; --line: #2c343e; --back: #13171c; --well: #1b2129; --link: #7db6ff; } }
        body { margin: 0; font: 16px/1.6 system-ui, sans-serif; color: var(--text); background: var(--back); }
        header, main { max-width: 54rem; padding: 1rem 1.5rem; }
        nav { padding: 0 1.5rem; font-size: .9rem; }
        nav b { display: block; margin-top: .8rem; color: var(--soft); font-weight: 600; }
        nav a { display: block; padding: .1rem 0; text-decoration: none; }
        a { color: var(--link); }
        a:hover { text-decoration: underline; }
        h1 { font-size: 2rem; margin: .5rem 0; }
        h2 { font-size: 1.6rem; margin: 3rem 0 .5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
        h3 { font-size: 1rem; margin: 2rem 0 .5rem; }
        table { border-collapse: collapse; display: block; overflow-x: auto; font-size: .95rem; }
        th, td { text-align: left; vertical-align: top; padding: .35rem 1.2rem .35rem 0; border-bottom: 1px solid var(--line); }
        th { color: var(--soft); font-weight: 600; white-space: nowrap; }
        td:last-child { min-width: 16rem; }
        code, pre { font: .9em/1.5 ui-monospace, monospace; }
        td:first-child code { white-space: nowrap; }
        p code { overflow-wrap: anywhere; }
        pre { margin: .5rem 0; padding: 1rem; overflow-x: auto; background: var(--well); border-radius: 6px; }
        @media (min-width: 64rem) {
          nav { position: fixed; inset: 0 auto 0 0; width: 16rem; box-sizing: border-box; overflow-y: auto; padding: 1rem 1.5rem; background: var(--well); }
          header, main { margin-left: 16rem; padding: 1.5rem 3rem 0; }
        }
        </style>

        """;

    /// <param name="about">Text that applies to all operations.</param>
    /// <param name="pages">In any order.</param>
    public static string Write(string about, IEnumerable<OperationPage> pages)
    {
        var parts = pages.GroupBy(page => page.Part).ToList();
        var text = new StringBuilder(Head).Append("<header>\n<h1>Sluice API</h1>\n").Append(new Paragraph(about).Html).Append(new Paragraph(OperationPage.EnvironmentVariables).Html)
            .Append("<p>For tools: <a href=\"/openapi/v2.json\">OpenAPI document</a>. For language models: <a href=\"/llms.txt\">llms.txt</a>.</p>\n</header>\n<nav>\n");
        foreach (var part in parts)
        {
            text.Append("<b>").Append(part.Key).Append("</b>\n");
            foreach (var page in part)
            {
                text.Append("<a href=\"#").Append(page.Id).Append("\">").Append(page.Summary).Append("</a>\n");
            }
        }

        text.Append("</nav>\n<main>\n");
        foreach (var block in parts.SelectMany(part => part).SelectMany(page => page.Blocks()))
        {
            text.Append(block.Html);
        }

        return text.Append("</main>\n").ToString();
    }
}
