namespace Sluice.Engine.Mail.Content;

/// <summary>Renders a reply step: it continues the thread of the instance's last sent mail.</summary>
internal static class MailThread
{
    private const string Re = "Re: ";

    /// <summary>Ignores the step's own subject in a thread. Without an earlier mail, the step starts a thread under its own subject.</summary>
    /// <param name="texts">Texts of the reply step.</param>
    /// <param name="values">Values of the placeholders.</param>
    /// <param name="lastSubject">The subject of the last sent mail; null: no mail was sent yet.</param>
    public static Rendered Render(StepTexts texts, IReadOnlyDictionary<string, string?> values, string? lastSubject) => lastSubject is null
        ? Rendering.Render(texts, values)
        : Rendering.Render(texts with { Subject = "" }, values) with { Subject = SubjectAfter(lastSubject) }; // Never rendered twice: a value may hold braces.

    public static string SubjectAfter(string subject) => subject.StartsWith(Re, StringComparison.OrdinalIgnoreCase) ? subject : Re + subject;
}
