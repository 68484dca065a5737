namespace Sluice.Engine.Instances;

/// <summary>
/// What becomes of an instance when something happens: a row a line. No clock, no database. What the instance was
/// doing and what is to be done besides is told in <see cref="Effects"/>; who writes it does so in the one transaction with the new state.
/// </summary>
internal static class TransitionRule
{
    /// <summary>Paused for longer than this ends it [doc].</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromDays(30);

    /// <summary>A reply counts for so long after a mail of the flow [doc].</summary>
    public static readonly TimeSpan ReplyCounts = TimeSpan.FromDays(14);

    /// <returns>Null where the trigger means nothing to an instance in that state: nothing changes.</returns>
    public static Transition? Decide(Run run, Trigger trigger, DateTimeOffset now) => !run.IsOpen ? null : trigger.Kind switch
    {
        TriggerKind.StepBegun => Begin(run, trigger),
        TriggerKind.StepPostponed => new Transition(run with { NextDueAt = trigger.Until }, null, Effects.None),
        TriggerKind.StepDone => Done(run, trigger, now),
        TriggerKind.Replied => Reply(run, trigger.Ruleset, now),
        TriggerKind.MeetingBooked => Meeting(run, trigger.Ruleset, now),
        TriggerKind.Bounced => Bounce(run, trigger, now),
        TriggerKind.OutOfOffice => run.Status == FlowInstanceStatus.Paused || trigger.Until is null || trigger.Until <= now ? null : Pause(run, PauseReason.OutOfOffice, trigger.Until, now),
        TriggerKind.CalledBack => run.Status == FlowInstanceStatus.Paused && GoesOnAt(run) is null ? null : Pause(run, PauseReason.CalledBack, null, now),
        TriggerKind.PausedByPerson => ByPerson(run, Pause(run, PauseReason.Manual, trigger.Until, now)),
        TriggerKind.Resumed => run.Status == FlowInstanceStatus.Paused ? Resume(run, trigger, now) : null,
        TriggerKind.PauseRanOut => run.Status == FlowInstanceStatus.Paused ? Finish(run, FlowInstanceStatus.Finished, FinishReason.ToDoExpired, now) : null,
        TriggerKind.ToDoExpired => run.WaitsFor == WaitsFor.ToDo ? Finish(run, FlowInstanceStatus.Finished, FinishReason.ToDoExpired, now) : null,
        TriggerKind.ToDoMoved => run.WaitsFor == WaitsFor.ToDo ? new Transition(run with { NextDueAt = trigger.Until }, null, Effects.None) : null,
        TriggerKind.Reassigned => trigger.OwnerId == run.OwnerId ? null : new Transition(run with { OwnerId = trigger.OwnerId }, InstanceEvent.Reassigned, Effects.HandOver),
        TriggerKind.MailIsOutdated => run.WaitsFor == WaitsFor.Mail ? new Transition(run with { Attempt = run.Attempt + 1, WaitsFor = WaitsFor.Step, NextDueAt = now }, null, Effects.CancelMail) : null,
        TriggerKind.RemovedAfterReply => run.RepliedAt is not null ? Finish(run, FlowInstanceStatus.FinishedResponse, FinishReason.Replied, now) : null,
        TriggerKind.Unsubscribed => Finish(run, FlowInstanceStatus.Finished, FinishReason.OptedOut, now),
        TriggerKind.Ended => Finish(run, FlowInstanceStatus.Finished, trigger.Reason!, now),
        _ => throw new ArgumentOutOfRangeException(nameof(trigger), trigger.Kind, null),
    };

    /// <summary>When a paused one goes on by itself; null: it does not, and ends if nobody resumes it.</summary>
    public static DateTimeOffset? GoesOnAt(Run run) => run.NextDueAt < run.PausedAt + LongestPause ? run.NextDueAt : null;

    private static Transition Begin(Run run, Trigger trigger) => new(
        run with { Status = FlowInstanceStatus.Running, WaitsFor = trigger.WaitsFor, NextDueAt = trigger.Until, StepOrder = trigger.StepOrder ?? run.StepOrder },
        InstanceEvent.StepBegun,
        Effects.None);

