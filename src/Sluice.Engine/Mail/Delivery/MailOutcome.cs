namespace Sluice.Engine.Mail.Delivery;

/// <param name="Reason">The mail server's answer, or what went wrong; null for a sent mail.</param>
/// <param name="Fault">Whom or what the failure speaks of.</param>
internal sealed record MailOutcome(MailOutcomeKind Kind, string? Reason, MailFault Fault)
{
    public static readonly MailOutcome Sent = new(MailOutcomeKind.Sent, null, MailFault.None);

    public static MailOutcome Refused(string reason, MailFault fault = MailFault.Address) => new(MailOutcomeKind.Refused, reason, fault);

    public static MailOutcome Deferred(string reason, MailFault fault = MailFault.ForNow) => new(MailOutcomeKind.Deferred, reason, fault);

    public static MailOutcome Unknown(string reason) => new(MailOutcomeKind.Unknown, reason, MailFault.None);
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
