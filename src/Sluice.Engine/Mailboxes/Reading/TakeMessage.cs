using MimeKit;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mailboxes.Reading;

/// <summary>Gives a message of a mailbox its effect.</summary>
internal sealed class TakeMessage(Inbound inbound)
{
    public Task RunAsync(IDbSession tx, Mailbox mailbox, byte[] raw, CancellationToken ct)
    {
        var mail = MimeMessage.Load(new MemoryStream(raw), ct);
        var message = new InboundMessage(InboundType.Reply, mail.MessageId!, null, [.. mail.References], mail.From.Mailboxes.First().Address!, null, false, null);
        return inbound.RunAsync(tx, message, Actor.Engine(mailbox.CompanyId), ct);
    }
}
