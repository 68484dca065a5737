using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// The way of a mail from queued to sent. Each statement names the fence that its caller was given and the state it believes: of two who are
/// at the same mail one finds nothing.
/// </summary>
internal sealed class OutboxStore(IDbSession db)
{
    /// <summary>Those that have been due longest. Claims nothing. Index messages_due.</summary>
    public Task<List<Message>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {MessageStore.Columns}
        from messages m
        where m.state = 'queued' and m.due_at <= {now}
        order by m.due_at, m.id
        limit {limit}
        """, MessageStore.Read, ct);

    /// <summary>Those whose sender has died, or is later than its lease. Index messages_sending.</summary>
    public Task<List<Message>> ListAbandonedAsync(DateTimeOffset now, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {MessageStore.Columns}
        from messages m
        where m.state = 'sending' and m.lease_until <= {now}
        order by m.lease_until, m.id
        limit {limit}
        """, MessageStore.Read, ct);

    /// <returns>When the next mail is due, or the next lease ends; null: never. Indexes messages_due and messages_sending.</returns>
    /// <param name="isSending">Whether there is a way out: without one what is queued is not due.</param>
    /// <param name="ct">Given up.</param>
    public async Task<DateTimeOffset?> FindNextDueAsync(bool isSending, CancellationToken ct) => (await db.QueryAsync($"""
        select min(at)
        from (
            select min(due_at) as at from messages where state = 'queued' and {isSending}
            union all
            select min(lease_until) from messages where state = 'sending'
        ) next
        """, row => row.TimeOrNull(0), ct)).Single();

    /// <summary>From here on it may have left, and it counts against the limits.</summary>
    /// <returns>False: somebody else was quicker.</returns>
    public async Task<bool> TakeAsync(Message message, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken ct) => await db.ExecuteAsync($"""
        update messages
        set state = 'sending',
            fence = fence + 1,
            lease_until = {leaseUntil},
            sent_at = {now}
        where company_id = {message.CompanyId} and id = {message.Id} and state = 'queued' and fence = {message.Fence}
        """, ct) == 1;

    /// <summary>A queued one that must not leave now.</summary>
    public Task<int> PutOffAsync(Message message, MessageState state, DateTimeOffset due, string? why, CancellationToken ct) => db.ExecuteAsync($"""
        update messages
        set state = {MessageStore.Word(state)},
            due_at = {due},
            error = {why}
        where company_id = {message.CompanyId} and id = {message.Id} and state = 'queued' and fence = {message.Fence}
        """, ct);

    /// <summary>
    /// What came of one that was taken. Whoever was late and finds it uncertain still holds the fence, and knows; a person who has decided
    /// meanwhile has changed it.
    /// </summary>
    /// <returns>False: it is not the caller's any more, and nothing else may be written.</returns>
    public async Task<bool> SettleAsync(Message after, DateTimeOffset? sentAt, CancellationToken ct) => await db.ExecuteAsync($"""
        update messages
        set state = {MessageStore.Word(after.State)},
            due_at = {after.DueAt},
            tries = {after.Tries},
            error = {after.Error},
            sent_at = {sentAt},
            lease_until = 0
        where company_id = {after.CompanyId} and id = {after.Id} and fence = {after.Fence} and state in ('sending', 'uncertain')
        """, ct) == 1;

    /// <summary>Its lease is over and nothing was heard.</summary>
    public async Task<bool> DoubtAsync(Message message, string why, CancellationToken ct) => await db.ExecuteAsync($"""
        update messages
        set state = 'uncertain',
            error = {why}
        where company_id = {message.CompanyId} and id = {message.Id} and fence = {message.Fence} and state = 'sending'
        """, ct) == 1;

    /// <summary>A person says what has become of it; whoever is still sending it finds another fence.</summary>
    public async Task<bool> ResolveAsync(Message message, MessageState state, DateTimeOffset now, CancellationToken ct) => await db.ExecuteAsync($"""
        update messages
        set state = {MessageStore.Word(state)},
            fence = fence + 1,
            due_at = {now},
            tries = 0,
            error = null,
            sent_at = case when {state == MessageState.Sent} then sent_at end
        where company_id = {message.CompanyId} and id = {message.Id} and fence = {message.Fence} and state = 'uncertain'
        """, ct) == 1;

    /// <summary>No further than each limit, however much has left. Indexes messages_sender, _recipient, _domain and _company.</summary>
    public async Task<SendingCounts> CountAsync(Message message, SendingCounts limits, DateTimeOffset day, DateTimeOffset week, DateTimeOffset rolling, CancellationToken ct)
    {
        var (recipient, domain) = (EmailAddress.Key(message.Recipient), Message.DomainOf(message.Recipient));
        return (await db.QueryAsync($"""
            select
                (select count(*) from (select 1 from messages where company_id = {message.CompanyId} and sender_id = {message.SenderId} and sent_at >= {day} limit {limits.SenderDay}) a),
                (select count(*) from (select 1 from messages where company_id = {message.CompanyId} and sender_id = {message.SenderId} and sent_at >= {week} limit {limits.SenderWeek}) b),
                (select count(*) from (select 1 from messages where company_id = {message.CompanyId} and recipient_key = {recipient} and sent_at > {rolling} limit {limits.RecipientDay}) c),
                (select count(*) from (select 1 from messages where company_id = {message.CompanyId} and recipient_domain = {domain} and sent_at > {rolling} limit {limits.DomainDay}) d),
                (select count(*) from (select 1 from messages where company_id = {message.CompanyId} and sent_at > {rolling} limit {limits.CompanyDay}) e)
            """, row => new SendingCounts(row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4)), ct)).Single();
    }
}
