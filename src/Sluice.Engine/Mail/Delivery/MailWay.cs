using System.Diagnostics.Metrics;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>The way out that this server has, and how often it went well.</summary>
/// <param name="transport">Null: none, and mail that is queued waits.</param>
internal sealed class MailWay(IMailTransport? transport)
{
    private static readonly Counter<long> Mails = new Meter("Sluice.Mail").CreateCounter<long>("sluice.mails", "{mail}", "Mails handed over, by outcome.");

    public IMailTransport? Transport => transport;

    public static void Count(MailOutcomeKind kind) => Mails.Add(1, new KeyValuePair<string, object?>("outcome", kind.ToString().ToLowerInvariant()));
}
