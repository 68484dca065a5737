namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Decides whom an answer of a mail server speaks of: from its enhanced code first (RFC 3463), then from its words, its basic code and the stage. In
/// doubt it is not the recipient: an address that is wrongly marked gets no mail any more, and nobody notices.
/// </summary>
internal static class RefusalRule
{
    /// <summary>If an answer has several codes, the first of these wins.</summary>
    private static readonly MailFault[] MostCautiousFirst = [MailFault.Login, MailFault.Policy, MailFault.Ours, MailFault.Mailbox, MailFault.ForNow, MailFault.Address];

    private static readonly string[] NoSuchAddress =
    [
        "user unknown", "unknown user", "no such user", "no such mailbox", "no such recipient", "no such address", "no such person", "does not exist", "doesn't exist",
        "not found", "unknown recipient", "recipient unknown", "unknown address", "address unknown", "unknown mailbox", "mailbox unknown", "invalid recipient",
        "invalid mailbox", "invalid address", "no mailbox", "no account", "unrouteable", "unroutable", "doesn't have a", "not a valid",
    ];

    private static readonly string[] FullOrAsleep =
    [
        "mailbox full", "mailbox is full", "inbox full", "inbox is full", "over quota", "overquota", "over the quota", "exceeded its quota", "mailbox quota", "storage allocation",
        "out of storage", "inactive", "account disabled", "account is disabled", "mailbox disabled", "mailbox is disabled",
    ];

    private static readonly string[] Unwanted =
    [
        "block", "blacklist", "spam", "dmarc", "dkim", "spf", "reputation", "policy", "policies", "virus", "malware", "content", "relay", "access denied", "not authorized",
        "not allowed", "not permitted", "authenticat", "sender", "banned", "abuse", "dnsbl", "rbl", "reverse dns", "unsolicited", "bulk", "rate limit", "client host",
    ];

    private static readonly string[] TooLarge = ["message size", "size limit", "too big", "too large", "maximum size", "size exceed"];

    /// <param name="code">The basic code, such as 550.</param>
    /// <param name="lines">The text of each line, without the basic code.</param>
    public static MailFault Of(SmtpStage stage, int code, IReadOnlyList<string> lines)
    {
        if (code is 530 or 534 or 535 or 538)
        {
            return MailFault.Login; // At every stage: the recipient has nothing to do with it.
        }

        if (stage == SmtpStage.Session || code is < 400 or > 599)
        {
            return MailFault.ForNow;
        }

        var text = Words(lines);
        var faults = EnhancedCode.FindAll(lines).Select(found => ByEnhancedCode(stage, code, found, text)).OfType<MailFault>().ToList();
        return faults.Count > 0 ? MostCautiousFirst.First(faults.Contains)
            : code < 500 ? MailFault.ForNow
            : ByWords(stage, code, text) ?? ByBasicCode(stage, code);
    }

    /// <returns>Null: the code says nothing.</returns>
    private static MailFault? ByEnhancedCode(SmtpStage stage, int code, EnhancedCode found, string text) => found switch
    {
        { Subject: 2, Detail: not 3 } when stage != SmtpStage.Sender => MailFault.Mailbox, // For now or for good: its owner may come back.
        _ when code < 500 || found.Class == 4 => MailFault.ForNow,
        { Subject: 0 } => null,
        { Subject: 1 } => ByAddressCode(stage, found.Detail, text),
        { Subject: 2 } => stage == SmtpStage.Sender ? MailFault.Policy : MailFault.Ours, // 5.2.3: longer than the mailbox allows.
        { Subject: 3, Detail: 1 or 2 } => MailFault.Mailbox,
        { Subject: 4, Detail: 1 } when stage == SmtpStage.Recipient => MailFault.Address, // Microsoft's "recipient address rejected".
        { Subject: 3 or 4 or 5 } => MailFault.Ours,
        { Subject: 6 } => MailFault.Policy,
        { Subject: 7, Detail: 8 or 9 or 30 } => MailFault.Login,
        { Subject: 7 } => MailFault.Policy,
        _ => null,
    };

    private static MailFault ByAddressCode(SmtpStage stage, int detail, string text) => detail switch
    {
        7 or 8 => MailFault.Policy, // The sender's address.
        _ when stage == SmtpStage.Sender => MailFault.Policy,
        0 => stage == SmtpStage.Recipient && !Has(text, Unwanted) ? MailFault.Address : MailFault.Policy,
        5 => MailFault.Ours,
        _ => MailFault.Address,
    };

    /// <returns>Null: the words do not tell.</returns>
    private static MailFault? ByWords(SmtpStage stage, int code, string text) => stage switch
    {
        _ when Has(text, TooLarge) => MailFault.Ours,
        SmtpStage.Sender => Has(text, ["block", "blacklist", "spam", "dmarc", "reputation"]) ? MailFault.Policy : null,
        _ when Has(text, FullOrAsleep) => MailFault.Mailbox,
        _ when code is >= 550 and <= 556 && Has(text, NoSuchAddress) => MailFault.Address,
        _ when Has(text, Unwanted) => MailFault.Policy,
        _ => null,
    };

    private static MailFault ByBasicCode(SmtpStage stage, int code) => (stage, code) switch
    {
        (SmtpStage.Sender, _) => MailFault.ForNow, // A refused sender is a fault in our settings: once they are corrected, the mail leaves.
        (_, <= 504 or 555) => MailFault.Ours, // The mail server does not understand us.
        (_, 552) => MailFault.Mailbox,
        (SmtpStage.Recipient, 550 or 551 or 553 or 556) => MailFault.Address,
        _ => MailFault.Policy,
    };

    /// <summary>Joins the lines in lower case, without addresses and links: they hold words that mean nothing here.</summary>
    private static string Words(IReadOnlyList<string> lines) => string.Join(
        ' ', string.Join(' ', lines).ToLowerInvariant().Split(' ').Where(word => !word.Contains('@', StringComparison.Ordinal) && !word.Contains("://", StringComparison.Ordinal)));

    private static bool Has(string text, string[] words) => words.Any(word => text.Contains(word, StringComparison.Ordinal));
}

/// <summary>How far the conversation with a mail server has come.</summary>
internal enum SmtpStage
{
    /// <summary>Greeting, EHLO, STARTTLS and login.</summary>
    Session,

    /// <summary>MAIL FROM.</summary>
    Sender,

    /// <summary>RCPT TO.</summary>
    Recipient,

    /// <summary>DATA, and the mail up to its last line.</summary>
    Data,

    /// <summary>After the last line: the mail server has the whole mail.</summary>
    Content,
}
