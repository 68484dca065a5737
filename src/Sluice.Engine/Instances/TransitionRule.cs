namespace Sluice.Engine.Instances;

/// <summary>
/// Decides how an instance changes when something happens: one line per trigger. It reads no clock and no database. <see cref="Effects"/>
/// names the further writes to to-dos and mail; the caller makes them in the same transaction as the new state.
/// </summary>
internal static class TransitionRule
{
    /// <summary>An instance that stays paused for longer than this finishes [doc].</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromDays(30);

    /// <summary>How long after one of the flow's mails a reply still counts as a reply to the flow [doc].</summary>
    public static readonly TimeSpan ReplyWindow = TimeSpan.FromDays(14);

    /// <returns>Null if the trigger does not apply to an instance in this state: nothing changes.</returns>
    public static Transition? Decide(Run run, Trigger trigger, DateTimeOffset now) => !run.IsOpen ? null : trigger.Kind switch
    {
        TriggerKind.StepBegun => Begin(run, trigger),
        TriggerKind.StepPostponed => new Transition(run with { NextDueAt = trigger.Until }, null, Effects.None),
        TriggerKind.StepDone => Done(run, trigger, now),
        TriggerKind.StepReopened => run is { Status: InstanceStatus.Running, WaitsFor: WaitsFor.Step } ? Reopen(run, trigger) : null,
        TriggerKind.Replied => Reply(run, trigger.Ruleset, now),
        TriggerKind.MeetingBooked => Meeting(run, trigger.Ruleset, now),
        TriggerKind.Bounced => Bounce(run, trigger, now),
        TriggerKind.OutOfOffice => Away(run, trigger.Until, now),
        TriggerKind.CalledBack => run.Status == InstanceStatus.Paused && AutoResumeAt(run) is null ? null : Pause(run, PauseReason.CalledBack, null, now),
        TriggerKind.PausedByPerson => ByPerson(run, Pause(run, PauseReason.Manual, trigger.Until, now)),
        TriggerKind.Resumed => run.Status == InstanceStatus.Paused ? Resume(run, trigger, now) : null,
        TriggerKind.PauseExpired => run.Status == InstanceStatus.Paused ? Finish(run, InstanceStatus.Finished, FinishReason.ToDoExpired, now) : null,
        TriggerKind.ToDoExpired => run.WaitsFor == WaitsFor.ToDo ? Finish(run, InstanceStatus.Finished, FinishReason.ToDoExpired, now) : null,
        TriggerKind.ToDoDueDateChanged => run.WaitsFor == WaitsFor.ToDo ? new Transition(run with { NextDueAt = trigger.Until }, null, Effects.None) : null,
        TriggerKind.Reassigned => trigger.OwnerId == run.OwnerId ? null : new Transition(run with { OwnerId = trigger.OwnerId }, InstanceEvent.Reassigned, Effects.HandOver),
        TriggerKind.MailIsOutdated => run.WaitsFor == WaitsFor.Mail ? new Transition(run with { Attempt = run.Attempt + 1, WaitsFor = WaitsFor.Step, NextDueAt = now }, null, Effects.CancelMail) : null,
        TriggerKind.MailWritten => run is { Status: InstanceStatus.Running, WaitsFor: WaitsFor.ToDo } ? new Transition(run with { Attempt = run.Attempt + 1, WaitsFor = WaitsFor.Mail, NextDueAt = null }, InstanceEvent.MailWritten, Effects.None) : null,
        TriggerKind.RemovedAfterReply => run.RepliedAt is not null ? Finish(run, InstanceStatus.FinishedResponse, FinishReason.Replied, now) : null,
        TriggerKind.Unsubscribed or TriggerKind.UnsubscribedFromFlow => Finish(run, InstanceStatus.Finished, FinishReason.OptedOut, now),
        TriggerKind.Ended => Finish(run, InstanceStatus.Finished, trigger.Reason!.Value, now),
        _ => throw new ArgumentOutOfRangeException(nameof(trigger), trigger.Kind, null),
    };

    /// <summary>When a paused instance resumes by itself. Null: it does not, and it finishes if nobody resumes it in time.</summary>
    public static DateTimeOffset? AutoResumeAt(Run run) => run.NextDueAt < run.PausedAt + LongestPause ? run.NextDueAt : null;

    private static Transition Begin(Run run, Trigger trigger) => new(
        run with { Status = InstanceStatus.Running, WaitsFor = trigger.WaitsFor, NextDueAt = trigger.Until, StepOrder = trigger.StepOrder ?? run.StepOrder },
        InstanceEvent.StepBegun,
        Effects.None);

