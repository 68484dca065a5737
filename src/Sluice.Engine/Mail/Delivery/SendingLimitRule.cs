namespace Sluice.Engine.Mail.Delivery;

/// <summary>Whether one more mail may leave now. A company may allow less than has left already: the limit was lowered since.</summary>
internal static class SendingLimitRule
{
    /// <summary>Everybody's domains: what one of them gets says nothing of one company [doc].</summary>
    private static readonly HashSet<string> PublicDomains = new(StringComparer.Ordinal)
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com", "aol.com", "icloud.com",
        "me.com", "mac.com", "proton.me", "protonmail.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "mail.com", "mail.ru", "yandex.ru",
        "yandex.com", "qq.com", "163.com", "126.com", "zoho.com", "fastmail.com", "t-online.de", "orange.fr", "comcast.net",
    };

    /// <param name="limits">How many may leave.</param>
    /// <param name="sent">How many have left or are leaving.</param>
    /// <param name="domain">Of the recipient, in small letters.</param>
    /// <returns>Which limit holds it, in words; null: none does.</returns>
    public static string? WhichHolds(SendingCounts limits, SendingCounts sent, string domain) =>
        sent.SenderDay >= limits.SenderDay ? $"the sender's {limits.SenderDay} mails a day"
        : sent.SenderWeek >= limits.SenderWeek ? $"the sender's {limits.SenderWeek} mails a week"
        : sent.RecipientDay >= limits.RecipientDay ? $"{limits.RecipientDay} mails to one recipient in 24 hours"
        : sent.DomainDay >= limits.DomainDay && !PublicDomains.Contains(domain) ? $"{limits.DomainDay} mails to one domain in 24 hours"
        : sent.CompanyDay >= limits.CompanyDay ? $"the company's {limits.CompanyDay} mails in 24 hours"
        : null;
}

/// <param name="SenderDay">Since the sender's last midnight.</param>
/// <param name="SenderWeek">Since the sender's last Saturday midnight, which is when their Sunday began.</param>
/// <param name="RecipientDay">To the address in 24 hours.</param>
/// <param name="DomainDay">To the domain in 24 hours.</param>
/// <param name="CompanyDay">Of the company in 24 hours.</param>
internal sealed record SendingCounts(int SenderDay, int SenderWeek, int RecipientDay, int DomainDay, int CompanyDay);
