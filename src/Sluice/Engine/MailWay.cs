using System.Diagnostics.Metrics;
using Sluice.Mail;

namespace Sluice.Engine;

/// <summary>The way out that this server has, and how often it went well.</summary>
/// <param name="transport">Null: none, and mail that is queued waits.</param>
internal sealed class MailWay(IMailTransport? transport) : IDisposable
{
    private readonly Meter _meter = new("Sluice.Mail");
    private Counter<long>? _mails;

    public IMailTransport? Transport => transport;

    public void Count(MailOutcomeKind kind) => (_mails ??= _meter.CreateCounter<long>("sluice.mails", "{mail}", "Mails handed over, by outcome."))
        .Add(1, new KeyValuePair<string, object?>("outcome", kind.ToString().ToLowerInvariant()));

    public void Dispose() => _meter.Dispose();
}