    /// <summary>
    /// Moves to the next step, or finishes. A step can also complete while the instance is paused, for example if its mail was just being
    /// sent; then the next step waits until the instance is resumed.
    /// </summary>
    private static Transition Done(Run run, Trigger trigger, DateTimeOffset now) => run.Status == InstanceStatus.Paused
        ? new Transition(
            run with { StepOrder = trigger.StepOrder ?? run.StepOrder + 1, WaitsForBeforePause = WaitsFor.Step, DueBeforePause = trigger.Until ?? now }, InstanceEvent.StepDone, Effects.CloseStepToDos)
        : trigger.StepOrder is { } next
        ? new Transition(run with { StepOrder = next, WaitsFor = WaitsFor.Step, NextDueAt = trigger.Until }, InstanceEvent.StepDone, Effects.CloseStepToDos)
        : Finish(run, run.RepliedAt is null ? InstanceStatus.FinishedNoReply : InstanceStatus.FinishedResponse, run.RepliedAt is null ? null : FinishReason.Replied, now);

    /// <summary>Goes back to a step whose task was closed by mistake: the instance waits for the task again.</summary>
    private static Transition Reopen(Run run, Trigger trigger) => new(
        run with { StepOrder = trigger.StepOrder ?? run.StepOrder, WaitsFor = WaitsFor.ToDo, NextDueAt = trigger.Until }, InstanceEvent.StepReopened, Effects.None);

    private static Transition Reply(Run run, RunRuleset ruleset, DateTimeOffset now)
    {
        var heard = run with { RepliedAt = run.RepliedAt ?? now };
        var todo = ruleset.ReplyToDo ? Effects.ResponseToDo : Effects.None;
        return ruleset.OnReply switch
        {
            Reaction.Stop => Finish(heard, InstanceStatus.FinishedResponse, FinishReason.Replied, now).WithEffects(todo),
            Reaction.Continue => new Transition(heard, InstanceEvent.Replied, todo),
            _ when run is { Status: InstanceStatus.Paused, PauseReason: PauseReason.Reply } => new Transition(heard, InstanceEvent.Replied, Effects.None),
            _ => Pause(heard, PauseReason.Reply, null, now).WithEffects(todo) with { Event = InstanceEvent.Replied },
        };
    }

    private static Transition? Meeting(Run run, RunRuleset ruleset, DateTimeOffset now)
    {
        var todo = ruleset.MeetingToDo ? Effects.MeetingToDo : Effects.None;
        return ruleset.OnMeeting switch
        {
            Reaction.Stop => Finish(run, InstanceStatus.Finished, FinishReason.MeetingBooked, now).WithEffects(todo),
            Reaction.Continue => new Transition(run, InstanceEvent.MeetingBooked, todo),
            _ when run is { Status: InstanceStatus.Paused, PauseReason: PauseReason.MeetingBooked } => null,
            _ => Pause(run, PauseReason.MeetingBooked, null, now).WithEffects(todo) with { Event = InstanceEvent.MeetingBooked },
        };
    }

    /// <summary>Pauses the instance until a date. While the prospect is away, a later date moves the end; an earlier one changes nothing, and no date neither.</summary>
    private static Transition? Away(Run run, DateTimeOffset? until, DateTimeOffset now) =>
        until is null || until <= now ? null
        : run.Status != InstanceStatus.Paused ? Pause(run, PauseReason.OutOfOffice, until, now)
        : run.PauseReason == PauseReason.OutOfOffice && until > run.NextDueAt ? Pause(run, PauseReason.OutOfOffice, until, now)
        : null;

    /// <summary>Pauses the instance. When it is resumed, the bounced step runs again. A second bounce adds no second task.</summary>
    private static Transition Bounce(Run run, Trigger trigger, DateTimeOffset now)
    {
        var isKnown = run is { Status: InstanceStatus.Paused, PauseReason: PauseReason.Bounced };
        var again = run with { Attempt = run.Attempt + 1, StepOrder = trigger.StepOrder ?? run.StepOrder, FlowVersion = trigger.FlowVersion ?? run.FlowVersion };
        return new Transition(
            Pause(again, PauseReason.Bounced, null, now).After with { WaitsForBeforePause = WaitsFor.Step, DueBeforePause = now },
            InstanceEvent.Bounced,
            Effects.CloseStepToDos | Effects.CancelMail | Effects.MarkMailSent | (isKnown ? Effects.None : Effects.BouncedToDo));
    }

