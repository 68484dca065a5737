using System.Text.Json.Serialization;
using Sluice.Engine.Primitives;
using Sluice.Engine.Webhooks;

namespace Sluice.Server.Api.Manage.Webhooks;

internal sealed record WebhooksAnswer(string RequestId, IReadOnlyList<WebhookItem> Webhooks);

internal sealed record WebhookAnswer(string RequestId, WebhookItem Webhook);

/// <param name="Secret">Shown once: when the webhook is added and when its secret is rotated.</param>
/// <param name="OldSecretUntil">How long requests are also signed with the old secret.</param>
internal sealed record WebhookSecretAnswer(string RequestId, WebhookItem Webhook, string Secret, DateTimeOffset? OldSecretUntil = null);

internal sealed record WebhookRemoved(string RequestId, string Deleted);

/// <summary>What the endpoint answered to the test.</summary>
/// <param name="Delivered">Whether it was 2xx.</param>
internal sealed record WebhookTestAnswer(string RequestId, bool Delivered, int? Status, string? Fault, string? Answer, long DurationMs);

/// <summary>A webhook without its secret.</summary>
/// <param name="Types">Empty: all.</param>
/// <param name="FailingSince">When the first delivery after the last success failed; absent if the last one succeeded.</param>
/// <param name="DisabledReason">Why Sluice has disabled it; absent if it is enabled or a person has disabled it.</param>
internal sealed record WebhookItem(
    string Id,
    string Url,
    IReadOnlyList<string> Types,
    string Description,
    bool Enabled,
    bool Ordered,
    bool IncludeText,
    DateTimeOffset? FailingSince,
    string? DisabledReason,
    DateTimeOffset CreatedAt)
{
    public static WebhookItem From(Webhook webhook) => new(
        WireId.Write(webhook.Id),
        webhook.Url,
        webhook.Types,
        webhook.Description,
        webhook.Enabled,
        webhook.Ordered,
        webhook.IncludeText,
        webhook.FailingSince,
        webhook.DisabledReason,
        webhook.CreatedAt);
}

internal sealed record DeliveriesAnswer(string RequestId, IReadOnlyList<DeliveryItem> Deliveries);

internal sealed record DeliveryAnswerItem(string RequestId, DeliveryItem Delivery);

/// <param name="HasMore">Whether the filter finds more: repeat the call with this <paramref name="Until"/>.</param>
internal sealed record RedeliveryAnswer(string RequestId, int Redelivered, bool HasMore, string Until);

/// <summary>One event for one webhook, and what came of the last try.</summary>
/// <param name="EventId">Also the <c>webhook-id</c> of its requests.</param>
/// <param name="Status"><c>waiting</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="NextTryAt">Absent if it does not wait.</param>
/// <param name="HttpStatus">Absent if there was no answer.</param>
/// <param name="Fault">Why it was not delivered.</param>
/// <param name="Answer">The first 4 kB of the endpoint's answer.</param>
/// <param name="RedeliveryOf">The delivery that it repeats.</param>
internal sealed record DeliveryItem(
    string Id,
    string EventId,
    string EventType,
    string? FlowInstanceId,
    string Status,
    int Tries,
    DateTimeOffset CreatedAt,
    DateTimeOffset? TriedAt,
    DateTimeOffset? NextTryAt,
    int? HttpStatus,
    string? Fault,
    string? Answer,
    long? DurationMs,
    string? RedeliveryOf)
{
    public static DeliveryItem From(Delivery delivery) => new(
        WireId.Write(delivery.Id),
        WebhookBody.MessageId(delivery),
        delivery.EventType,
        delivery.FlowInstanceId is { } instance ? WireId.Write(instance) : null,
        delivery.Status.Word(),
        delivery.Tries,
        delivery.CreatedAt,
        delivery.TriedAt,
        delivery.NextAt,
        delivery.Answer?.Status,
        delivery.Answer?.Fault,
        delivery.Answer?.Text,
        (long?)delivery.Answer?.Duration.TotalMilliseconds,
        delivery.RedeliveryOf is { } old ? WireId.Write(old) : null);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhooksAnswer))]
[JsonSerializable(typeof(WebhookAnswer))]
[JsonSerializable(typeof(WebhookSecretAnswer))]
[JsonSerializable(typeof(WebhookRemoved))]
[JsonSerializable(typeof(WebhookTestAnswer))]
[JsonSerializable(typeof(DeliveriesAnswer))]
[JsonSerializable(typeof(DeliveryAnswerItem))]
[JsonSerializable(typeof(RedeliveryAnswer))]
internal sealed partial class WebhookJson : JsonSerializerContext;
