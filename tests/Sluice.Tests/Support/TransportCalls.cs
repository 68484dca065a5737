using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Support;

internal static class TransportCalls
{
    /// <summary>Sends a mail that nobody else can take over.</summary>
    public static Task<MailOutcome> SendAsync(this IMailTransport transport, OutgoingMail mail, CancellationToken ct) => transport.SendAsync(mail, () => Task.FromResult(true), ct);
}
