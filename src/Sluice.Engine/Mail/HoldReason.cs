namespace Sluice.Engine.Mail;

internal enum HoldReason
{
    /// <summary>The sending window of the message's flow is closed.</summary>
    SendingWindow,

    /// <summary>The sender's limit for a day.</summary>
    SenderDay,

    /// <summary>The sender's limit for a week.</summary>
    SenderWeek,

    /// <summary>The limit for one recipient in 24 hours.</summary>
    RecipientDay,

    /// <summary>The limit for one recipient domain in 24 hours.</summary>
    DomainDay,

    /// <summary>The company's limit for 24 hours.</summary>
    CompanyDay,

    /// <summary>The mail could not be handed over now, and nothing was sent; the message's error says why.</summary>
    Deferred,

    /// <summary>The mail server has refused the sender's last mails because of the sender or the text.</summary>
    SenderRefused,

    /// <summary>Too many recipients have complained about the sender's last mails.</summary>
    Complaints,
}

/// <summary>Maps each reason to the word that the database stores.</summary>
internal static class HoldReasons
{
    private static readonly (HoldReason Reason, string Word)[] Words =
    [
        (HoldReason.SendingWindow, "sending_window"),
        (HoldReason.SenderDay, "sender_day"),
        (HoldReason.SenderWeek, "sender_week"),
        (HoldReason.RecipientDay, "recipient_day"),
        (HoldReason.DomainDay, "domain_day"),
        (HoldReason.CompanyDay, "company_day"),
        (HoldReason.Deferred, "deferred"),
        (HoldReason.SenderRefused, "sender_refused"),
        (HoldReason.Complaints, "complaints"),
    ];

    public static string Word(HoldReason reason) => Words.Single(one => one.Reason == reason).Word;

    public static HoldReason Read(string word) => Words.Single(one => one.Word == word).Reason;
}