    /// <summary>Pauses the instance. A second pause keeps what the instance did before the first; <see cref="LongestPause"/> starts again.</summary>
    private static Transition Pause(Run run, PauseReason reason, DateTimeOffset? until, DateTimeOffset now)
    {
        var last = now + LongestPause;
        var isPaused = run.Status == InstanceStatus.Paused;
        return new Transition(
            run with
            {
                Status = InstanceStatus.Paused,
                PauseReason = reason,
                PausedAt = now,
                WaitsForBeforePause = isPaused ? run.WaitsForBeforePause : run.WaitsFor,
                DueBeforePause = isPaused ? run.DueBeforePause : run.NextDueAt,
                WaitsFor = WaitsFor.Pause,
                NextDueAt = until < last ? until : last,
            },
            InstanceEvent.Paused,
            Effects.HideToDos | Effects.HoldMail);
    }

    /// <summary>Replaces any earlier pause with the person's pause. A repeated request with the same end changes nothing.</summary>
    private static Transition? ByPerson(Run run, Transition pause) =>
        run is { Status: InstanceStatus.Paused, PauseReason: PauseReason.Manual } && AutoResumeAt(run) == AutoResumeAt(pause.After) ? null : pause;

    /// <summary>
    /// Resumes the instance. A step that came due during the pause is due now. The time until a to-do expires starts again, because nobody
    /// could do the to-do while it was hidden [inf].
    /// </summary>
    private static Transition Resume(Run run, Trigger trigger, DateTimeOffset now)
    {
        var was = run.WaitsForBeforePause ?? WaitsFor.Step;
        var due = was switch
        {
            WaitsFor.ToDo => trigger.Until,
            WaitsFor.Mail => null,
            _ => run.DueBeforePause > now ? run.DueBeforePause : now,
        };
        return new Transition(
            run with { Status = InstanceStatus.Running, WaitsFor = was, NextDueAt = due, PausedAt = null, PauseReason = null, WaitsForBeforePause = null, DueBeforePause = null },
            InstanceEvent.Resumed,
            Effects.ShowToDos | Effects.ReleaseMail | (run.PauseReason == PauseReason.Bounced ? Effects.CloseBouncedToDo : Effects.None));
    }

    private static Transition Finish(Run run, InstanceStatus status, FinishReason? reason, DateTimeOffset now) => new(
        run with { Status = status, FinishReason = reason, FinishedAt = now, NextDueAt = null },
        EndInstances.EventOf(reason),
        EndInstances.EffectsOfEnd);
}

/// <param name="After">The new state of the instance.</param>
/// <param name="Event">The kind of event for the instance's history. Null: no event.</param>
internal sealed record Transition(Run After, string? Event, Effects Effects)
{
    public Transition WithEffects(Effects more) => this with { Effects = Effects | more };
}

/// <summary>Further writes to make in the same transaction.</summary>
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

    /// <summary>Closes only the to-dos of steps; other to-dos stay open.</summary>
    CloseStepToDos = 512,

    /// <summary>Gives the open to-dos to the new owner and makes queued mail due now, so that it is checked again.</summary>
    HandOver = 1024,

    /// <summary>Marks mail that is being sent or is uncertain as sent: a bounce proves that it left.</summary>
    MarkMailSent = 2048,

    /// <summary>Completes the task to find an address: the instance goes on.</summary>
    CloseBouncedToDo = 4096,
}

internal enum TriggerKind
{
    StepBegun,
    StepPostponed,
    StepDone,

    /// <summary>The task of the step before was closed by mistake.</summary>
    StepReopened,
    Replied,
    MeetingBooked,
    Bounced,
    OutOfOffice,
    CalledBack,
    PausedByPerson,
    Resumed,
    PauseExpired,
    ToDoExpired,
    ToDoDueDateChanged,
    Reassigned,

    /// <summary>The message was written for an earlier owner, or to an address that the prospect no longer has. The step starts again.</summary>
    MailIsOutdated,

    /// <summary>A person has written the mail that the step's task asked for, and Sluice sends it.</summary>
    MailWritten,
    RemovedAfterReply,

    /// <summary>The prospect wants no more mail at all.</summary>
    Unsubscribed,

    /// <summary>The prospect wants no more mail of this flow, and says nothing of other flows.</summary>
    UnsubscribedFromFlow,
    Ended,
}

/// <summary>How a flow reacts to a reply and to a booked meeting [doc].</summary>
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
