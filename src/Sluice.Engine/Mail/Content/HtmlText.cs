using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Sluice.Engine.Mail.Content;

/// <summary>
/// Converts an HTML body to text, for people who read mail as plain text. AngleSharp reads the HTML as browsers do, so broken HTML gives the text that
/// a browser would show. Walks the tree without recursion.
/// </summary>
internal static class HtmlText
{
    /// <summary>Elements whose content is not shown.</summary>
    private static readonly HashSet<string> Unseen = new(["head", "title", "style", "script", "template", "svg", "math", "object", "iframe", "select", "textarea"], StringComparer.Ordinal);

    /// <summary>Elements that stand on lines of their own.</summary>
    private static readonly HashSet<string> Blocks = new(
        ["div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "main", "aside", "nav", "address", "center", "figure", "figcaption", "caption", "form", "fieldset", "hr"], StringComparer.Ordinal);

    /// <summary>Elements with an empty line between them and the next one.</summary>
    private static readonly HashSet<string> Paragraphs = new(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"], StringComparer.Ordinal);

    public static string Of(string html)
    {
        using var document = new HtmlParser().ParseDocument(HtmlDepth.Limit(html));
        var lines = new HtmlLines();
        if (document.DocumentElement is { } root)
        {
            Write(root, lines);
        }

        return lines.ToText();
    }

    private static void Write(IElement root, HtmlLines lines)
    {
        var open = new Stack<OpenElement>([new OpenElement(root, "html")]);
        while (open.TryPeek(out var parent))
        {
            if (parent.Next == parent.Element.ChildNodes.Length)
            {
                Leave(open.Pop(), lines);
            }
            else if (parent.Element.ChildNodes[parent.Next++] is var child && child is IText text)
            {
                lines.Add(text.Data);
            }
            else if (child is IElement element && !IsUnseen(element))
            {
                open.Push(Enter(element, lines));
            }
        }
    }

    /// <summary>Whether the element is hidden, as the preview lines of newsletters are.</summary>
    private static bool IsUnseen(IElement element) => Unseen.Contains(element.LocalName)
        || element.HasAttribute("hidden")
        || element.GetAttribute("style")?.Replace(" ", "", StringComparison.Ordinal).Contains("display:none", StringComparison.OrdinalIgnoreCase) == true;

    private static OpenElement Enter(IElement element, HtmlLines lines)
    {
        var name = element.LocalName;
        BreakLine(name, lines);
        switch (name)
        {
            case "br":
                lines.EndLine();
                break;
            case "hr":
                lines.Add("----------");
                break;
            case "img":
                lines.Add($" {element.GetAttribute("alt")} ");
                break;
            case "ul" or "ol":
                lines.BeginList(name == "ol", element.GetAttribute("start"));
                break;
            case "li":
                lines.BeginItem();
                break;
            case "td" or "th":
                lines.BeginCell();
                break;
            case "pre":
                lines.IsVerbatim = true;
                break;
        }

        return new OpenElement(element, name) { LinkBegins = name == "a" ? lines.Length : 0 };
    }

    private static void Leave(OpenElement left, HtmlLines lines)
    {
        switch (left.Name)
        {
            case "a" when FindAddress(left.Element) is { } address:
                lines.AddAddress(address, left.LinkBegins);
                break;
            case "ul" or "ol":
                lines.EndList();
                break;
            case "pre":
                lines.IsVerbatim = false;
                break;
        }

        BreakLine(left.Name, lines);
    }

    private static void BreakLine(string name, HtmlLines lines)
    {
        if (Paragraphs.Contains(name))
        {
            lines.EndParagraph();
        }
        else if (Blocks.Contains(name))
        {
            lines.Break();
        }
    }

    /// <returns>Null: the element leads nowhere outside of the mail.</returns>
    private static string? FindAddress(IElement link) => link.GetAttribute("href")?.Trim() is { Length: > 0 } href
        && !href.StartsWith('#')
        && !href.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase)
        && !href.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            ? string.Concat(href.Where(letter => !char.IsControl(letter)))
            : null;

    /// <param name="Name">In lower case.</param>
    private sealed record OpenElement(IElement Element, string Name)
    {
        /// <summary>Index of the child to look at next.</summary>
        public int Next { get; set; }

        /// <summary>Length of the text before the link.</summary>
        public int LinkBegins { get; init; }
    }
}
