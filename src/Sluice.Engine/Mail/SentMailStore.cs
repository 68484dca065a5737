using System.Data.Common;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail;

/// <summary>Lists the newest mail that has left, for the mailboxes that <c>sluice dev</c> shows to mail programs.</summary>
internal sealed class SentMailStore(IDbSession db)
{
    /// <summary>Lists what was sent to an address. Uses index messages_recipient.</summary>
    public Task<List<SentMail>> ListToAsync(long companyId, string address, int limit, CancellationToken ct) => db.QueryAsync($"""
        select m.id, m.sent_at
        from messages m
        where m.company_id = {companyId} and m.recipient_key = {EmailAddress.Key(address)} and m.sent_at is not null and m.state = 'sent'
        order by m.sent_at desc, m.id desc
        limit {limit}
        """, Read, ct);

    /// <summary>Lists what was sent in the name of a user. Uses index messages_sender.</summary>
    public Task<List<SentMail>> ListOfAsync(long companyId, long senderId, int limit, CancellationToken ct) => db.QueryAsync($"""
        select m.id, m.sent_at
        from messages m
        where m.company_id = {companyId} and m.sender_id = {senderId} and m.sent_at is not null and m.state = 'sent'
        order by m.sent_at desc, m.id desc
        limit {limit}
        """, Read, ct);

    /// <summary>Lists what was sent to anybody. Uses index messages_company.</summary>
    public Task<List<SentMail>> ListAsync(long companyId, int limit, CancellationToken ct) => db.QueryAsync($"""
        select m.id, m.sent_at
        from messages m
        where m.company_id = {companyId} and m.sent_at is not null and m.state = 'sent'
        order by m.sent_at desc, m.id desc
        limit {limit}
        """, Read, ct);

    private static SentMail Read(DbDataReader row) => new(row.Integer("id"), row.Time("sent_at"));
}

/// <param name="Id">The message's id, not its Message-ID.</param>
internal sealed record SentMail(long Id, DateTimeOffset At);