    /// <summary>On to the next step, or the end. While it is paused, as when a mail was leaving just then, that waits for the resuming.</summary>
    private static Transition Done(Run run, Trigger trigger, DateTimeOffset now) => run.Status == FlowInstanceStatus.Paused
        ? new Transition(
            run with { StepOrder = trigger.StepOrder ?? run.StepOrder + 1, HeldWaitsFor = WaitsFor.Step, HeldDueAt = trigger.Until ?? now }, InstanceEvent.StepDone, Effects.CloseStepToDos)
        : trigger.StepOrder is { } next
        ? new Transition(run with { StepOrder = next, WaitsFor = WaitsFor.Step, NextDueAt = trigger.Until }, InstanceEvent.StepDone, Effects.CloseStepToDos)
        : Finish(run, run.RepliedAt is null ? FlowInstanceStatus.FinishedNoReply : FlowInstanceStatus.FinishedResponse, run.RepliedAt is null ? null : FinishReason.Replied, now);

    private static Transition Reply(Run run, RunRuleset ruleset, DateTimeOffset now)
    {
        var heard = run with { RepliedAt = run.RepliedAt ?? now };
        var todo = ruleset.ReplyToDo ? Effects.ResponseToDo : Effects.None;
        return ruleset.OnReply switch
        {
            Reaction.Stop => Finish(heard, FlowInstanceStatus.FinishedResponse, FinishReason.Replied, now).And(todo),
            Reaction.Continue => new Transition(heard, InstanceEvent.Replied, todo),
            _ when run is { Status: FlowInstanceStatus.Paused, PauseReason: PauseReason.Reply } => new Transition(heard, InstanceEvent.Replied, Effects.None),
            _ => Pause(heard, PauseReason.Reply, null, now).And(todo) with { Event = InstanceEvent.Replied },
        };
    }

    private static Transition? Meeting(Run run, RunRuleset ruleset, DateTimeOffset now)
    {
        var todo = ruleset.MeetingToDo ? Effects.MeetingToDo : Effects.None;
        return ruleset.OnMeeting switch
        {
            Reaction.Stop => Finish(run, FlowInstanceStatus.Finished, FinishReason.MeetingBooked, now).And(todo),
            Reaction.Continue => new Transition(run, InstanceEvent.MeetingBooked, todo),
            _ when run is { Status: FlowInstanceStatus.Paused, PauseReason: PauseReason.MeetingBooked } => null,
            _ => Pause(run, PauseReason.MeetingBooked, null, now).And(todo) with { Event = InstanceEvent.MeetingBooked },
        };
    }

    /// <summary>Its step is to be done once more, when it is resumed.</summary>
    private static Transition Bounce(Run run, Trigger trigger, DateTimeOffset now)
    {
        var again = run with { Attempt = run.Attempt + 1, StepOrder = trigger.StepOrder ?? run.StepOrder, FlowVersion = trigger.FlowVersion ?? run.FlowVersion };
        return new Transition(
            Pause(again, PauseReason.Bounced, null, now).After with { HeldWaitsFor = WaitsFor.Step, HeldDueAt = now },
            InstanceEvent.Bounced,
            Effects.CloseStepToDos | Effects.CancelMail | Effects.MailHasLeft | Effects.BouncedToDo);
    }

    /// <summary>One that is paused already keeps what it was doing before the first pause, and its patience begins anew.</summary>
    private static Transition Pause(Run run, string reason, DateTimeOffset? until, DateTimeOffset now)
    {
        var last = now + LongestPause;
        var isPaused = run.Status == FlowInstanceStatus.Paused;
        return new Transition(
            run with
            {
                Status = FlowInstanceStatus.Paused,
                PauseReason = reason,
                PausedAt = now,
                HeldWaitsFor = isPaused ? run.HeldWaitsFor : run.WaitsFor,
                HeldDueAt = isPaused ? run.HeldDueAt : run.NextDueAt,
                WaitsFor = WaitsFor.Pause,
                NextDueAt = until < last ? until : last,
            },
            InstanceEvent.Paused,
            Effects.HideToDos | Effects.HoldMail);
    }

    /// <summary>What a person says about a pause counts, whatever it was for; said again, it changes nothing.</summary>
    private static Transition? ByPerson(Run run, Transition pause) =>
        run is { Status: FlowInstanceStatus.Paused, PauseReason: PauseReason.Manual } && GoesOnAt(run) == GoesOnAt(pause.After) ? null : pause;

