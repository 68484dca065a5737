using Sluice.Engine.Prospects;

namespace Sluice.Engine.Instances;

/// <summary>Something that happened to an instance.</summary>
internal sealed record Trigger(TriggerKind Kind)
{
    /// <summary>The end of the pause or postponement, the due time of what the instance waits for next, or when a resumed to-do expires.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>StepBegun: the step that begins. StepDone: the next step; null after the last. StepReopened: the step that is open again. Bounced: the step whose mail bounced.</summary>
    public int? StepOrder { get; init; }

    /// <summary>The flow version that <see cref="StepOrder"/> refers to. It may be newer than the instance's version.</summary>
    public long? FlowVersion { get; init; }

    public WaitsFor WaitsFor { get; init; }

    /// <summary>Replied and MeetingBooked: the flow's ruleset.</summary>
    public RunRuleset Ruleset { get; init; } = RunRuleset.Default;

    /// <summary>Reassigned: the new owner.</summary>
    public long OwnerId { get; init; }

    /// <summary>Ended: the finish reason.</summary>
    public FinishReason? Reason { get; init; }

    /// <summary>The reason to record in the instance's history.</summary>
    public string? Detail { get; init; }

    /// <summary>News of a person: the address of which it is true, if it is not the record's. A bounce: the address that does not exist.</summary>
    public string? Address { get; init; }

    /// <summary>UnsubscribedFromFlow: the flow.</summary>
    public long FlowId { get; init; }

    /// <summary>Unsubscribed: how the prospect said it.</summary>
    public SuppressionKind Stop { get; init; } = SuppressionKind.Unsubscribed;

    /// <summary>Bounced: the attempt whose mail was refused before it left; null: the mail had left.</summary>
    public int? RefusedAttempt { get; init; }

    /// <summary>Message-ID of the mail that said it.</summary>
    public string? Evidence { get; init; }

    /// <summary>The rule by which that mail was found to belong to the instance.</summary>
    public string? MatchedBy { get; init; }

    public EventDetail? ToDetail() => this is { Detail: null, Until: null, Evidence: null, MatchedBy: null }
        ? null
        : new EventDetail(Reason: Detail, Until: Until, MessageId: Evidence) { MatchedBy = MatchedBy };
}
