using Sluice.Engine.Events;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Webhooks;

/// <summary>Sends an event that never happened to an endpoint, once and at once, and says what it answers. Nothing is recorded.</summary>
internal sealed class TestWebhook(SendDelivery send, IdMaker ids, TimeProvider clock)
{
    public const string Type = "webhook.test";

    public Task<DeliveryAnswer> RunAsync(Webhook webhook, CancellationToken ct)
    {
        var sample = new Event(webhook.CompanyId, ids.Next(), Type, clock.GetUtcNow(), new EventData());
        return send.RunAsync(webhook, WireId.Write(sample.Id), sample.ToUtf8(), ct);
    }
}
