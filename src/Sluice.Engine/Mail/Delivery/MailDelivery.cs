using System.Diagnostics.Metrics;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>The mail transport of this server, and the counter of its outcomes.</summary>
/// <param name="transport">Null: this server sends no mail, and queued mail waits.</param>
internal sealed class MailDelivery(IMailTransport? transport)
{
    private static readonly Counter<long> Mails = new Meter("Sluice.Mail").CreateCounter<long>("sluice.mails", "{mail}", "Mails handed over, by outcome.");

    public IMailTransport? Transport => transport;

    public static void Count(MailOutcomeKind kind) => Mails.Add(1, new KeyValuePair<string, object?>("outcome", Word(kind)));

    public static string Word(MailOutcomeKind kind) => kind.ToString().ToLowerInvariant();
}
