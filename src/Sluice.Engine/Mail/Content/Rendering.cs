using System.Text;

namespace Sluice.Engine.Mail.Content;

/// <summary>Replaces <c>{{names}}</c> by their values in one pass. A value is never parsed again, even if it contains braces.</summary>
internal static class Rendering
{
    private const int MaxReported = 20;
    private const int MaxName = 100;

    /// <summary>Fills subject and body. Escapes values in the body, which is HTML, but not in the subject, which is plain text.</summary>
    public static Rendered Render(StepTexts texts, IReadOnlyDictionary<string, string?> values)
    {
        var unresolved = new List<string>();
        var subject = Fill(texts.Subject, values, value => value, unresolved);
        var body = Fill(texts.Body, values, Escape, unresolved);
        return new Rendered(subject, body, [.. unresolved.Distinct().Take(MaxReported)]);
    }

    /// <summary>Drops everything but the placeholders, each once. The result has the same unresolved names, however long the text was.</summary>
    public static string OnlyPlaceholders(string text)
    {
        var found = new List<string>();
        for (var at = 0; text.IndexOf("{{", at, StringComparison.Ordinal) is var open and >= 0;)
        {
            at = End(text, open);
            found.Add(text[open..at]);
        }

        return string.Join(' ', found.Distinct(StringComparer.Ordinal));
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

    /// <returns>Index after the closing braces; if no name with closing braces follows, index after the opening braces.</returns>
    private static int End(string text, int open)
    {
        var rest = text.AsSpan(open + 2);
        var length = rest[..Math.Min(rest.Length, MaxName + 2)].IndexOfAny('{', '}');
        return length >= 0 && rest[length..].StartsWith("}}") ? open + 2 + length + 2 : open + 2;
    }

    /// <returns>The name; null: the braces are not closed.</returns>
    private static string? Name(string written) => written.Length >= 4 ? written[2..^2].Trim(' ') : null;
}

/// <summary>A step's subject and body, or the texts with which the assignment replaces them.</summary>
/// <param name="Body">HTML.</param>
internal sealed record StepTexts(string Subject, string Body);

/// <param name="Unresolved">Names without a value; <c>{{</c> stands for braces that are not closed. If not empty, the mail is not sent automatically.</param>
internal sealed record Rendered(string Subject, string Body, IReadOnlyList<string> Unresolved)
{
    /// <summary>Whether the subject is one line. More lines would become headers of the mail, so such a mail is never sent.</summary>
    public bool HasOneLineSubject => MailText.IsOneLine(Subject);
}
