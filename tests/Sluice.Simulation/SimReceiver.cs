using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Webhooks;
using static Sluice.Simulation.ViolationException;

namespace Sluice.Simulation;

/// <summary>
/// The endpoint of the company's webhook. It remembers each event that it took, even if its answer is lost or the worker dies first, and checks
/// that the event was committed with its cause and is the next of its instance.
/// </summary>
internal sealed class SimReceiver(Db db)
{
    private readonly HashSet<long> _taken = [];

    /// <summary>The first broken invariant that was found during a delivery, where exceptions only count as a failed try. Null: none.</summary>
    public string? Fault { get; set; }

    public async Task TakeAsync(long id, CancellationToken ct)
    {
        var told = await db.QueryAsync($"""
            select e.sequence,
                   exists (select 1 from instance_events h where h.company_id = e.company_id and h.flow_instance_id = e.flow_instance_id and h.id = e.id),
                   coalesce((
                       select b.id
                       from events b
                       where b.company_id = e.company_id and b.flow_instance_id = e.flow_instance_id and b.sequence = e.sequence - 1 and b.sequence > 0
                         and not exists (select 1 from webhook_deliveries d where d.event_id = b.id and d.status = 'failed')), 0)
            from events e
            where e.id = {id}
            """, row => (Sequence: row.GetInt64(0), HasCause: row.GetBoolean(1), Before: row.GetInt64(2)), ct);
        Require(told.Count == 1, $"the endpoint got event {id}, which is not committed");
        Require(told[0].Sequence == 0 || told[0].HasCause, $"the endpoint got event {id}, whose cause is not committed");
        Require(told[0].Before == 0 || _taken.Contains(told[0].Before), $"the endpoint got event {id} before event {told[0].Before} of the same instance");
        _taken.Add(id);
    }

    /// <summary>Checks at the end that the endpoint got each event that was not given up after the last try.</summary>
    public async Task CheckEndAsync()
    {
        var due = await db.QueryAsync($"""
            select e.id
            from events e
            where not exists (select 1 from webhook_deliveries d where d.event_id = e.id and d.status = 'failed')
            order by e.id
            """, row => row.GetInt64(0), default);
        var lost = due.Where(id => !_taken.Contains(id)).ToList();
        Require(lost.Count == 0, $"the endpoint never got {lost.Count} events: {string.Join(", ", lost.Take(5))}");
    }
}

/// <summary>One worker's connection to the endpoint.</summary>
internal sealed class SimHook(FaultInjector faults, CancellationTokenSource life, SimReceiver receiver) : HttpMessageHandler
{
    /// <summary>One request at a time: nothing in the simulation is concurrent.</summary>
    private static readonly WebhookLimits Limits = new(TimeSpan.FromSeconds(15), MaxAtOnce: 1);

    public static WebhookLane MakeLane(Db db, Webhook held, FaultInjector faults, CancellationTokenSource life, SimReceiver receiver, IdMaker ids, SimClock clock)
    {
        var feed = new EventFeed(db);
        var send = new SendDelivery(new WebhookHttp(new SimHook(faults, life, receiver)), SimTeam.Secrets, Limits, clock);
        var tries = new TryDelivery(db, new WebhookBody(db, feed), send, DeliveryFaults.None, ids, clock, NullLogger<TryDelivery>.Instance);
        return new WebhookLane(db, new FillLane(db, feed, Limits, clock), tries, Limits, clock, held);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await DeliverAsync(request, cancellationToken);
        }
        catch (ViolationException violation)
        {
            receiver.Fault ??= violation.Message;
            throw;
        }
    }

    private async Task<HttpResponseMessage> DeliverAsync(HttpRequestMessage request, CancellationToken ct)
    {
        await faults.BeforeAsync("delivery", life);
        var fate = faults.IsCalm ? int.MaxValue : faults.Random.Next(12);
        if (fate == 0)
        {
            faults.Record("the endpoint does not answer");
            throw new HttpRequestException("away");
        }

        var id = (string)JsonNode.Parse(await request.Content!.ReadAsByteArrayAsync(ct))!["id"]!;
        Require(id == request.Headers.GetValues(WebhookSignature.IdHeader).Single(), $"the webhook-id is not that of event {id}");
        await receiver.TakeAsync(WireId.Find(id)!.Value, ct);
        await faults.BeforeAsync("endpoint's answer", life);
        if (fate == 1)
        {
            faults.Record($"the endpoint takes event {id}, but its answer is lost");
            throw new HttpRequestException("lost");
        }

        return new HttpResponseMessage(fate == 2 ? HttpStatusCode.InternalServerError : HttpStatusCode.NoContent);
    }
}
