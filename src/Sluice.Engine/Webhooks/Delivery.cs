using Sluice.Engine.Events;

namespace Sluice.Engine.Webhooks;

/// <summary>One event for one webhook, and what came of the last try to send it.</summary>
/// <param name="Id">Counts from 1 in each webhook, in the order of the feed.</param>
/// <param name="Event">The place of the event in the feed.</param>
/// <param name="FlowInstanceId">Null: the event is of no instance.</param>
/// <param name="NextAt">Null: it does not wait.</param>
/// <param name="RedeliveryOf">The delivery that somebody asked to repeat.</param>
internal sealed record Delivery(
    long CompanyId,
    long WebhookId,
    long Id,
    EventCursor Event,
    string EventType,
    long? FlowInstanceId,
    DeliveryStatus Status,
    int Tries,
    DateTimeOffset? NextAt,
    long? RedeliveryOf,
    DateTimeOffset CreatedAt)
{
    /// <summary>How long deliveries are kept, and how long an event can be delivered again.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public DateTimeOffset? TriedAt { get; init; }

    /// <summary>Null: it was not tried yet.</summary>
    public DeliveryAnswer? Answer { get; init; }
}

internal enum DeliveryStatus
{
    /// <summary>For its first try or for another one.</summary>
    Waiting,

    /// <summary>The endpoint has answered 2xx.</summary>
    Delivered,

    /// <summary>Given up after the last try.</summary>
    Failed,
}

/// <summary>What an endpoint answered to one try.</summary>
/// <param name="Status">Null: there was no answer in time.</param>
/// <param name="Fault">Why there was none, in a sentence.</param>
/// <param name="Text">The first 4 kB of the body.</param>
/// <param name="RetryAfter">How long it asks to be left alone.</param>
internal sealed record DeliveryAnswer(int? Status, string? Fault, string? Text, TimeSpan Duration, TimeSpan? RetryAfter = null)
{
    public const int MaxBytes = 4096;
}

internal static class DeliveryStatuses
{
    public static readonly IReadOnlyList<string> All = [.. Enum.GetValues<DeliveryStatus>().Select(Word)];

    /// <summary>Those that do not wait.</summary>
    public static readonly IReadOnlyList<string> Ended = [DeliveryStatus.Delivered.Word(), DeliveryStatus.Failed.Word()];

    public static string Word(this DeliveryStatus status) => status.ToString().ToLowerInvariant();

    public static DeliveryStatus Read(string word) => Enum.Parse<DeliveryStatus>(word, ignoreCase: true);
}
