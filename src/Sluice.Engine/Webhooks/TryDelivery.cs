using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Webhooks;

/// <summary>Tries to deliver one event, and records in one transaction what came of it for the delivery and for the webhook.</summary>
internal sealed partial class TryDelivery(Db db, WebhookBody bodies, SendDelivery send, DeliveryFaults faults, IdMaker ids, TimeProvider clock, ILogger<TryDelivery> logger)
{
    private static readonly DeliveryAnswer IsForgotten = new(null, "The event is older than 30 days, and is no longer kept", null, TimeSpan.Zero);

    public async Task RunAsync(Webhook held, Delivery delivery, CancellationToken ct)
    {
        var planned = faults.Take(held.CompanyId); // Before anything is awaited: a seed gives the same faults to the same deliveries.
        var body = await bodies.FindAsync(held, delivery, ct);
        var answer = body is null ? IsForgotten : await (planned is null ? SendAsync(body) : planned.RunAsync(() => SendAsync(body), ct));
        var (now, tries) = (clock.GetUtcNow(), delivery.Tries + 1);
        var verdict = body is null
            ? new Verdict(DeliveryStatus.Failed, null, null)
            : DeliveryRule.After(answer, tries, held.FailingSince, now, DeliveryRule.ChanceOf(delivery.Id, tries));
        var isDisabled = await db.InTransactionAsync(tx => SettleAsync(tx, held, delivery, answer, verdict, now), CancellationToken.None);
        if (isDisabled)
        {
            LogDisabled(held.Id, held.CompanyId, verdict.Disables!);
        }

        Task<DeliveryAnswer> SendAsync(byte[] bytes) => send.RunAsync(held, WebhookBody.MessageId(delivery), bytes, ct);
    }

    /// <returns>Whether the webhook was disabled.</returns>
    private async Task<bool> SettleAsync(IDbSession tx, Webhook held, Delivery delivery, DeliveryAnswer answer, Verdict verdict, DateTimeOffset now)
    {
        var (ct, webhooks, isDelivered) = (CancellationToken.None, new WebhookStore(tx), verdict.Status == DeliveryStatus.Delivered);
        await new DeliveryStore(tx).SettleAsync(delivery, answer, verdict, now, ct);
        if (isDelivered == held.FailingSince is not null) // A success after a failure, or the other way round.
        {
            await webhooks.SetFailingAsync(held, isDelivered ? null : now, ct);
        }

        if (verdict.Disables is not { } reason || !await webhooks.DisableAsync(held, reason, ct))
        {
            return false;
        }

        await new FeedStore(tx).AddAsync([WebhookFeed.OfDisabled(held, answer, ids, now)], ct);
        return true;
    }

    [LoggerMessage(1, LogLevel.Warning, "Webhook {WebhookId} of company {CompanyId} is disabled: {Reason}")]
    private partial void LogDisabled(long webhookId, long companyId, string reason);
}
