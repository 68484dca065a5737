using System.Text;
using MimeKit.Text;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>
/// Turns the HTML of a message into the text that its writer wrote. What mail programs mark as quoted or as a signature is left out. Reads tokens
/// and builds no tree, so that nested elements cost nothing.
/// </summary>
internal static class HtmlToText
{
    private static readonly string[] QuoteClasses = ["gmail_quote", "gmail_signature", "yahoo_quoted", "moz-cite-prefix", "moz-signature", "protonmail_quote", "zmail_extra"];

    /// <summary>Everything after such an element is quoted.</summary>
    private static readonly string[] QuoteIds = ["divRplyFwdMsg", "appendonsend", "OLK_SRC_BODY_SECTION", "mail-editor-reference-message-container"];

    public static string Of(string html)
    {
        var (tokens, text, skipped) = (new HtmlTokenizer(new StringReader(html)), new StringBuilder(), (SkippedElement?)null);
        while (tokens.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken tag)
            {
                if (skipped is not null)
                {
                    skipped = skipped.After(tag);
                }
                else if (IsRest(tag))
                {
                    break;
                }
                else if (IsSkipped(tag))
                {
                    skipped = new SkippedElement(tag.Name, 1);
                }
                else
                {
                    Separate(tag, text);
                }
            }
            else if (token is HtmlDataToken { Kind: HtmlTokenKind.Data } data && skipped is null)
            {
                Append(data.Data, text);
            }
        }

        return text.ToString();
    }

    private static bool IsRest(HtmlTagToken tag) => !tag.IsEndTag && Attribute(tag, "id") is { } id && QuoteIds.Any(known => id.Contains(known, StringComparison.OrdinalIgnoreCase));

    private static bool IsSkipped(HtmlTagToken tag) => !tag.IsEndTag && !tag.IsEmptyElement && (
        tag.Id is HtmlTagId.Style or HtmlTagId.Script or HtmlTagId.Title or HtmlTagId.BlockQuote
        || (tag.Id is HtmlTagId.Div or HtmlTagId.Span or HtmlTagId.Pre or HtmlTagId.Table
            && Attribute(tag, "class") is { } name && QuoteClasses.Any(known => name.Contains(known, StringComparison.OrdinalIgnoreCase))));

    private static string? Attribute(HtmlTagToken tag, string name) =>
        tag.Attributes.FirstOrDefault(attribute => attribute.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;

    private static void Separate(HtmlTagToken tag, StringBuilder text)
    {
        if (tag.Id is HtmlTagId.TD or HtmlTagId.TH)
        {
            text.Append(' ');
        }
        else if (tag.Id is HtmlTagId.Br or HtmlTagId.P or HtmlTagId.Div or HtmlTagId.TR or HtmlTagId.LI or HtmlTagId.HR or HtmlTagId.Table or HtmlTagId.UL or HtmlTagId.OL
            or HtmlTagId.Pre or HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 or HtmlTagId.H4)
        {
            text.Append('\n');
        }
    }

    /// <summary>Appends text; line ends in HTML are blanks.</summary>
    private static void Append(string data, StringBuilder text)
    {
        foreach (var sign in data)
        {
            if (!char.IsWhiteSpace(sign))
            {
                text.Append(sign);
            }
            else if (text.Length > 0 && !char.IsWhiteSpace(text[^1]))
            {
                text.Append(' ');
            }
        }
    }

    /// <param name="Depth">How many elements of this name are open.</param>
    private sealed record SkippedElement(string Name, int Depth)
    {
        /// <returns>The element as it is after the tag; null: the tag has ended it.</returns>
        public SkippedElement? After(HtmlTagToken tag)
        {
            if (!tag.Name.Equals(Name, StringComparison.OrdinalIgnoreCase) || tag.IsEmptyElement)
            {
                return this;
            }

            var depth = Depth + (tag.IsEndTag ? -1 : 1);
            return depth > 0 ? this with { Depth = depth } : null;
        }
    }
}
