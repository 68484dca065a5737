using Sluice.Engine.Events;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Webhooks;

/// <summary>Makes the next events of the feed into deliveries of a webhook, while there is room for them.</summary>
internal sealed class FillLane(Db db, EventFeed feed, WebhookLimits limits, TimeProvider clock)
{
    /// <returns>Whether there was something new; if so, there may be more.</returns>
    public async Task<bool> RunAsync(Webhook held, CancellationToken ct)
    {
        if (limits.IsFull(held.FailingSince is not null, await new DeliveryStore(db).CountWaitingAsync(held, ct)))
        {
            return false;
        }

        // The place may have moved since the webhook was read: what it says now is asked again under the lock.
        var place = (await new WebhookLeaseStore(db).FindHeldAsync(held, ct))?.Place;
        var page = place is { } after ? await feed.ReadAsync(held.CompanyId, after, held.Filter, WebhookLimits.Slice, ct) : null;
        return page is not null && page.Next != place && await db.InTransactionAsync(tx => AddAsync(tx, held, place!.Value, page, ct), ct);
    }

    private async Task<bool> AddAsync(IDbSession tx, Webhook held, EventCursor place, EventPage page, CancellationToken ct)
    {
        var webhooks = new WebhookStore(tx);
        if (await webhooks.LockAsync(held.CompanyId, held.Id, ct) is not { } webhook || webhook.Fence != held.Fence || webhook.Place != place)
        {
            return false;
        }

        var now = clock.GetUtcNow();
        List<Delivery> deliveries =
        [
            .. page.Events.Select((one, at) => new Delivery(
                webhook.CompanyId, webhook.Id, webhook.LastDeliveryId + 1 + at, one.Cursor, one.Type, one.FlowInstanceId, DeliveryStatus.Waiting, 0, now, null, now)),
        ];
        await (deliveries.Count > 0 ? new DeliveryStore(tx).AddAsync(deliveries, ct) : Task.CompletedTask);
        await webhooks.AdvanceAsync(webhook, page.Next, webhook.LastDeliveryId + deliveries.Count, ct);
        return true;
    }
}
