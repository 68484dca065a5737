using System.Text;

namespace Sluice.Engine.Mail.Content;

/// <summary>Puts values in the place of <c>{{names}}</c>, in one pass: what a value holds is never parsed again, braces or not.</summary>
internal static class Rendering
{
    private const int MaxTold = 20;
    private const int MaxName = 100;

    /// <summary>Values are escaped in the body, which is HTML; a subject is plain text.</summary>
    public static Rendered Render(StepTexts texts, IReadOnlyDictionary<string, string?> values)
    {
        var unresolved = new List<string>();
        var subject = Fill(texts.Subject, values, value => value, unresolved);
        var body = Fill(texts.Body, values, Escape, unresolved);
        return new Rendered(subject, body, [.. unresolved.Distinct().Take(MaxTold)]);
    }

    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal);

    private static string Fill(string text, IReadOnlyDictionary<string, string?> values, Func<string, string> write, List<string> unresolved)
    {
        var filled = new StringBuilder(text.Length);
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is var open and >= 0)
        {
            filled.Append(text, at, open - at);
            at = End(text, open);
            var written = text[open..at];
            if (Name(written) is { } name && values.GetValueOrDefault(name) is { } value)
            {
                filled.Append(write(value));
            }
            else
            {
                filled.Append(written);
                unresolved.Add(Name(written) ?? written);
            }
        }

        return filled.Append(text, at, text.Length - at).ToString();
    }

    /// <returns>Behind the closing braces, or behind the opening ones where no name and no closing braces follow.</returns>
    private static int End(string text, int open)
    {
        var rest = text.AsSpan(open + 2);
        var length = rest[..Math.Min(rest.Length, MaxName + 2)].IndexOfAny('{', '}');
        return length >= 0 && rest[length..].StartsWith("}}") ? open + 2 + length + 2 : open + 2;
    }

    /// <returns>Null where the braces were never closed.</returns>
    private static string? Name(string written) => written.Length >= 4 ? written[2..^2].Trim(' ') : null;
}

/// <summary>A step's subject and body, or what the assignment has put in their place.</summary>
/// <param name="Body">HTML.</param>
internal sealed record StepTexts(string Subject, string Body);

/// <param name="Unresolved">Names that have no value; <c>{{</c> for one that was never closed. Not empty: not to be sent by itself.</param>
internal sealed record Rendered(string Subject, string Body, IReadOnlyList<string> Unresolved)
{
    /// <summary>Whether the subject is one line. One that is not would become headers of the mail: never sent.</summary>
    public bool HasOneLineSubject => MailText.IsOneLine(Subject);
}
