namespace Sluice.Engine.Mail;

/// <summary>Why a message waits, or why it last waited.</summary>
/// <param name="Limit">How many mails the limit allowed when it held the message; null: no limit holds it.</param>
internal sealed record Hold(HoldReason Reason, int? Limit = null)
{
    /// <summary>The limit in words; null: no limit holds the message.</summary>
    public string? LimitInWords => Reason switch
    {
        HoldReason.SenderDay => $"the sender's {Mails} a day",
        HoldReason.SenderWeek => $"the sender's {Mails} a week",
        HoldReason.RecipientDay => $"{Mails} to one recipient in 24 hours",
        HoldReason.DomainDay => $"{Mails} to one domain in 24 hours",
        HoldReason.CompanyDay => $"the company's {Mails} in 24 hours",
        _ => null,
    };

    /// <summary>The reason as a sentence; null: the mail server deferred the message, and its own answer says why.</summary>
    public string? Sentence => Reason switch
    {
        HoldReason.SendingWindow => "Outside the flow's sending window",
        HoldReason.Deferred => null,
        HoldReason.SenderRefused => "Held because the mail server refused the sender's last mails",
        HoldReason.Complaints => "Held because too many recipients complained about the sender's last mails",
        _ => $"Held by a limit: {LimitInWords}",
    };

    private string Mails => Limit == 1 ? "1 mail" : $"{Limit} mails";
}
