namespace Sluice.Engine.Mail.Delivery;

/// <summary>Decides whether one more mail may be sent now. More mail than a limit allows may already be sent, because the limit was lowered since.</summary>
internal static class SendingLimitRule
{
    /// <summary>Public mail providers. The limit per domain does not apply to them, because their users do not belong to one company [doc].</summary>
    private static readonly HashSet<string> PublicDomains = new(StringComparer.Ordinal)
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com", "aol.com", "icloud.com",
        "me.com", "mac.com", "proton.me", "protonmail.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "mail.com", "mail.ru", "yandex.ru",
        "yandex.com", "qq.com", "163.com", "126.com", "zoho.com", "fastmail.com", "t-online.de", "orange.fr", "comcast.net",
    };

    /// <param name="limits">How many mails may be sent.</param>
    /// <param name="sent">How many mails were sent or are being sent.</param>
    /// <param name="domain">The recipient's domain, in lower case.</param>
    /// <returns>The limit that holds the mail; null: no limit does.</returns>
    public static Hold? WhichHolds(SendingCounts limits, SendingCounts sent, string domain) =>
        sent.SenderDay >= limits.SenderDay ? new Hold(HoldReason.SenderDay, limits.SenderDay)
        : sent.SenderWeek >= limits.SenderWeek ? new Hold(HoldReason.SenderWeek, limits.SenderWeek)
        : sent.RecipientDay >= limits.RecipientDay ? new Hold(HoldReason.RecipientDay, limits.RecipientDay)
        : sent.DomainDay >= limits.DomainDay && !PublicDomains.Contains(domain) ? new Hold(HoldReason.DomainDay, limits.DomainDay)
        : sent.CompanyDay >= limits.CompanyDay ? new Hold(HoldReason.CompanyDay, limits.CompanyDay)
        : null;
}

/// <param name="SenderDay">Mails of the sender since their last midnight.</param>
/// <param name="SenderWeek">Mails of the sender since their last Sunday began, at midnight.</param>
/// <param name="RecipientDay">Mails to the recipient's address in the last 24 hours.</param>
/// <param name="DomainDay">Mails to the recipient's domain in the last 24 hours.</param>
/// <param name="CompanyDay">Mails of the whole company in the last 24 hours.</param>
internal sealed record SendingCounts(int SenderDay, int SenderWeek, int RecipientDay, int DomainDay, int CompanyDay);
