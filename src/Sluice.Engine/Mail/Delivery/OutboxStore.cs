using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Moves messages from queued to sent. Each update names the fencing token and the state that its caller has read: when two callers work on
/// the same message, one of them updates no row.
/// </summary>
internal sealed class OutboxStore(IDbSession db)
{
    /// <summary>Lists the messages that have been due longest, without claiming them. None of them waits in a limit queue. Index messages_due.</summary>
    public Task<List<Message>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {MessageStore.OwnColumns}
        from messages
        where state = 'queued' and limit_queue_id is null and due_at <= {now}
        order by due_at, id
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

    /// <returns>When the next message is due, the next limit queue opens or the next sending lease ends; null: never. Indexes messages_due, limit_queues_opening and messages_sending.</returns>
    /// <param name="isSending">Whether this server sends mail. If not, queued messages are not due.</param>
    public async Task<DateTimeOffset?> FindNextDueAsync(bool isSending, CancellationToken ct) => (await db.QueryAsync($"""
        select min(at)
        from (
            select min(due_at) as at from messages where state = 'queued' and limit_queue_id is null and {isSending}
            union all
            select min(opens_at) from limit_queues where {isSending}
            union all
            select min(lease_until) from messages where state = 'sending'
        ) next
        """, row => row.TimeOrNull(0), ct)).Single();

    /// <summary>Claims queued messages of one company. From here on the mail may have been sent, and it counts against the limits.</summary>
    /// <returns>The ids of those that are claimed. Somebody else has changed the others first.</returns>
    public Task<HashSet<long>> ClaimAsync(long companyId, IReadOnlyList<Message> messages, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken ct) => ForEachFenceAsync(messages, (ids, fence) => db.QueryAsync($"""
        update messages
        set state = 'sending',
            fence = fence + 1,
            lease_until = {leaseUntil},
            sent_at = {now},
            handed_over = 0,
            limit_queue_id = null
        where company_id = {companyId} and id {SqlTable.In(ids)} and state = 'queued' and fence = {fence}
        returning id
        """, row => row.GetInt64(0), ct));

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

    /// <summary>Postpones, holds or cancels queued messages of one company that must not be sent now. They wait in no limit queue any more.</summary>
    public Task<int> PostponeAsync(long companyId, IReadOnlyList<PostponedMail> postponed, CancellationToken ct) => db.ExecuteAsync($"""
        update messages
        set state = n.state,
            due_at = n.due_at,
            hold_reason = n.hold_reason,
            hold_limit = null,
            error = n.error,
            limit_queue_id = null
        from {ToTable(postponed)} n
        where messages.company_id = {companyId} and messages.id = n.id and messages.state = 'queued' and messages.fence = n.fence
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

    /// <summary>Settles claimed messages of one company that have left.</summary>
    /// <returns>The ids of those that the caller still held.</returns>
    public Task<HashSet<long>> SettleSentAsync(long companyId, IReadOnlyList<Message> taken, DateTimeOffset sentAt, CancellationToken ct) => ForEachFenceAsync(taken, (ids, fence) => db.QueryAsync($"""
        update messages
        set state = 'sent',
            tries = tries + 1,
            hold_reason = null,
            hold_limit = null,
            error = null,
            sent_at = {sentAt},
            lease_until = 0,
            handed_over = null
        where company_id = {companyId} and id {SqlTable.In(ids)} and fence = {fence} and state in ('sending', 'uncertain')
        returning id
        """, row => row.GetInt64(0), ct));

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

    private static string? WordOf(Hold? hold) => hold is null ? null : HoldReasons.Word(hold.Reason);

    /// <summary>
    /// Runs a statement for the messages with the same fencing token. Nearly all of a batch have been claimed equally often, so it is one statement. With the
    /// tokens in a table it would be a join, and PostgreSQL compares each row with each value while it believes that the table of messages is empty.
    /// </summary>
    private static async Task<HashSet<long>> ForEachFenceAsync(IReadOnlyList<Message> messages, Func<IReadOnlyList<long>, long, Task<List<long>>> run)
    {
        var changed = new HashSet<long>();
        foreach (var same in messages.GroupBy(message => message.Fence, message => message.Id))
        {
            changed.UnionWith(await run([.. same], same.Key));
        }

        return changed;
    }

    private static SqlTable<PostponedMail> ToTable(IReadOnlyList<PostponedMail> postponed) => SqlTable.Rows(postponed)
        .Integer("id", one => one.Message.Id)
        .Integer("fence", one => one.Message.Fence)
        .Text("state", one => MessageStates.Word(one.State))
        .Time("due_at", one => one.DueAt)
        .Text("hold_reason", one => WordOf(one.Why))
        .Text("error", one => one.Error);
}

/// <param name="Why">Null: nothing holds it.</param>
internal sealed record PostponedMail(Message Message, MessageState State, DateTimeOffset DueAt, Hold? Why)
{
    /// <summary>Why it is cancelled, in words; null: its instance says why.</summary>
    public string? Error { get; init; }
}
