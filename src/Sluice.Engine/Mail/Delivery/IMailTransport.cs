namespace Sluice.Engine.Mail.Delivery;

/// <summary>The way out. Two there are: into the inbox of <c>sluice dev</c>, and to a mail server.</summary>
internal interface IMailTransport
{
    /// <summary>How many may be under way at once. One: they leave in order.</summary>
    int MaxParallel { get; }

    /// <summary>Never throws for what the other side does; the outcome says what is certain.</summary>
    /// <param name="mail">What to send.</param>
    /// <param name="ct">The server is stopping: a mail of which nothing was accepted yet is deferred.</param>
    Task<MailOutcome> SendAsync(OutgoingMail mail, CancellationToken ct);
}

/// <summary>A mail as it leaves.</summary>
/// <param name="Html">The body.</param>
/// <param name="MessageId">Without angle brackets, as all ids here.</param>
/// <param name="References">The thread so far, oldest first; the last one is answered. Empty: a new thread.</param>
/// <param name="UnsubscribeUrl">Null: without a link.</param>
internal sealed record OutgoingMail(
    string SenderAddress,
    string SenderName,
    string Recipient,
    string Subject,
    string Html,
    string MessageId,
    IReadOnlyList<string> References,
    DateTimeOffset Date,
    string? UnsubscribeUrl);

/// <param name="Reason">What the other side said, or what went wrong; null where it is sent.</param>
internal sealed record MailOutcome(MailOutcomeKind Kind, string? Reason)
{
    public static readonly MailOutcome Sent = new(MailOutcomeKind.Sent, null);

    public static MailOutcome Refused(string reason) => new(MailOutcomeKind.Refused, reason);

    public static MailOutcome Deferred(string reason) => new(MailOutcomeKind.Deferred, reason);

    public static MailOutcome Unknown(string reason) => new(MailOutcomeKind.Unknown, reason);
}

internal enum MailOutcomeKind
{
    /// <summary>The server has taken it over.</summary>
    Sent,

    /// <summary>It will never take it. Nothing has left.</summary>
    Refused,

    /// <summary>Not now. Nothing has left.</summary>
    Deferred,

    /// <summary>All of it was handed over and no answer came: it may have left or not.</summary>
    Unknown,
}
