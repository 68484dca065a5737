using Sluice.Engine.Mail.Content;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Sends mail. There are two implementations: one keeps mail for the inbox of <c>sluice dev</c>, the other hands it to a mail server.</summary>
internal interface IMailTransport
{
    /// <summary>How many mails may be sent at the same time. With 1, mails are sent in order.</summary>
    int MaxParallel { get; }

    /// <summary>
    /// Sends one mail. Never throws because of what the mail server does; the outcome says what is certain. When this server stops, which
    /// cancels <paramref name="ct"/>, a mail that the mail server cannot have accepted yet is deferred.
    /// </summary>
    Task<MailOutcome> SendAsync(OutgoingMail mail, CancellationToken ct);
}

/// <param name="Reason">The mail server's answer, or what went wrong; null for a sent mail.</param>
internal sealed record MailOutcome(MailOutcomeKind Kind, string? Reason)
{
    public static readonly MailOutcome Sent = new(MailOutcomeKind.Sent, null);

    public static MailOutcome Refused(string reason) => new(MailOutcomeKind.Refused, reason);

    public static MailOutcome Deferred(string reason) => new(MailOutcomeKind.Deferred, reason);

    public static MailOutcome Unknown(string reason) => new(MailOutcomeKind.Unknown, reason);
}

internal enum MailOutcomeKind
{
    /// <summary>The mail server has accepted the mail.</summary>
    Sent,

    /// <summary>The mail server will never accept the mail. Nothing was sent.</summary>
    Refused,

    /// <summary>The mail cannot be sent now. Nothing was sent, so it may be tried again.</summary>
    Deferred,

    /// <summary>The whole mail was handed over, but no clear answer came. Nobody knows whether it was sent.</summary>
    Unknown,
}
