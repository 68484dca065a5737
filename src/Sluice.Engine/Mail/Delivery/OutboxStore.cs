using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Moves messages from queued to sent. Each update names the fencing token and the state that its caller has read: when two callers work on
/// the same message, one of them updates no row.
/// </summary>
internal sealed class OutboxStore(IDbSession db)
{
    /// <summary>Lists the messages that have been due longest, without claiming them. Index messages_due.</summary>
    public Task<List<Message>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {MessageStore.Columns}
        from messages m
        where m.state = 'queued' and m.due_at <= {now}
        order by m.due_at, m.id
        limit {limit}
        """, MessageStore.Read, ct);

    /// <summary>Lists messages whose sending lease has ended, because the worker that sends them has died or is late. Index messages_sending.</summary>
    /// <returns>Each message, and whether the mail server may have it: a message whose last line was not sent yet cannot have left.</returns>
    public Task<List<(Message Message, bool MayHaveLeft)>> ListAbandonedAsync(DateTimeOffset now, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {MessageStore.Columns}, m.handed_over
        from messages m
        where m.state = 'sending' and m.lease_until <= {now}
        order by m.lease_until, m.id
        limit {limit}
        """, row => (MessageStore.Read(row), row.IntegerOrNull("handed_over") != 0), ct);

    /// <returns>When the next message is due or the next sending lease ends; null: never. Indexes messages_due and messages_sending.</returns>
    /// <param name="isSending">Whether this server sends mail. If not, queued messages are not due.</param>
    public async Task<DateTimeOffset?> FindNextDueAsync(bool isSending, CancellationToken ct) => (await db.QueryAsync($"""
        select min(at)
        from (
            select min(due_at) as at from messages where state = 'queued' and {isSending}
            union all
            select min(lease_until) from messages where state = 'sending'
        ) next
        """, row => row.TimeOrNull(0), ct)).Single();

    /// <summary>Claims a queued message. From here on the mail may have been sent, and it counts against the limits.</summary>
    /// <returns>False: somebody else has changed the message first.</returns>
    public async Task<bool> ClaimAsync(Message message, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken ct) => await db.ExecuteAsync($"""
        update messages
        set state = 'sending',
            fence = fence + 1,
            lease_until = {leaseUntil},
            sent_at = {now},
            handed_over = 0
        where company_id = {message.CompanyId} and id = {message.Id} and state = 'queued' and fence = {message.Fence}
        """, ct) == 1;

    /// <summary>Moves the end of a claim, for as long as the last line was not sent.</summary>
    /// <returns>False: the last line was sent, or somebody else has the message.</returns>
    public async Task<bool> RenewAsync(Message message, DateTimeOffset leaseUntil, CancellationToken ct) => await db.ExecuteAsync($"""
        update messages
        set lease_until = {leaseUntil}
        where company_id = {message.CompanyId} and id = {message.Id} and fence = {message.Fence} and state = 'sending' and handed_over = 0
        """, ct) == 1;

    /// <summary>Records that the last line of a message is sent next. From here on the mail may have left.</summary>
    /// <returns>False: the caller no longer holds the message and must not send its last line.</returns>
    public async Task<bool> MarkHandedOverAsync(Message message, DateTimeOffset leaseUntil, CancellationToken ct) => await db.ExecuteAsync($"""
        update messages
        set handed_over = 1,
            lease_until = {leaseUntil}
        where company_id = {message.CompanyId} and id = {message.Id} and fence = {message.Fence} and state = 'sending'
        """, ct) == 1;

    /// <summary>
    /// Puts a message back that cannot have left. Increments the fencing token, so that a late worker cannot send its last line any more.
    /// </summary>
    /// <param name="state">Queued, or the state that its instance gave it meanwhile.</param>
    public async Task<bool> PutBackAsync(Message message, MessageState state, CancellationToken ct) => await db.ExecuteAsync($"""
        update messages
        set state = {MessageStates.Word(state)},
            fence = fence + 1,
            lease_until = 0,
            sent_at = null,
            handed_over = null
        where company_id = {message.CompanyId} and id = {message.Id} and fence = {message.Fence} and state = 'sending' and handed_over = 0
        """, ct) == 1;

    /// <summary>Postpones, holds or cancels a queued message that must not be sent now.</summary>
    public Task<int> PostponeAsync(Message message, MessageState state, DateTimeOffset due, Hold? hold, CancellationToken ct) => db.ExecuteAsync($"""
        update messages
        set state = {MessageStates.Word(state)},
            due_at = {due},
            hold_reason = {WordOf(hold)},
            hold_limit = {hold?.Limit},
            error = null
        where company_id = {message.CompanyId} and id = {message.Id} and state = 'queued' and fence = {message.Fence}
        """, ct);

    /// <summary>
    /// Settles a claimed message: records its outcome. A late worker may still settle an uncertain message, because the fencing token is unchanged
    /// and the worker knows the outcome. A person's decision changes the token and wins.
    /// </summary>
    /// <returns>False: the caller no longer holds the message and must write nothing else.</returns>
    public async Task<bool> SettleAsync(Message after, DateTimeOffset? sentAt, CancellationToken ct) => await db.ExecuteAsync($"""
        update messages
        set state = {MessageStates.Word(after.State)},
            due_at = {after.DueAt},
            tries = {after.Tries},
            hold_reason = {WordOf(after.Hold)},
            hold_limit = {after.Hold?.Limit},
            error = {after.Error},
            sent_at = {sentAt},
            lease_until = 0,
            handed_over = null
        where company_id = {after.CompanyId} and id = {after.Id} and fence = {after.Fence} and state in ('sending', 'uncertain')
        """, ct) == 1;

    /// <summary>Marks a message uncertain, because its lease ended before a worker recorded an outcome.</summary>
    public async Task<bool> MarkUncertainAsync(Message message, string why, CancellationToken ct) => await db.ExecuteAsync($"""
        update messages
        set state = 'uncertain',
            hold_reason = null,
            hold_limit = null,
            error = {why}
        where company_id = {message.CompanyId} and id = {message.Id} and fence = {message.Fence} and state = 'sending'
        """, ct) == 1;

    /// <summary>Ends the leases of all messages that are being sent. Index messages_sending.</summary>
    public Task ReleaseLeasesAsync(CancellationToken ct) => db.ExecuteAsync($"""
        update messages
        set lease_until = 0
        where state = 'sending' and lease_until > 0
        """, ct);

    /// <summary>
    /// Records a person's decision about an uncertain message. Increments the fencing token, so that a late worker cannot settle it any more.
    /// </summary>
    public async Task<bool> ResolveAsync(Message message, MessageState state, DateTimeOffset now, CancellationToken ct) => await db.ExecuteAsync($"""
        update messages
        set state = {MessageStates.Word(state)},
            fence = fence + 1,
            due_at = {now},
            tries = 0,
            hold_reason = null,
            hold_limit = null,
            error = null,
            sent_at = case when {state == MessageState.Sent} then sent_at end
        where company_id = {message.CompanyId} and id = {message.Id} and fence = {message.Fence} and state = 'uncertain'
        """, ct) == 1;

    /// <summary>
    /// Counts sent mail, but no further than each limit, so that the cost is bounded. Indexes messages_sender, messages_recipient, messages_domain
    /// and messages_company.
    /// </summary>
    public async Task<SendingCounts> CountAsync(Message message, SendingCounts limits, DateTimeOffset day, DateTimeOffset week, DateTimeOffset rolling, CancellationToken ct)
    {
        var (recipient, domain) = (EmailAddress.Key(message.Recipient), Message.DomainOf(message.Recipient));
        return (await db.QueryAsync($"""
            select
                (select count(*) from (select 1 from messages where company_id = {message.CompanyId} and sender_id = {message.SenderId} and sent_at >= {day} limit {limits.SenderDay}) a) as sender_day,
                (select count(*) from (select 1 from messages where company_id = {message.CompanyId} and sender_id = {message.SenderId} and sent_at >= {week} limit {limits.SenderWeek}) b) as sender_week,
                (select count(*) from (select 1 from messages where company_id = {message.CompanyId} and recipient_key = {recipient} and sent_at > {rolling} limit {limits.RecipientDay}) c) as recipient_day,
                (select count(*) from (select 1 from messages where company_id = {message.CompanyId} and recipient_domain = {domain} and sent_at > {rolling} limit {limits.DomainDay}) d) as domain_day,
                (select count(*) from (select 1 from messages where company_id = {message.CompanyId} and sent_at > {rolling} limit {limits.CompanyDay}) e) as company_day
            """, row => new SendingCounts(row.Int("sender_day"), row.Int("sender_week"), row.Int("recipient_day"), row.Int("domain_day"), row.Int("company_day")), ct)).Single();
    }
    private static string? WordOf(Hold? hold) => hold is null ? null : HoldReasons.Word(hold.Reason);
}
