using Sluice.Engine.Events;

namespace Sluice.Engine.Webhooks;

/// <summary>Where a company wants its events to be sent.</summary>
internal sealed record Webhook
{
    public const int MaxOfCompany = 50;
    public const int MaxUrl = 2000;

    /// <summary>How long the old secret stays valid after a rotation.</summary>
    public static readonly TimeSpan Rotation = TimeSpan.FromHours(24);

    public required long CompanyId { get; init; }

    public required long Id { get; init; }

    public required string Url { get; init; }

    /// <summary>The types of events that it gets. Empty: all.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    public required string Description { get; init; }

    public required bool Enabled { get; init; }

    /// <summary>Whether the next event of an instance waits until its last one was delivered or given up.</summary>
    public required bool Ordered { get; init; }

    /// <summary>Whether events of mail carry its subject and text.</summary>
    public required bool IncludeText { get; init; }

    /// <summary>Encrypted by <see cref="WebhookSecrets"/>, as is the old one.</summary>
    public required string Secret { get; init; }

    public string? OldSecret { get; init; }

    public DateTimeOffset? OldSecretUntil { get; init; }

    /// <summary>Deliveries exist of all wanted events before this place in the feed.</summary>
    public required EventCursor Place { get; init; }

    public long LastDeliveryId { get; init; }

    /// <summary>When the first delivery after the last success failed. Null: the last one succeeded.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Why Sluice has disabled it. Null: it is enabled, or a person has disabled it.</summary>
    public string? DisabledReason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether so many deliveries wait that new events stay in the feed.</summary>
    public bool IsFull { get; init; }

    public DateTimeOffset LeaseUntil { get; init; }

    /// <summary>Fencing token of the node that sends to it.</summary>
    public long Fence { get; init; }

    /// <summary>That of a record would print the secrets.</summary>
    public override string ToString() => $"webhook {Id}";

    public EventFilter Filter => Types.Count == 0 ? EventFilter.All : new EventFilter(Types.ToHashSet());
}
