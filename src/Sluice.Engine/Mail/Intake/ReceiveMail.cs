using NodaTime;
using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Intake.Reading;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;

namespace Sluice.Engine.Mail.Intake;

/// <summary>
/// Takes in a raw message: says what it is, and applies it. All raw mail comes in through it. The kind of the message is decided before the
/// transaction, so that reading a large message holds up no writer.
/// </summary>
internal sealed class ReceiveMail(Inbound inbound, TimeProvider clock)
{
    /// <summary>The word of a message that changes nothing because it is our own.</summary>
    public const string Own = "own";

    /// <summary>Of one report: a mail of ours has one recipient, so more are those of a list or of a forged report.</summary>
    private const int MaxRecipients = 20;

    /// <summary>Of one message; others are made up.</summary>
    private const int MaxTokens = 20;

    private const string FromUser = "It is from a user of the company";
    private const string FromMailbox = "It is from a mailbox of the company";

    /// <summary>Takes in a message that is not read from a mailbox.</summary>
    public async Task<(MailReading Reading, InboundOutcome Outcome)> RunAsync(Db db, RawMail mail, DateTimeZone zone, Actor by, CancellationToken ct)
    {
        var reading = await ReadAsync(db, mail, zone, by.CompanyId, ct);
        return (reading, await db.InTransactionAsync(tx => ApplyAsync(tx, reading, zone, by, ct), ct));
    }

    /// <summary>Says what a message is. Reads; writes nothing.</summary>
    public async Task<MailReading> ReadAsync(IDbSession db, RawMail mail, DateTimeZone zone, long companyId, CancellationToken ct)
    {
        var whyOwn = mail.Sender is { } sender ? await WhyOwnAsync(db, sender, companyId, ct) : null;
        var answers = whyOwn is null ? await FindAnsweredAsync(db, mail, companyId, ct) : null;
        var answersUs = answers is not null || (whyOwn is null && mail.Thread.Count > 0 && (await new MessageStore(db).FindByMessageIdsAsync(companyId, mail.Thread, ct)).Count > 0);
        return ReadMail.Run(mail, new KnownMail(whyOwn, answersUs), Instant.FromDateTimeOffset(clock.GetUtcNow()).InZone(zone).Date) with { Answers = answers };
    }

    /// <returns>The message that a signed token in an address names; null: there is no token, or none that the company has signed.</returns>
    private static async Task<long?> FindAnsweredAsync(IDbSession db, RawMail mail, long companyId, CancellationToken ct)
    {
        var tokens = mail.Recipients().Concat(Complaints.ReturnPaths(mail)).Select(PlusToken.FindIn).OfType<string>().Distinct().Take(MaxTokens).ToList();
        if (tokens.Count == 0)
        {
            return null;
        }

        var key = Convert.FromHexString((await new CompanyStore(db).GetAsync(companyId, ct)).CursorKey);
        return tokens.Select(token => PlusToken.Read(key, token)).FirstOrDefault(id => id is not null);
    }

    /// <returns>Why a message with this sender is our own; null: it is not.</returns>
    public static async Task<string?> WhyOwnAsync(IDbSession db, string sender, long companyId, CancellationToken ct) =>
        await new UserStore(db).IsSenderAsync(companyId, sender, ct) ? FromUser
        : await new MailboxStore(db).FindByAddressAsync(companyId, sender, ct) is not null ? FromMailbox : null;

    /// <summary>Applies what was read. A message of a kind that changes nothing is not stored.</summary>
    public async Task<InboundOutcome> ApplyAsync(IDbSession tx, MailReading reading, DateTimeZone zone, Actor by, CancellationToken ct)
    {
        if (ToMessage(reading, zone) is not { } message)
        {
            return new InboundOutcome(MailKinds.Word(reading.Kind), "nothing", []);
        }

        var outcome = await inbound.RunAsync(tx, message, by, ct);
        await new InboundRuleStore(tx).KeepAsync(by.CompanyId, message.MessageId, reading.Rule, ct);
        return outcome! with { FlowInstances = [.. outcome!.FlowInstances, .. await ApplyToOthersAsync(tx, reading, message, by, ct)] }; // Null only if it names a flow instance, which raw mail does not.
    }

    /// <summary>A report may speak of several recipients. Each of them after the first is a message of its own, with the report's Message-ID and a number.</summary>
    private async Task<List<InboundEffect>> ApplyToOthersAsync(IDbSession tx, MailReading reading, InboundMessage first, Actor by, CancellationToken ct)
    {
        var effects = new List<InboundEffect>();
        foreach (var (at, failed) in (reading.Report?.Others ?? []).Take(MaxRecipients).Index())
        {
            var other = first with { MessageId = $"{first.MessageId}#{at + 2}", Thread = [], Answers = null, Address = failed.Address, IsSoft = !failed.IsHardBounce, Reason = failed.Said ?? reading.Rule };
            effects.AddRange((await inbound.RunAsync(tx, other, by, ct))!.FlowInstances);
            await new InboundRuleStore(tx).KeepAsync(by.CompanyId, other.MessageId, reading.Rule, ct);
        }

        return effects;
    }

    /// <summary>What the message does; null: nothing, whomever it is from.</summary>
    public static InboundMessage? ToMessage(MailReading reading, DateTimeZone zone)
    {
        InboundType? type = reading switch
        {
            { Kind: MailKind.Reply } => InboundType.Reply,
            { Kind: MailKind.AutoReply } => InboundType.AutoReply,
            { Kind: MailKind.OptOut } => InboundType.Unsubscribe,
            { Kind: MailKind.Complaint } => InboundType.Complaint,
            { Kind: MailKind.Meeting } => InboundType.MeetingBooked,
            { Kind: MailKind.DeliveryReport, Report.Action: ReportAction.Failed } => InboundType.Bounce,
            _ => null,
        };
        return type is { } known
            ? new InboundMessage(known, reading.MessageId, null, reading.Thread, reading.Address, AwayUntil(reading, zone), reading.Report is { IsHardBounce: false }, reading.Report?.Said ?? reading.Rule) { Answers = reading.Answers, Written = reading.Written }
            : null;
    }

    private static DateTimeOffset? AwayUntil(MailReading reading, DateTimeZone zone) =>
        reading.ReturnDate is { } day ? zone.AtStartOfDay(ReturnDates.WorkingDayAfter(day)).ToDateTimeOffset() : null;
}
