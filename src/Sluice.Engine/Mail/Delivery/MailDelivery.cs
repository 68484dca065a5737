using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>The mail transport of this server. Counts the outcomes, and logs each that is not a success.</summary>
/// <param name="transport">Null: this server sends no mail, and queued mail waits.</param>
internal sealed partial class MailDelivery(IMailTransport? transport, ILogger<MailDelivery>? logger = null)
{
    private const int CodeLength = 3;

    private static readonly Meter Meter = new("Sluice.Mail");
    private static readonly Counter<long> Mails = Meter.CreateCounter<long>("sluice.mails", "{mail}", "Mails handed over, by outcome and, for those that did not leave, by fault.");
    private static readonly Counter<long> Holds = Meter.CreateCounter<long>("sluice.mail.holds", "{hold}", "Times that a sender's mail was held, because the mail server refused it several times in a row.");

    private readonly ILogger _logger = logger ?? NullLogger<MailDelivery>.Instance;

    public IMailTransport? Transport => transport;

    public static string Word(MailOutcomeKind kind) => kind.ToString().ToLowerInvariant();

    public static void CountHold() => Holds.Add(1);

    /// <summary>Counts the outcome. Writes one line about a mail that did not leave, or may not have left: no address and no text.</summary>
    public void Report(Message message, MailOutcome outcome)
    {
        var word = Word(outcome.Kind);
        if (outcome.Fault == MailFault.None)
        {
            Mails.Add(1, new KeyValuePair<string, object?>("outcome", word));
        }
        else
        {
            Mails.Add(1, new("outcome", word), new("fault", outcome.Fault.Word()));
        }

        if (outcome is { Kind: not MailOutcomeKind.Sent, Reason: { } reason })
        {
            LogNotSent(message.Id, message.CompanyId, word, outcome.Fault.Word(), WithoutText(reason));
        }
    }

    /// <summary>Says that the outcome of a mail is known, but could not be recorded yet.</summary>
    public void ReportUnrecorded(Message message, MailOutcome outcome, Exception fault) => LogUnrecorded(message.Id, message.CompanyId, Word(outcome.Kind), fault);

    /// <summary>Reduces an answer of the mail server to its codes, because its text often holds the recipient's address. Our own sentences hold none.</summary>
    private static string WithoutText(string reason) => reason.Length >= CodeLength && reason.Take(CodeLength).All(char.IsAsciiDigit)
        ? string.Join(' ', [reason[..CodeLength], .. EnhancedCode.FindAll([reason[CodeLength..]]).Select(code => code.ToString()).Distinct()])
        : reason;

    [LoggerMessage(1, LogLevel.Warning, "Mail {MessageId} of company {CompanyId} did not leave for sure: {Outcome}, {Fault}: {Answer}")]
    private partial void LogNotSent(long messageId, long companyId, string outcome, string fault, string answer);

    [LoggerMessage(2, LogLevel.Error, "The outcome of mail {MessageId} of company {CompanyId} could not be recorded yet: {Outcome}")]
    private partial void LogUnrecorded(long messageId, long companyId, string outcome, Exception fault);
}
