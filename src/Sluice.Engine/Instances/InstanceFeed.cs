using Sluice.Engine.Events;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Instances;

/// <summary>
/// Makes the events of the feed out of what happened to instances. Each change of a status has exactly one. Some of the history is only for
/// <c>explain</c>, and has none: a new owner, a soft bounce, a meeting that changes nothing.
/// </summary>
internal static class InstanceFeed
{
    /// <returns>Null: the change has no event of its own in the feed.</returns>
    public static string? TypeOf(Run before, Transition transition) => transition switch
    {
        { Event: null } => null,
        { After: { IsOpen: false, FinishReason: FinishReason.RemovedManually } } => EventTypes.Removed,
        { After.IsOpen: false } => EventTypes.Finished,
        { Event: InstanceEvent.StepBegun } => EventTypes.StepBegun,
        { Event: InstanceEvent.StepDone } => EventTypes.StepDone,
        { Event: InstanceEvent.Replied } => EventTypes.Replied,
        { Event: InstanceEvent.Bounced } => EventTypes.Bounced,
        { Event: InstanceEvent.Resumed } => EventTypes.Resumed,
        { Event: InstanceEvent.Paused } => EventTypes.Paused,
        { Event: InstanceEvent.MeetingBooked, After.PauseReason: PauseReason.MeetingBooked } when before.PauseReason != PauseReason.MeetingBooked => EventTypes.Paused,
        _ => null,
    };

    /// <param name="noted">The same event in the history.</param>
    public static Event OfAssignment(Run assigned, InstanceEvent noted) => Of(noted, EventTypes.Assigned, assigned, 1, new EventData { Step = assigned.StepOrder, Status = assigned.Status.ToString() });

    public static Event OfChange(InstanceChange change, InstanceEvent noted, long sequence)
    {
        var (after, heard) = (change.Transition.After, HeardIn(change));
        return Of(noted, change.FeedType!, after, sequence, new EventData
        {
            Step = change.Detail?.Step ?? after.StepOrder,
            OldStatus = change.Before.Status.ToString(),
            Status = after.Status.ToString(),
            Heard = heard,
            HeardStep = heard is null ? null : change.FeedType == EventTypes.Bounced ? after.StepOrder : LastBegun(change.Before),
            StepDone = !after.IsOpen && change.FeedType == EventTypes.Finished && change.Detail?.Step is not null ? true : null,
            Reason = !after.IsOpen ? after.FinishReason?.Word() : change.FeedType == EventTypes.StepDone ? HowDone(change.Detail?.Reason) : after.PauseReason?.Word(),
        });
    }

    /// <summary>An instance that waits for a step has begun the one before it.</summary>
    private static int LastBegun(Run run) => run is { UnderlyingWait: WaitsFor.Step, StepOrder: > 1 } ? run.StepOrder - 1 : run.StepOrder;

    /// <returns>What came from the prospect; null: nothing, or an event before has told it.</returns>
    private static string? HeardIn(InstanceChange change) => (change.Before, change.Transition.After) switch
    {
        ({ RepliedAt: null }, { RepliedAt: not null }) => EventData.HeardReply,
        ({ PauseReason: not PauseReason.MeetingBooked }, { PauseReason: PauseReason.MeetingBooked } or { FinishReason: FinishReason.MeetingBooked }) => EventData.HeardMeeting,
        ({ PauseReason: not PauseReason.Bounced }, { IsOpen: true }) when change.FeedType == EventTypes.Bounced => EventData.HeardBounce,
        (_, { FinishReason: FinishReason.OptedOut }) => change.IsComplaint ? EventData.HeardComplaint : EventData.HeardOptOut,
        _ => null,
    };

    /// <returns>Null: it was done, and its task says how.</returns>
    private static string? HowDone(string? reason) => reason is "dismissed" or "skipped" ? reason : null;

    /// <param name="before">The instance as it was, with the number of its events before this one.</param>
    public static Event OfEnd(OpenInstance before, FinishReason reason, InstanceEvent noted) => new(
        noted.By.CompanyId,
        noted.Id,
        reason == FinishReason.RemovedManually ? EventTypes.Removed : EventTypes.Finished,
        noted.At,
        new EventData
        {
            OwnerId = WireId.Write(before.OwnerId),
            Step = before.StepOrder,
            OldStatus = before.Status.ToString(),
            Status = nameof(InstanceStatus.Finished),
            Reason = reason.Word(),
            Actor = noted.By.ToEventActor(),
        })
    {
        Sequence = before.EventCount + 1,
        FlowInstanceId = before.Id,
        FlowId = before.FlowId,
        ProspectId = before.ProspectId,
    };

    private static Event Of(InstanceEvent noted, string type, Run run, long sequence, EventData data) =>
        new(run.CompanyId, noted.Id, type, noted.At, data with { OwnerId = WireId.Write(run.OwnerId), Actor = noted.By.ToEventActor() })
        {
            Sequence = sequence,
            FlowInstanceId = run.Id,
            FlowId = run.FlowId,
            ProspectId = run.ProspectId,
        };
}
