namespace Sluice.Engine.Mail.Content;

/// <summary>A step that replies goes on in the conversation that the instance's last sent mail is part of.</summary>
internal static class MailThread
{
    private const string Re = "Re: ";

    /// <summary>The step's own subject counts for nothing in a conversation; where there is none yet, the step begins one.</summary>
    /// <param name="texts">Of a step that replies.</param>
    /// <param name="values">Of the placeholders.</param>
    /// <param name="last">The last mail that was sent; null: none was.</param>
    public static Rendered Render(StepTexts texts, IReadOnlyDictionary<string, string?> values, Message? last) => last is null
        ? Rendering.Render(texts, values)
        : Rendering.Render(texts with { Subject = "" }, values) with { Subject = SubjectAfter(last.Subject) }; // Not rendered again: it may hold values.

    private static string SubjectAfter(string subject) => subject.StartsWith(Re, StringComparison.OrdinalIgnoreCase) ? subject : Re + subject;
}
