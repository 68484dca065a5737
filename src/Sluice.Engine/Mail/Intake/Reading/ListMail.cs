namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Recognises mail of mailing lists and newsletters. A person may answer us through a group address, which adds the same fields.</summary>
internal static class ListMail
{
    private static readonly string[] Fields = ["List-Id", "List-Post", "List-Unsubscribe", "Mailing-List", "X-Mailing-List", "X-Campaign-Id", "Feedback-ID"];

    /// <returns>The rule that hit; null: it is no such mail.</returns>
    public static string? Find(RawMail mail, KnownMail known) =>
        known.AnswersUs ? null
        : Fields.FirstOrDefault(mail.Has) is { } field ? $"It has the field {field}, and answers no mail of ours"
        : mail.Thread.Count == 0 && mail.Header("Precedence")?.Trim().ToLowerInvariant() is "bulk" or "list" or "junk" ? "Precedence says that it went to many, and it answers nothing"
        : null;
}
