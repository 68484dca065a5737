namespace Sluice.Engine.Mail.Content;

/// <summary>Makes the HTML body of a mail out of what a person typed as plain text. Nothing in it is markup.</summary>
internal static class PlainBody
{
    /// <summary>An empty line ends a paragraph.</summary>
    public static string ToHtml(string text)
    {
        var paragraphs = new List<List<string>> { new() };
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()))
        {
            if (line.Length > 0)
            {
                paragraphs[^1].Add(Rendering.Escape(line));
            }
            else if (paragraphs[^1].Count > 0)
            {
                paragraphs.Add([]);
            }
        }

        return string.Join('\n', paragraphs.Where(lines => lines.Count > 0).Select(lines => $"<p>{string.Join("<br>\n", lines)}</p>"));
    }
}
