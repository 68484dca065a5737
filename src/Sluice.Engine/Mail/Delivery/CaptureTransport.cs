using Sluice.Engine.Mail.Content;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Mail that stays here: its row is all of it, and <c>/sluice/v1/messages</c> shows it. What cannot be sent by SMTP is refused here too.</summary>
internal sealed class CaptureTransport : IMailTransport
{
    public int MaxParallel => 1;

    public Task<MailOutcome> SendAsync(OutgoingMail mail, CancellationToken ct) =>
        Task.FromResult(MimeMail.WhyNot(mail) is { } reason ? MailOutcome.Refused(reason) : MailOutcome.Sent);
}
