using Sluice.Engine.Storage;

namespace Sluice.Engine.Webhooks;

/// <summary>Sends events again, each as a new delivery beside the old one, which stays as it is. The webhook-id is that of the event, so it is the same.</summary>
internal sealed class Redeliver(Db db, WebhookLimits limits, TimeProvider clock)
{
    /// <summary>How many deliveries one call repeats.</summary>
    public const int MaxOfCall = 1000;

    /// <summary>Repeats one delivery, whatever its status is. If there is none, nothing is repeated.</summary>
    public Task<Redelivered> OneAsync(long companyId, long webhookId, long deliveryId, CancellationToken ct) => RunAsync(
        companyId, webhookId, async (store, _) => await store.FindAsync(companyId, webhookId, deliveryId, ct) is { } one ? [one] : [], ct);

    /// <summary>Repeats the deliveries that a filter finds, the oldest first, and at most <see cref="MaxOfCall"/>.</summary>
    public Task<Redelivered> ManyAsync(long companyId, long webhookId, RedeliveryFilter filter, CancellationToken ct) => RunAsync(
        companyId, webhookId, (store, webhook) => store.ListToRepeatAsync(webhook, filter, MaxOfCall + 1, ct), ct);

    private Task<Redelivered> RunAsync(long companyId, long webhookId, Func<DeliveryStore, Webhook, Task<List<Delivery>>> find, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var (webhooks, store) = (new WebhookStore(tx), new DeliveryStore(tx));
            if (await webhooks.LockAsync(companyId, webhookId, ct) is not { } webhook)
            {
                return new Redelivered(Refusal: RedeliveryRefusal.NoWebhook);
            }

            if (!webhook.Enabled || limits.IsFull(isFailing: false, await store.CountWaitingAsync(webhook, ct)))
            {
                return new Redelivered(Refusal: webhook.Enabled ? RedeliveryRefusal.IsFull : RedeliveryRefusal.IsDisabled);
            }

            var found = await find(store, webhook);
            var again = found.Take(MaxOfCall).Select((one, at) => Repeat(one, webhook.LastDeliveryId + 1 + at)).ToList();
            if (again.Count == 0)
            {
                return new Redelivered([]);
            }

            await store.AddAsync(again, ct);
            await webhooks.AdvanceAsync(webhook, webhook.Place, webhook.LastDeliveryId + again.Count, ct);
            await webhooks.WakeAsync(companyId, webhookId, ct);
            return new Redelivered(again, found.Count > MaxOfCall);
        },
        ct);

    private Delivery Repeat(Delivery old, long id)
    {
        var now = clock.GetUtcNow();
        return old with { Id = id, Status = DeliveryStatus.Waiting, Tries = 0, NextAt = now, RedeliveryOf = old.Id, CreatedAt = now };
    }
}

/// <param name="Deliveries">The new ones.</param>
/// <param name="HasMore">Whether the filter finds more than one call repeats.</param>
/// <param name="Refusal">Null: it was done.</param>
internal sealed record Redelivered(IReadOnlyList<Delivery>? Deliveries = null, bool HasMore = false, RedeliveryRefusal? Refusal = null);

internal enum RedeliveryRefusal
{
    NoWebhook,

    /// <summary>Nothing would be sent.</summary>
    IsDisabled,

    /// <summary>So many deliveries wait that no more are added.</summary>
    IsFull,
}
