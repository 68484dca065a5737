using NodaTime;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>What a message is: exactly one of these. In JSON it is written in snake case, such as <c>delivery_report</c>.</summary>
internal enum MailKind
{
    /// <summary>From a user of the company, or a copy of our own mail. It changes nothing.</summary>
    Own,

    /// <summary>The recipient's provider says that the recipient called our mail spam (RFC 5965).</summary>
    Complaint,

    /// <summary>A mail server says what became of a mail (RFC 3464), or says it in plain text.</summary>
    DeliveryReport,

    /// <summary>Sent by a program and not by a person: an absence, a receipt, a notification (RFC 3834).</summary>
    AutoReply,

    /// <summary>Sent to a mailing list, and no answer to our mail. It changes nothing.</summary>
    List,

    /// <summary>The person asks for no more mail, and says nothing else.</summary>
    OptOut,

    /// <summary>The person accepted an invitation (iTIP, RFC 5546).</summary>
    Meeting,

    /// <summary>Everything else: a person answers.</summary>
    Reply,
}

internal static class MailKinds
{
    public static string Word(MailKind kind) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}

/// <summary>What a raw message is, and whom it speaks of. A pure function of its bytes and of what the caller knows (<see cref="KnownMail"/>).</summary>
/// <param name="Rule">A short sentence: why the message was taken for this kind. It quotes no text of the message.</param>
/// <param name="MessageId">Without angle brackets. Made from a hash of the bytes if the message has none.</param>
/// <param name="Thread">The Message-IDs that it answers or speaks of, nearest first.</param>
/// <param name="Address">Whom it speaks of: the recipient in a report, else the sender. Null: not known.</param>
internal sealed record MailReading(MailKind Kind, string Rule, string MessageId, IReadOnlyList<string> Thread, string? Address)
{
    /// <summary>Only of a delivery report.</summary>
    public DeliveryReport? Report { get; init; }

    /// <summary>The id of the message of ours that a signed token names; null: there is no token, or somebody has made it up.</summary>
    public long? Answers { get; init; }

    /// <summary>What the sender wrote; null: it cannot be read.</summary>
    public InboundText? Written { get; init; }

    /// <summary>The day that an absence names as its end or as the day of return. Null: none is named, or it is not sure which.</summary>
    public LocalDate? ReturnDate { get; init; }
}

/// <summary>What the caller knows of a message, and its bytes do not say.</summary>
/// <param name="WhyOwn">Why the message is our own; null: it is not.</param>
/// <param name="AnswersUs">Whether a token names a mail that we sent, or its thread holds the Message-ID of one.</param>
internal sealed record KnownMail(string? WhyOwn, bool AnswersUs)
{
    public static readonly KnownMail Nothing = new(null, false);
}

/// <summary>The values of <c>Action</c> in RFC 3464, 2.3.3.</summary>
internal enum ReportAction
{
    Failed,
    Delayed,
    Delivered,
    Relayed,
    Expanded,
}

/// <param name="Status">The enhanced status code (RFC 3463), such as 5.1.1; null: the report names none.</param>
/// <param name="Recipients">The recipients that this action is about, as the sender wrote to them where the report says it.</param>
/// <param name="Blame">Whose fault a failure is.</param>
/// <param name="Said">What the server said, cut; null: the report does not tell.</param>
internal sealed record DeliveryReport(ReportAction Action, string? Status, IReadOnlyList<string> Recipients, Blame Blame, string? Said)
{
    /// <summary>The other recipients that failed, each with a status of its own. Empty if the report has one status for all.</summary>
    public IReadOnlyList<FailedRecipient> Others { get; init; } = [];

    /// <summary>Whether the address is bad. Only then does anybody stop writing to it.</summary>
    public bool IsHardBounce => Action == ReportAction.Failed && Blame == Blame.Address;
}

/// <param name="Said">What the server said, cut; null: the report does not tell.</param>
internal sealed record FailedRecipient(string Address, bool IsHardBounce, string? Said);

internal enum Blame
{
    /// <summary>The report does not say, or it is the network's or a server's fault.</summary>
    Unclear,

    /// <summary>There is no such mailbox or domain.</summary>
    Address,

    /// <summary>The mailbox is full or asleep; it may come back.</summary>
    Mailbox,

    /// <summary>The sender, the content or a policy: not the recipient's fault.</summary>
    Sender,
}
