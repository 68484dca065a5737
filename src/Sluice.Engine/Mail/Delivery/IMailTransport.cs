using Sluice.Engine.Mail.Content;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Sends mail. There are two implementations: one keeps mail for the inbox of <c>sluice dev</c>, the other hands it to a mail server.</summary>
internal interface IMailTransport
{
    /// <summary>How many mails may be sent at the same time. With 1, mails are sent in order.</summary>
    int MaxParallel { get; }

    /// <summary>How many mails may be claimed at once, sent or not.</summary>
    int MaxClaimed => MaxParallel;

    /// <summary>
    /// Sends one mail. Never throws because of what the mail server does; the outcome says what is certain. When this server stops, which
    /// cancels <paramref name="ct"/>, a mail that the mail server cannot have accepted yet is deferred; for one that it may have, its answer is awaited
    /// for some seconds.
    /// </summary>
    /// <param name="beforeLastLine">
    /// Called once, before the last line of the mail is sent. Until then the mail server cannot have accepted the mail. False: somebody else has taken
    /// the mail over, so the last line must not be sent.
    /// </param>
    Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct);
}
