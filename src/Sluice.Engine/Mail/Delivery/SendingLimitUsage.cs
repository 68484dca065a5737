using Sluice.Engine.Companies;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>The limits that apply to one mail, and how much of each is used.</summary>
/// <param name="Sent">Each count stops at its limit.</param>
internal sealed record SendingLimitUsage(SendingCounts Limits, SendingCounts Sent)
{
    /// <summary>The period of the limits that have no day.</summary>
    public static readonly TimeSpan Rolling = TimeSpan.FromHours(24);

    public static async Task<SendingLimitUsage> CountAsync(IDbSession db, Message message, Company company, SendingDay day, bool isSlowed, DateTimeOffset now, CancellationToken ct)
    {
        var days = new Dictionary<long, SendingDay> { [message.SenderId] = day };
        var counted = await SendingLimits.CountAsync(db, company, [message], days, now, ct);
        return new SendingLimitUsage(LimitsOf(company, isSlowed), counted.SentFor(message));
    }

    /// <param name="company">Whose limits they are.</param>
    /// <param name="isSlowed">Whether recipients have complained about the sender: then their limits are halved, but a mail a day stays.</param>
    public static SendingCounts LimitsOf(Company company, bool isSlowed)
    {
        var limits = company.Engine.Limits;
        return new SendingCounts(
            isSlowed ? Math.Max(limits.SenderDay / 2, Math.Min(limits.SenderDay, 1)) : limits.SenderDay,
            isSlowed ? Math.Max(limits.SenderWeek / 2, Math.Min(limits.SenderWeek, 1)) : limits.SenderWeek,
            limits.RecipientDay, limits.DomainDay, limits.CompanyDay);
    }
}
