namespace Sluice.Engine.Mail.Delivery;

/// <summary>Decides whether one more mail may be sent now. More mail than a limit allows may already be sent, because the limit was lowered since.</summary>
internal static class SendingLimitRule
{
    /// <param name="limits">How many mails may be sent.</param>
    /// <param name="sent">How many mails were sent or are being sent.</param>
    /// <param name="domain">The recipient's domain, in lower case. The limit per domain does not apply to public mail providers: their users do not belong to one company [doc].</param>
    /// <returns>The limit that holds the mail; null: no limit does.</returns>
    public static Hold? WhichHolds(SendingCounts limits, SendingCounts sent, string domain) =>
        sent.SenderDay >= limits.SenderDay ? new Hold(HoldReason.SenderDay, limits.SenderDay)
        : sent.SenderWeek >= limits.SenderWeek ? new Hold(HoldReason.SenderWeek, limits.SenderWeek)
        : sent.RecipientDay >= limits.RecipientDay ? new Hold(HoldReason.RecipientDay, limits.RecipientDay)
        : sent.DomainDay >= limits.DomainDay && !PublicMailDomains.Contain(domain) ? new Hold(HoldReason.DomainDay, limits.DomainDay)
        : sent.CompanyDay >= limits.CompanyDay ? new Hold(HoldReason.CompanyDay, limits.CompanyDay)
        : null;
}

/// <param name="SenderDay">Mails of the sender since their last midnight.</param>
/// <param name="SenderWeek">Mails of the sender since their last Sunday began, at midnight.</param>
/// <param name="RecipientDay">Mails to the recipient's address in the last 24 hours.</param>
/// <param name="DomainDay">Mails to the recipient's domain in the last 24 hours.</param>
/// <param name="CompanyDay">Mails of the whole company in the last 24 hours.</param>
internal sealed record SendingCounts(int SenderDay, int SenderWeek, int RecipientDay, int DomainDay, int CompanyDay);
