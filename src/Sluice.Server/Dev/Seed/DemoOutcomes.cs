using Sluice.Engine.Instances;

namespace Sluice.Server.Dev.Seed;

/// <summary>
/// How the instances of the demo company went: the outcomes of 8,169 people of one real company [rep], scaled to 180, each at least once.
/// The three instances of <see cref="DemoTimelines.Published"/> are three of the thirteen that are running.
/// </summary>
internal static class DemoOutcomes
{
    public static readonly DemoOutcome Running = new(13 - 3, InstanceStatus.Running);
    public static readonly DemoOutcome Pending = new(3, InstanceStatus.Pending);
    public static readonly DemoOutcome Paused = new(4, InstanceStatus.Paused);

    public static readonly DemoOutcome FlowDeleted = new(2, InstanceStatus.Finished, FinishReason.FlowDeleted);
    public static readonly DemoOutcome NoSeat = new(1, InstanceStatus.Finished, FinishReason.NoSeat);

    public static readonly DemoOutcome NoReply = new(105, InstanceStatus.FinishedNoReply) { MaxDays = 3 };

    /// <summary>A prospect with this outcome has no other instance.</summary>
    public static readonly DemoOutcome Bounced = new(8, InstanceStatus.Finished, FinishReason.Bounced) { At = step => step.IsMail, MinDays = 1, MaxDays = 5 };

    /// <inheritdoc cref="Bounced"/>
    public static readonly DemoOutcome OptedOut = new(2, InstanceStatus.Finished, FinishReason.OptedOut) { At = step => step.IsMail, MaxDays = 2 };

    /// <summary>The outcomes that are possible at any time.</summary>
    public static readonly DemoOutcome[] Ended =
    [
        NoReply,
        new(33, InstanceStatus.Finished, FinishReason.RemovedManually) { MaxDays = 4 },
        Bounced,
        new(5, InstanceStatus.Finished, FinishReason.ToDoExpired) { At = step => step.IsToDo, MinDays = 120, MaxDays = 120 },
        OptedOut,
        new(2, InstanceStatus.FinishedResponse) { Event = InstanceEvent.Replied, At = step => step.IsMail, MaxDays = 4 },
        new(1, InstanceStatus.Finished, FinishReason.MeetingBooked) { MaxDays = 2 },
        new(1, InstanceStatus.Finished, FinishReason.CallOutcome) { At = step => step.IsCall, MaxDays = 1 },
    ];
}

/// <param name="Count">How many instances went that way.</param>
internal sealed record DemoOutcome(int Count, InstanceStatus Status, FinishReason? Reason = null)
{
    /// <summary>The event at the end of the history.</summary>
    public string Event { get => field ?? EndInstances.EventOf(Reason); init; }

    /// <summary>The steps at which it can happen.</summary>
    public Func<DemoStep, bool> At { get; init; } = _ => true;

    /// <summary>The smallest number of days from the due time of the step to the end.</summary>
    public int MinDays { get; init; }

    public int MaxDays { get; init; }

    /// <summary>Whether mail can no longer reach the prospect, or is no longer allowed.</summary>
    public bool EndsContact => this == DemoOutcomes.Bounced || this == DemoOutcomes.OptedOut;
}
