using System.Data.Common;
using Sluice.Engine.Events;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Webhooks;

internal sealed class DeliveryStore(IDbSession db)
{
    private static readonly SqlText Columns = new("""
        d.company_id, d.webhook_id, d.id, d.event_turn, d.event_sequence, d.event_id, d.event_type, d.flow_instance_id, d.status, d.tries, d.next_at, d.tried_at, d.duration_ms,
        d.http_status, d.fault, d.answer, d.redelivery_of, d.created_at
        """);

    /// <summary>In an ordered webhook, the next event of an instance waits for its last one.</summary>
    private static readonly SqlText IsFirstOfInstance = new("""
        not exists (
            select 1
            from webhook_deliveries e
            where e.company_id = d.company_id and e.webhook_id = d.webhook_id and e.flow_instance_id = d.flow_instance_id and e.id < d.id
              and e.status = 'waiting'
        )
        """);

    public Task AddAsync(IReadOnlyList<Delivery> deliveries, CancellationToken ct) => db.ImportAsync(
        new SqlText("webhook_deliveries"),
        SqlTable.Rows(deliveries)
            .Integer("company_id", one => one.CompanyId)
            .Integer("webhook_id", one => one.WebhookId)
            .Integer("id", one => one.Id)
            .Integer("event_turn", one => one.Event.Turn)
            .Integer("event_sequence", one => one.Event.Sequence)
            .Integer("event_id", one => one.Event.Id)
            .Text("event_type", one => one.EventType)
            .Integer("flow_instance_id", one => one.FlowInstanceId)
            .Text("status", one => one.Status.Word())
            .Integer("tries", one => one.Tries)
            .Time("next_at", one => one.NextAt)
            .Integer("redelivery_of", one => one.RedeliveryOf)
            .Time("created_at", one => one.CreatedAt),
        ct);

    /// <summary>Lists the newest first.</summary>
    /// <param name="before">The id of the last one of the previous list; null: the first list.</param>
    public Task<List<Delivery>> ListAsync(long companyId, long webhookId, DeliveryStatus? status, long? before, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from webhook_deliveries d
        where d.company_id = {companyId} and d.webhook_id = {webhookId} and d.id < {before ?? long.MaxValue}
          and ({status?.Word()} is null or d.status = {status?.Word()})
        order by d.id desc
        limit {limit}
        """, Read, ct);

    public async Task<Delivery?> FindAsync(long companyId, long webhookId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from webhook_deliveries d
        where d.company_id = {companyId} and d.webhook_id = {webhookId} and d.id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Lists up to this many deliveries to repeat: of each event the last one, if its status is this and it is no longer waiting.</summary>
    public Task<List<Delivery>> ListToRepeatAsync(Webhook webhook, RedeliveryFilter filter, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from webhook_deliveries d
        where d.company_id = {webhook.CompanyId} and d.webhook_id = {webhook.Id} and d.status = {filter.Status.Word()}
          and d.created_at >= {filter.From} and d.created_at < {filter.Until} and ({filter.Type} is null or d.event_type = {filter.Type})
          and not exists (
              select 1
              from webhook_deliveries e
              where e.company_id = d.company_id and e.webhook_id = d.webhook_id and e.event_id = d.event_id and e.id > d.id
          )
        order by d.id
        limit {limit}
        """, Read, ct);

    /// <summary>Counts the deliveries that wait. Uses the index webhook_deliveries_due.</summary>
    public async Task<int> CountWaitingAsync(Webhook webhook, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*)
        from webhook_deliveries d
        where d.company_id = {webhook.CompanyId} and d.webhook_id = {webhook.Id} and d.status = 'waiting'
        """, row => row.GetInt32(0), ct)).Single();

    /// <summary>Lists the deliveries that may be sent, the oldest first. Uses the index webhook_deliveries_due.</summary>
    /// <param name="by">The time at which they are due.</param>
    /// <param name="except">Those that are under way.</param>
    public Task<List<Delivery>> ListDueAsync(Webhook webhook, DateTimeOffset by, IReadOnlyList<long> except, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from webhook_deliveries d
        where d.company_id = {webhook.CompanyId} and d.webhook_id = {webhook.Id} and d.status = 'waiting' and d.next_at <= {by}
          and d.id not in (select value from {SqlTable.Of(except)} under_way)
          and (not {webhook.Ordered} or {IsFirstOfInstance})
        order by d.next_at, d.id
        limit {limit}
        """, Read, ct);

    /// <returns>When the next delivery may be sent; null: none waits.</returns>
    public async Task<DateTimeOffset?> FindNextAsync(Webhook webhook, CancellationToken ct) => (await db.QueryAsync($"""
        select d.next_at
        from webhook_deliveries d
        where d.company_id = {webhook.CompanyId} and d.webhook_id = {webhook.Id} and d.status = 'waiting'
          and (not {webhook.Ordered} or {IsFirstOfInstance})
        order by d.next_at, d.id
        limit 1
        """, row => (DateTimeOffset?)row.Time("next_at"), ct)).SingleOrDefault();

    /// <summary>
    /// Records the result of a try. A success counts whoever reports it, because the endpoint has the event. A failure counts only if nobody has recorded
    /// another try since.
    /// </summary>
    public Task SettleAsync(Delivery tried, DeliveryAnswer answer, Verdict verdict, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"""
        update webhook_deliveries
        set status = {verdict.Status.Word()},
            tries = tries + 1,
            next_at = {verdict.NextAt},
            tried_at = {now},
            duration_ms = {(long)answer.Duration.TotalMilliseconds},
            http_status = {(long?)answer.Status},
            fault = {answer.Fault},
            answer = {answer.Text}
        where company_id = {tried.CompanyId} and webhook_id = {tried.WebhookId} and id = {tried.Id} and status = 'waiting'
          and (tries = {tried.Tries} or {verdict.Status == DeliveryStatus.Delivered})
        """, ct);

    /// <summary>Makes all waiting deliveries due: somebody has enabled their webhook again.</summary>
    public Task MakeDueAsync(Webhook webhook, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"""
        update webhook_deliveries
        set next_at = {now}
        where company_id = {webhook.CompanyId} and webhook_id = {webhook.Id} and status = 'waiting' and next_at > {now}
        """, ct);

    private static Delivery Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("webhook_id"),
        row.Integer("id"),
        new EventCursor(row.Integer("event_turn"), row.Integer("event_sequence"), row.Integer("event_id")),
        row.Text("event_type"),
        row.IntegerOrNull("flow_instance_id"),
        DeliveryStatuses.Read(row.Text("status")),
        row.Int("tries"),
        row.TimeOrNull("next_at"),
        row.IntegerOrNull("redelivery_of"),
        row.Time("created_at"))
    {
        TriedAt = row.TimeOrNull("tried_at"),
        Answer = row.IntegerOrNull("duration_ms") is { } duration
            ? new DeliveryAnswer((int?)row.IntegerOrNull("http_status"), row.TextOrNull("fault"), row.TextOrNull("answer"), TimeSpan.FromMilliseconds(duration))
            : null,
    };
}

/// <summary>Which deliveries to repeat.</summary>
/// <param name="Type">The type of their events; null: any.</param>
internal sealed record RedeliveryFilter(DeliveryStatus Status, DateTimeOffset From, DateTimeOffset Until, string? Type);
