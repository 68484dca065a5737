using Sluice.Engine.Companies;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>The limits that apply to one mail, and how much of each is used.</summary>
/// <param name="Sent">Each count stops at its limit.</param>
internal sealed record SendingLimitUsage(SendingCounts Limits, SendingCounts Sent)
{
    private static readonly TimeSpan Rolling = TimeSpan.FromHours(24);

    public static async Task<SendingLimitUsage> CountAsync(IDbSession db, Message message, Company company, SendingDay day, DateTimeOffset now, CancellationToken ct)
    {
        var limits = LimitsOf(company);
        return new SendingLimitUsage(limits, await new OutboxStore(db).CountAsync(message, limits, day.Begins, day.WeekBegins, now - Rolling, ct));
    }

    private static SendingCounts LimitsOf(Company company)
    {
        var limits = company.Engine.Limits;
        return new SendingCounts(limits.SenderDay, limits.SenderWeek, limits.RecipientDay, limits.DomainDay, limits.CompanyDay);
    }
}
