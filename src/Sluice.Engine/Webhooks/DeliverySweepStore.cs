using Sluice.Engine.Events;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Webhooks;

/// <summary>What is deleted by itself, and what an erasure takes out of the answers of endpoints.</summary>
internal sealed class DeliverySweepStore(IDbSession db)
{
    /// <summary>Deletes old deliveries, but none that an enabled webhook still has to try. Uses the index webhook_deliveries_old.</summary>
    /// <returns>How many were deleted.</returns>
    public Task<int> DeleteOldAsync(DateTimeOffset before, int limit, CancellationToken ct) => db.ExecuteAsync($"""
        with next as (
            select d.company_id, d.webhook_id, d.id
            from webhook_deliveries d
            where d.created_at < {before}
              and (d.status <> {DeliveryStatus.Waiting.Word()} or not exists (
                  select 1
                  from webhooks w
                  where w.company_id = d.company_id and w.id = d.webhook_id and w.enabled))
            order by d.created_at, d.company_id, d.webhook_id, d.id
            limit {limit}
            {db.Dialect.ForUpdateSkipLocked("d")}
        )
        delete from webhook_deliveries
        where (company_id, webhook_id, id) in (select company_id, webhook_id, id from next)
        """, ct);

    /// <returns>The place in the feed up to which no enabled webhook of a company has anything left to send; null if it has no such webhook.</returns>
    public async Task<EventCursor?> FindSentUntilAsync(long companyId, CancellationToken ct)
    {
        var places = await db.QueryAsync($"""
            select w.feed_turn as event_turn, w.feed_sequence as event_sequence, w.feed_id as event_id
            from webhooks w
            where w.company_id = {companyId} and w.enabled and w.deleted_at is null
            union all
            select d.event_turn, d.event_sequence, d.event_id - 1
            from webhooks w
            join webhook_deliveries d on d.company_id = w.company_id and d.webhook_id = w.id and d.status = {DeliveryStatus.Waiting.Word()}
            where w.company_id = {companyId} and w.enabled and w.deleted_at is null
            order by event_turn, event_sequence, event_id
            limit 1
            """, row => new EventCursor(row.Integer("event_turn"), row.Integer("event_sequence"), row.Integer("event_id")), ct);
        return places is [var first] ? first : null;
    }

    /// <summary>Deletes deliveries of deleted webhooks, and the webhooks that have none left. Uses the index webhooks_deleted.</summary>
    /// <returns>How many deliveries were deleted.</returns>
    public async Task<int> DeleteOfDeletedAsync(int limit, CancellationToken ct)
    {
        var count = await db.ExecuteAsync($"""
            with next as (
                select d.company_id, d.webhook_id, d.id
                from webhooks w
                join webhook_deliveries d on d.company_id = w.company_id and d.webhook_id = w.id
                where w.deleted_at is not null
                order by d.company_id, d.webhook_id, d.id
                limit {limit}
            )
            delete from webhook_deliveries
            where (company_id, webhook_id, id) in (select company_id, webhook_id, id from next)
            """, ct);
        await db.ExecuteAsync($"""
            delete from webhooks
            where deleted_at is not null and not exists (
                select 1
                from webhook_deliveries d
                where d.company_id = webhooks.company_id and d.webhook_id = webhooks.id
            )
            """, ct);
        return count;
    }

    /// <summary>Lists the answers of a company's endpoints, in the order of the primary key.</summary>
    public Task<List<(long WebhookId, long Id, string Answer)>> ListAnswersAsync(long companyId, long afterWebhook, long afterId, int limit, CancellationToken ct) => db.QueryAsync($"""
        select webhook_id, id, answer
        from webhook_deliveries
        where company_id = {companyId} and (webhook_id, id) > ({afterWebhook}, {afterId}) and answer is not null
        order by webhook_id, id
        limit {limit}
        """, row => (row.Integer("webhook_id"), row.Integer("id"), row.Text("answer")), ct);

    public Task<int> ForgetAnswerAsync(long companyId, long webhookId, long id, CancellationToken ct) => db.ExecuteAsync(
        $"update webhook_deliveries set answer = null where company_id = {companyId} and webhook_id = {webhookId} and id = {id}", ct);
}
