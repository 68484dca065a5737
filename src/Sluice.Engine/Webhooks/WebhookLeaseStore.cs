using Sluice.Engine.Storage;

namespace Sluice.Engine.Webhooks;

/// <summary>Who sends to which webhook. A node claims a webhook when it has something to do, and gives it back when it has nothing more.</summary>
internal sealed class WebhookLeaseStore(IDbSession db)
{
    private static readonly SqlText IsAtWork = new("w.enabled and w.deleted_at is null");

    /// <summary>Uses the primary key of events. Events of a transaction that the feed must still wait for may wake a webhook for nothing.</summary>
    private static readonly SqlText HasNewEvents = new("""
        exists (
            select 1
            from events e
            where e.company_id = w.company_id and (e.turn, e.sequence, e.id) > (w.feed_turn, w.feed_sequence, w.feed_id)
        )
        """);

    /// <summary>Whether <see cref="LeaseAsync"/> would find a webhook: asked first, because a write waits for other writes.</summary>
    public async Task<bool> AnyDueAsync(DateTimeOffset now, CancellationToken ct) => (await db.QueryAsync($"""
        select 1
        from webhooks w
        where {IsAtWork} and w.lease_until <= {now} and (w.due_at <= {now} or (not w.is_full and {HasNewEvents}))
        order by w.lease_until, w.id
        limit 1
        """, row => row.GetInt32(0), ct)).Count > 0;

    /// <summary>
    /// Claims up to this many webhooks with due deliveries or new events. Until it is given back, a webhook counts as due: its node may make the new events
    /// into deliveries and die, and then neither would wake another node. Uses the index webhooks_at_work.
    /// </summary>
    public Task<List<Webhook>> LeaseAsync(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken ct) => db.QueryAsync($"""
        with next as (
            select w.company_id, w.id
            from webhooks w
            where {IsAtWork} and w.lease_until <= {now} and (w.due_at <= {now} or (not w.is_full and {HasNewEvents}))
            order by w.lease_until, w.id
            limit {limit}
            {db.Dialect.ForUpdateSkipLocked("w")}
        )
        update webhooks
        set lease_until = {now + lease},
            due_at = {now},
            fence = fence + 1
        where (company_id, id) in (select company_id, id from next)
        returning {WebhookStore.Columns}
        """, WebhookStore.Read, ct);

    /// <summary>Reads a webhook again.</summary>
    /// <returns>Null: another node has it, or somebody has disabled or deleted it.</returns>
    public async Task<Webhook?> FindHeldAsync(Webhook held, CancellationToken ct) => (await db.QueryAsync($"""
        select {WebhookStore.Columns}
        from webhooks
        where company_id = {held.CompanyId} and id = {held.Id} and fence = {held.Fence} and enabled and deleted_at is null
        """, WebhookStore.Read, ct)).SingleOrDefault();

    /// <returns>False: another node has the webhook, or somebody has disabled or deleted it.</returns>
    public async Task<bool> ExtendAsync(Webhook held, DateTimeOffset until, CancellationToken ct) => await db.ExecuteAsync($"""
        update webhooks
        set lease_until = {until}
        where company_id = {held.CompanyId} and id = {held.Id} and fence = {held.Fence} and enabled and deleted_at is null
        """, ct) == 1;

    /// <summary>Gives a webhook back.</summary>
    /// <param name="dueAt">When its next delivery is due.</param>
    public Task ReleaseAsync(Webhook held, DateTimeOffset dueAt, bool isFull, CancellationToken ct) => db.ExecuteAsync($"""
        update webhooks
        set lease_until = 0,
            due_at = {dueAt},
            is_full = {isFull}
        where company_id = {held.CompanyId} and id = {held.Id} and fence = {held.Fence}
        """, ct);

    /// <summary>Gives all webhooks back, after the only server has stopped.</summary>
    public Task ReleaseLeasesAsync(CancellationToken ct) => db.ExecuteAsync($"update webhooks set lease_until = 0 where lease_until > 0", ct);
}