    /// <summary>What ran out meanwhile is due now. Patience with a to-do begins anew: it could not be done while it was hidden [inf].</summary>
    private static Transition Resume(Run run, Trigger trigger, DateTimeOffset now)
    {
        var was = run.HeldWaitsFor ?? WaitsFor.Step;
        var due = was switch
        {
            WaitsFor.ToDo => trigger.Until,
            WaitsFor.Mail => null,
            _ => run.HeldDueAt > now ? run.HeldDueAt : now,
        };
        return new Transition(
            run with { Status = FlowInstanceStatus.Running, WaitsFor = was, NextDueAt = due, PausedAt = null, PauseReason = null, HeldWaitsFor = null, HeldDueAt = null },
            InstanceEvent.Resumed,
            Effects.ShowToDos | Effects.ReleaseMail);
    }

    private static Transition Finish(Run run, FlowInstanceStatus status, string? reason, DateTimeOffset now) => new(
        run with { Status = status, FinishReason = reason, FinishedAt = now, NextDueAt = null },
        reason ?? InstanceEvent.Finished,
        Effects.CloseToDos | Effects.CancelMail);
}

/// <param name="After">The instance as it is to be.</param>
/// <param name="Event">For its history; null: not worth a line.</param>
internal sealed record Transition(Run After, string? Event, Effects Effects)
{
    public Transition And(Effects more) => this with { Effects = Effects | more };
}

/// <summary>What is to be written besides, in the same transaction.</summary>
[Flags]
internal enum Effects
{
    None = 0,
    CloseToDos = 1,
    HideToDos = 2,
    ShowToDos = 4,
    CancelMail = 8,
    HoldMail = 16,
    ReleaseMail = 32,
    ResponseToDo = 64,
    MeetingToDo = 128,
    BouncedToDo = 256,

    /// <summary>Those of steps only: what else is to do stays.</summary>
    CloseStepToDos = 512,

    /// <summary>What is to be done is the new owner's from now on, and mail that waits is looked at now.</summary>
    HandOver = 1024,

    /// <summary>What is being sent, or may have left, has: something came back of it.</summary>
    MailHasLeft = 2048,
}

/// <summary>Something that happened to an instance.</summary>
internal sealed record Trigger(TriggerKind Kind)
{
    /// <summary>Until when it is paused or postponed; when what it waits for from now on is due; of a resumed to-do, the end of patience.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Begun: which step. Done: the next one, null where that was the last. Bounced: whose mail it was.</summary>
    public int? StepOrder { get; init; }

    /// <summary>Of the flow that <see cref="StepOrder"/> was found in, where that may be a newer one than the instance knows.</summary>
    public long? FlowVersion { get; init; }

    public WaitsFor WaitsFor { get; init; }

    /// <summary>Of a reply or a meeting.</summary>
    public RunRuleset Ruleset { get; init; } = RunRuleset.Default;

    /// <summary>Whose it is from now on.</summary>
    public long OwnerId { get; init; }

    /// <summary>Of an end: a finish reason.</summary>
    public string? Reason { get; init; }

    /// <summary>For the history.</summary>
    public string? Detail { get; init; }
}

internal enum TriggerKind
{
    StepBegun,
    StepPostponed,
    StepDone,
    Replied,
    MeetingBooked,
    Bounced,
    OutOfOffice,
    CalledBack,
    PausedByPerson,
    Resumed,
    PauseRanOut,
    ToDoExpired,
    ToDoMoved,
    Reassigned,

    /// <summary>It was written in the name of an earlier owner, or to an address that is the prospect's no more: the step is begun anew.</summary>
    MailIsOutdated,
    RemovedAfterReply,
    Unsubscribed,
    Ended,
}

/// <summary>What a flow does about a reply and a meeting [doc].</summary>
internal sealed record RunRuleset(Reaction OnReply, bool ReplyToDo, Reaction OnMeeting, bool MeetingToDo)
{
    public static readonly RunRuleset Default = new(Reaction.Pause, true, Reaction.Pause, true);
}

internal enum Reaction
{
    Pause,
    Stop,
    Continue,
}
