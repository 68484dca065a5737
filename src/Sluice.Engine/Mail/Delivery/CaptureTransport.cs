using Sluice.Engine.Mail.Content;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Sends nothing: <c>/sluice/v1/messages</c> shows the message from the database. Refuses the same invalid mail as the SMTP transport.</summary>
internal sealed class CaptureTransport : IMailTransport
{
    public int MaxParallel => 1;

    /// <summary>Many, because nothing leaves: after a crash, mail that was claimed but not recorded is simply claimed again.</summary>
    public int MaxClaimed => 500;

    public Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct) =>
        Task.FromResult(MimeMail.FindFault(mail) is { } reason ? MailOutcome.Refused(reason, MailFault.Ours) : MailOutcome.Sent);
}
