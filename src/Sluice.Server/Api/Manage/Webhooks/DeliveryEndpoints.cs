using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Webhooks;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Webhooks;

/// <summary>What was sent to a webhook, and sending it again.</summary>
internal static class DeliveryEndpoints
{
    public static void MapDeliveries(this RouteGroupBuilder webhooks)
    {
        webhooks.MapGet("/{id}/deliveries", List).Takes("status", "before", "limit").WithDescription(DeliveryDescription.List);
        webhooks.MapPost("/{id}/deliveries/{deliveryId}/redeliver", RedeliverOne).WithDescription(DeliveryDescription.RedeliverOne);
        webhooks.MapPost("/{id}/redeliver", RedeliverMany).ReadsObject().WithDescription(DeliveryDescription.RedeliverMany);
    }

    internal static async Task<IResult> List(string id, Call call, Db db)
    {
        var query = call.ReadQuery();
        var (status, before, limit) = (query.OptionalWord("status", DeliveryStatuses.All), query.OptionalId("before"), query.Integer("limit", 20, 1, 100));
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        var webhookId = WireId.Find(id) ?? 0;
        if (await new WebhookStore(db).FindAsync(call.CompanyId, webhookId, call.Ct) is null)
        {
            return WebhookEndpoints.NotFound(id);
        }

        var listed = await new DeliveryStore(db).ListAsync(call.CompanyId, webhookId, status is null ? null : DeliveryStatuses.Read(status), before, limit, call.Ct);
        return new Answer<DeliveriesAnswer>(new(call.RequestId, listed.ConvertAll(DeliveryItem.From)), WebhookJson.Default.DeliveriesAnswer);
    }

    public static async Task<IResult> RedeliverOne(string id, string deliveryId, Call call, Redeliver redeliver, WebhookWorker worker)
    {
        var done = await redeliver.OneAsync(call.CompanyId, WireId.Find(id) ?? 0, WireId.Find(deliveryId) ?? 0, call.Ct);
        worker.Wake();
        return done switch
        {
            { Refusal: { } refusal } => Refuse(refusal, id),
            { Deliveries: [var delivery] } => new Answer<DeliveryAnswerItem>(
                new(call.RequestId, DeliveryItem.From(delivery)), WebhookJson.Default.DeliveryAnswerItem, StatusCodes.Status201Created),
            _ => ApiError.NotFound($"There is no delivery {RequestReader.Echo(deliveryId)} of this webhook"),
        };
    }

    public static async Task<IResult> RedeliverMany(string id, Call call, Redeliver redeliver, WebhookWorker worker, TimeProvider clock)
    {
        var fields = call.ReadBody();
        var status = fields.OptionalWord("status", DeliveryStatuses.Ended) ?? DeliveryStatus.Failed.Word();
        var (from, until) = (fields.OptionalTime("from") ?? DateTimeOffset.UnixEpoch, fields.OptionalTime("until") ?? clock.GetUtcNow());
        var type = fields.OptionalWord("type", EventTypes.All);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var done = await redeliver.ManyAsync(call.CompanyId, WireId.Find(id) ?? 0, new RedeliveryFilter(DeliveryStatuses.Read(status), from, until, type), call.Ct);
        worker.Wake();
        return done.Refusal is { } why
            ? Refuse(why, id)
            : new Answer<RedeliveryAnswer>(new(call.RequestId, done.Deliveries!.Count, done.HasMore, WireTime.Write(until, call.Caller.TimeZone)), WebhookJson.Default.RedeliveryAnswer);
    }

    private static ApiError Refuse(RedeliveryRefusal why, string id) => why switch
    {
        RedeliveryRefusal.NoWebhook => WebhookEndpoints.NotFound(id),
        RedeliveryRefusal.IsDisabled => new ApiError(StatusCodes.Status409Conflict, "The webhook is disabled: enable it first"),
        _ => new ApiError(StatusCodes.Status409Conflict, "So many deliveries of this webhook wait that no more are added: try again when some are done"),
    };
}
