using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// How much of each limit a batch of mail of one company finds used. It counts once in the database, and then adds what is claimed from the batch. The company's
/// row is locked meanwhile, so nobody else claims.
/// </summary>
internal sealed class SendingLimits(
    Company company,
    Dictionary<long, (int Day, int Week)> bySender,
    Dictionary<string, int> byRecipient,
    Dictionary<string, int> byDomain,
    int ofCompany)
{
    private int _ofCompany = ofCompany;

    /// <param name="days">The sending days of the senders of these messages.</param>
    public static async Task<SendingLimits> CountAsync(
        IDbSession db, Company company, IReadOnlyList<Message> messages, IReadOnlyDictionary<long, SendingDay> days, DateTimeOffset now, CancellationToken ct)
    {
        var (counts, limits, since) = (new SentCountStore(db), SendingLimitUsage.LimitsOf(company, isSlowed: false), now - SendingLimitUsage.Rolling);
        return new SendingLimits(
            company,
            await counts.BySenderAsync(company.Id, [.. days.Select(one => (one.Key, one.Value))], limits, ct),
            await counts.ByRecipientAsync(company.Id, [.. messages.Select(RecipientOf).Distinct(StringComparer.Ordinal)], since, limits.RecipientDay, ct),
            await counts.ByDomainAsync(company.Id, [.. messages.Select(DomainOf).Distinct(StringComparer.Ordinal)], since, limits.DomainDay, ct),
            await counts.OfCompanyAsync(company.Id, since, limits.CompanyDay, ct));
    }

    /// <returns>The limit that holds the mail; null: no limit does.</returns>
    public Hold? FindHold(Message message, bool isSlowed) =>
        SendingLimitRule.WhichHolds(SendingLimitUsage.LimitsOf(company, isSlowed), SentFor(message), DomainOf(message));

    /// <summary>How much of the limits that apply to this mail is used.</summary>
    public SendingCounts SentFor(Message message)
    {
        var (day, week) = bySender[message.SenderId];
        return new SendingCounts(day, week, byRecipient[RecipientOf(message)], byDomain[DomainOf(message)], _ofCompany);
    }

    /// <summary>Counts a mail that is claimed.</summary>
    public void Add(Message message)
    {
        var (day, week) = bySender[message.SenderId];
        bySender[message.SenderId] = (day + 1, week + 1);
        byRecipient[RecipientOf(message)]++;
        byDomain[DomainOf(message)]++;
        _ofCompany++;
    }

    private static string RecipientOf(Message message) => EmailAddress.Key(message.Recipient);

    private static string DomainOf(Message message) => Message.DomainOf(message.Recipient);
}
