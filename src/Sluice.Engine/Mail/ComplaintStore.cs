using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail;

/// <summary>Complaints about the mail of senders.</summary>
internal sealed class ComplaintStore(IDbSession db)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(400);

    /// <summary>Records that a recipient complained about a mail; once for each mail. Forgets what is too old to count.</summary>
    public async Task AddAsync(Message mail, DateTimeOffset now, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            insert into sender_complaints (company_id, message_id, sender_id, sent_at)
            values ({mail.CompanyId}, {mail.Id}, {mail.SenderId}, {mail.SentAt ?? now})
            on conflict (company_id, message_id) do nothing
            """, ct);
        await db.ExecuteAsync($"delete from sender_complaints where company_id = {mail.CompanyId} and sender_id = {mail.SenderId} and sent_at < {now - KeptFor}", ct);
    }

    /// <summary>Counts the complaints about the last mails of each sender of whom somebody has complained. Uses indexes sender_complaints_sender and messages_sender.</summary>
    public async Task<Dictionary<long, int>> CountAsync(long companyId, CancellationToken ct) => (await db.QueryAsync($"""
        select c.sender_id, count(*) as complaints
        from sender_complaints c
        where c.company_id = {companyId}
          and c.sent_at >= coalesce((
              select m.sent_at
              from messages m
              where m.company_id = c.company_id and m.sender_id = c.sender_id and m.sent_at is not null
              order by m.sent_at desc
              limit 1 offset {ComplaintRule.Window - 1}), 0)
        group by c.sender_id
        """, row => (SenderId: row.GetInt64(0), Count: (int)row.GetInt64(1)), ct)).ToDictionary(one => one.SenderId, one => one.Count);

    /// <summary>Begins to count anew, because a person has looked at it.</summary>
    public Task ForgetAsync(long companyId, long senderId, CancellationToken ct) =>
        db.ExecuteAsync($"delete from sender_complaints where company_id = {companyId} and sender_id = {senderId}", ct);
}
