using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail.Writing;

/// <summary>What a person has written.</summary>
/// <param name="Subject">Null: the one that is offered.</param>
/// <param name="Text">Plain text; null: the one that is offered.</param>
internal sealed record WrittenMail(string? Subject, string? Text)
{
    public const int MaxSubject = 900; // A header line has 998 bytes at most, RFC 5322.
    public const int MaxText = 20_000;

    public static WrittenMail Read(RequestReader fields) => new(fields.Text("subject", null, MaxSubject), fields.Text("text", null, MaxText, isOneLine: false));

    /// <summary>Puts what was written in the place of what is offered.</summary>
    public Rendered Over(Rendered offered) => Rendering.Render(new StepTexts(Subject ?? offered.Subject, Text is null ? offered.Body : PlainBody.ToHtml(Text)), NoValues);

    /// <summary>Lists what is wrong with a mail that would leave like this. Braces in it are placeholders that nobody has filled in.</summary>
    public static List<string> FaultsOf(Rendered mail)
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(mail.Subject))
        {
            faults.Add("subject: is empty");
        }
        else if (!mail.HasOneLineSubject)
        {
            faults.Add("subject: should be one line");
        }

        if (string.IsNullOrWhiteSpace(HtmlText.Of(mail.Body)))
        {
            faults.Add("text: is empty");
        }

        faults.AddRange(mail.Unresolved.Select(name => $"{(IsIn(mail.Subject, name) ? "subject" : "text")}: {(name == Open ? "{{ is not closed" : $"{{{{{name}}}}} has no value")}: write something else in its place"));
        return faults;
    }

    private const string Open = "{{";

    private static readonly Dictionary<string, string?> NoValues = [];

    private static bool IsIn(string subject, string name) => Rendering.Render(new StepTexts(subject, ""), NoValues).Unresolved.Contains(name);
}
