namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>What a person wrote, for whoever answers.</summary>
/// <param name="From">The address to answer; null: not known.</param>
/// <param name="Text">Plain text, without quoted mail and signature.</param>
internal sealed record InboundText(string? From, string Subject, string Text)
{
    public const int MaxSubject = 500;
    public const int MaxText = 8_000;

    public static InboundText Of(RawMail mail) => Of(mail.Sender, mail.Subject, mail.Written);

    /// <summary>Cuts what is longer than anybody reads here, and takes out what PostgreSQL cannot store.</summary>
    public static InboundText Of(string? from, string subject, string text) => new(from, Cut(subject.ReplaceLineEndings(" "), MaxSubject), Cut(text, MaxText));

    private static string Cut(string text, int max)
    {
        var clean = text.Replace("\0", "", StringComparison.Ordinal);
        return clean.Length <= max ? clean : $"{clean[..(char.IsHighSurrogate(clean[max - 2]) ? max - 2 : max - 1)]}…";
    }
}
