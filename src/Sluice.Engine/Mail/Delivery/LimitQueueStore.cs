using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>The queues in which mail waits for a limit. Whoever changes them has locked the company's row.</summary>
internal sealed class LimitQueueStore(IDbSession db)
{
    /// <summary>Lists the queues that have been open longest. Index limit_queues_opening.</summary>
    public Task<List<(long CompanyId, long Id)>> ListOpenAsync(DateTimeOffset now, int limit, CancellationToken ct) => db.QueryAsync($"""
        select q.company_id, q.id
        from limit_queues q
        where q.opens_at <= {now}
        order by q.opens_at, q.company_id, q.id
        limit {limit}
        """, row => (row.Integer("company_id"), row.Integer("id")), ct);

    /// <summary>Lists the messages that have waited longest in a queue. Index messages_waiting.</summary>
    public Task<List<Message>> ListFirstAsync(long companyId, long queueId, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {MessageStore.Columns}
        from messages m
        where m.company_id = {companyId} and m.limit_queue_id = {queueId} and m.state = 'queued'
        order by m.id
        limit {limit}
        """, MessageStore.Read, ct);

    /// <summary>Puts messages of one company into their queues, and closes each queue until its time. A message that is in its queue already is not written.</summary>
    public async Task AddAsync(long companyId, IReadOnlyList<WaitingMail> waiting, IdMaker ids, CancellationToken ct)
    {
        var queues = await CloseAsync(companyId, [.. waiting.DistinctBy(one => one.Queue)], ids, ct);
        var moved = waiting.Where(one => one.Message.LimitQueueId != queues[one.Queue]).ToList();
        if (moved.Count > 0)
        {
            await MoveAsync(companyId, [.. moved.Select(one => (one, queues[one.Queue]))], ct);
        }
    }

    /// <summary>Deletes a queue in which nothing waits. Index messages_waiting.</summary>
    public Task DeleteIfEmptyAsync(long companyId, long queueId, CancellationToken ct) => db.ExecuteAsync($"""
        delete from limit_queues
        where company_id = {companyId} and id = {queueId}
          and not exists (select 1 from messages m where m.company_id = {companyId} and m.limit_queue_id = {queueId} and m.state = 'queued')
        """, ct);

    /// <returns>The id of each queue. Index limit_queues_once.</returns>
    private async Task<Dictionary<LimitQueueKey, long>> CloseAsync(long companyId, IReadOnlyList<WaitingMail> queues, IdMaker ids, CancellationToken ct) => (await db.QueryAsync($"""
        insert into limit_queues (company_id, id, sender_id, flow_id, scope, scope_key, opens_at, hold_reason, hold_limit)
        select {companyId}, id, sender_id, flow_id, scope, scope_key, opens_at, hold_reason, hold_limit
        from {ToTable(queues, ids)} q
        where true
        on conflict (company_id, sender_id, flow_id, scope, scope_key) do update
        set opens_at = excluded.opens_at,
            hold_reason = excluded.hold_reason,
            hold_limit = excluded.hold_limit
        returning id, sender_id, flow_id, scope, scope_key
        """, row => (Key: new LimitQueueKey(row.Integer("sender_id"), row.Integer("flow_id"), row.Text("scope"), row.Text("scope_key")), Id: row.Integer("id")), ct))
        .ToDictionary(one => one.Key, one => one.Id);

    /// <summary>From now on the queue says why its mail waits, and until when. The due time is for a node of an older version, which knows no queues.</summary>
    private Task<int> MoveAsync(long companyId, IReadOnlyList<(WaitingMail Mail, long QueueId)> moved, CancellationToken ct) => db.ExecuteAsync($"""
        update messages
        set limit_queue_id = n.queue_id,
            due_at = n.due_at,
            hold_reason = null,
            hold_limit = null,
            error = null
        from {ToTable(moved)} n
        where messages.company_id = {companyId} and messages.id = n.id and messages.fence = n.fence and messages.state = 'queued'
        """, ct);

    private static SqlTable<(WaitingMail Mail, long QueueId)> ToTable(IReadOnlyList<(WaitingMail Mail, long QueueId)> moved) => SqlTable.Rows(moved)
        .Integer("id", one => one.Mail.Message.Id)
        .Integer("fence", one => one.Mail.Message.Fence)
        .Integer("queue_id", one => one.QueueId)
        .Time("due_at", one => one.Mail.Until);

    private static SqlTable<WaitingMail> ToTable(IReadOnlyList<WaitingMail> queues, IdMaker ids) => SqlTable.Rows(queues)
        .Integer("id", _ => ids.Next())
        .Integer("sender_id", one => one.Queue.SenderId)
        .Integer("flow_id", one => one.Queue.FlowId)
        .Text("scope", one => one.Queue.Scope)
        .Text("scope_key", one => one.Queue.ScopeKey)
        .Time("opens_at", one => one.Until)
        .Text("hold_reason", one => HoldReasons.Word(one.Why.Reason))
        .Integer("hold_limit", one => one.Why.Limit);
}
