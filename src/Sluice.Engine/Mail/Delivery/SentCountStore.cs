using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Counts sent mail for a batch of messages, but no further than each limit, so that the cost is bounded.</summary>
internal sealed class SentCountStore(IDbSession db)
{
    /// <summary>Uses index messages_sender.</summary>
    public async Task<Dictionary<long, (int Day, int Week)>> BySenderAsync(
        long companyId, IReadOnlyList<(long Id, SendingDay Day)> senders, SendingCounts limits, CancellationToken ct) => (await db.QueryAsync($"""
        select asked.id,
               (select count(*) from (select 1 from messages where company_id = {companyId} and sender_id = asked.id and sent_at >= asked.day limit {limits.SenderDay}) d) as day,
               (select count(*) from (select 1 from messages where company_id = {companyId} and sender_id = asked.id and sent_at >= asked.week limit {limits.SenderWeek}) w) as week
        from {SqlTable.Rows(senders).Integer("id", one => one.Id).Time("day", one => one.Day.Begins).Time("week", one => one.Day.WeekBegins)} asked
        """, row => (Id: row.Integer("id"), Day: row.Int("day"), Week: row.Int("week")), ct)).ToDictionary(one => one.Id, one => (one.Day, one.Week));

    /// <summary>Uses index messages_recipient.</summary>
    public async Task<Dictionary<string, int>> ByRecipientAsync(long companyId, IReadOnlyList<string> keys, DateTimeOffset since, int limit, CancellationToken ct) => (await db.QueryAsync($"""
        select asked.value,
               (select count(*) from (select 1 from messages where company_id = {companyId} and recipient_key = asked.value and sent_at > {since} limit {limit}) r) as sent
        from {SqlTable.Of(keys)} asked
        """, row => (Key: row.Text("value"), Sent: row.Int("sent")), ct)).ToDictionary(one => one.Key, one => one.Sent, StringComparer.Ordinal);

    /// <summary>Uses index messages_domain.</summary>
    public async Task<Dictionary<string, int>> ByDomainAsync(long companyId, IReadOnlyList<string> domains, DateTimeOffset since, int limit, CancellationToken ct) => (await db.QueryAsync($"""
        select asked.value,
               (select count(*) from (select 1 from messages where company_id = {companyId} and recipient_domain = asked.value and sent_at > {since} limit {limit}) d) as sent
        from {SqlTable.Of(domains)} asked
        """, row => (Key: row.Text("value"), Sent: row.Int("sent")), ct)).ToDictionary(one => one.Key, one => one.Sent, StringComparer.Ordinal);

    /// <summary>Uses index messages_company.</summary>
    public async Task<int> OfCompanyAsync(long companyId, DateTimeOffset since, int limit, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*) as sent
        from (select 1 from messages where company_id = {companyId} and sent_at > {since} limit {limit}) c
        """, row => row.Int("sent"), ct)).Single();
}
