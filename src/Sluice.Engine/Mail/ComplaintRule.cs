namespace Sluice.Engine.Mail;

/// <summary>
/// Decides what follows from complaints about a sender's mail. Gmail and Yahoo begin to refuse at 0.3 %. What counts is the last 1,000 mails; who has sent fewer
/// is judged as if it were 1,000, so one angry recipient of the first ten mails stops nobody, and two slow down whoever has sent ten or a thousand.
/// </summary>
internal static class ComplaintRule
{
    public const int Window = 1000;

    /// <summary>0.1 % and 0.3 % of the window. More than that counts.</summary>
    private const int Tolerated = 1, Alarming = 3;

    public static ComplaintVerdict Of(int complaints) => complaints > Alarming ? ComplaintVerdict.Stopped
        : complaints > Tolerated ? ComplaintVerdict.Slowed
        : ComplaintVerdict.Fine;
}

internal enum ComplaintVerdict
{
    Fine,

    /// <summary>The sender's limits for a day and a week are halved.</summary>
    Slowed,

    /// <summary>The sender's mail is held until a person resumes the mailbox.</summary>
    Stopped,
}
