using Sluice.Engine.Instances;

using static Sluice.Engine.Instances.InstanceStatus;
using static Sluice.Engine.Instances.TriggerKind;

namespace Sluice.Tests.Engine.Instances;

/// <summary>The table of transitions, one row per line: what the engine must do, and the source of each row.</summary>
public sealed class TransitionRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now.AddDays(3);

    private static readonly Run Running = new(1, 2, "crm", 3, 4, 5, InstanceStatus.Running, 2, 1, 1, WaitsFor.Step, Later, 7, null, Now.AddDays(-9));
    private static readonly Run Pending = Running with { Status = InstanceStatus.Pending, StepOrder = 1 };
    private static readonly Run AtToDo = Running with { WaitsFor = WaitsFor.ToDo, NextDueAt = Now.AddDays(120) };
    private static readonly Run AtMail = Running with { WaitsFor = WaitsFor.Mail, NextDueAt = null };
    private static readonly Run Heard = Running with { RepliedAt = Now.AddDays(-1) };

    private static readonly Run PausedByReply = Paused(Replied);
    private static readonly Run PausedByBounce = Paused(TriggerKind.Bounced);

    private static readonly RunRuleset Stops = new(Reaction.Stop, false, Reaction.Stop, false);
    private static readonly RunRuleset Continues = new(Reaction.Continue, false, Reaction.Continue, false);

    /// <summary>
    /// Each row: source, description, instance before, trigger; then its status, finish reason and effects. "Under stop" and "under continue" name
    /// the ruleset's setting.
    /// </summary>
    private static readonly (string Tag, string Says, Run From, Trigger Trigger, InstanceStatus To, FinishReason? Reason, Effects Effects)[] Table =
    [
        ("inf", "step 1 comes due", Pending, new(StepBegun) { WaitsFor = WaitsFor.ToDo, Until = Later }, InstanceStatus.Running, null, Effects.None),
        ("inf", "a step is done, another follows", AtMail, new(TriggerKind.StepDone) { StepOrder = 3, Until = Later }, InstanceStatus.Running, null, Effects.CloseStepToDos),
        ("inf", "the last step is done", AtMail, new(TriggerKind.StepDone), FinishedNoReply, null, Effects.CloseToDos | Effects.CancelMail),
        ("inf", "the last step is done after a reply under continue", Heard with { WaitsFor = WaitsFor.Mail }, new(TriggerKind.StepDone), FinishedResponse, FinishReason.Replied, Effects.CloseToDos | Effects.CancelMail),
        ("rec", "a call ends with an outcome that removes the prospect", AtToDo, Ended(FinishReason.CallOutcome), Finished, FinishReason.CallOutcome, Effects.CloseToDos | Effects.CancelMail),
        ("doc", "a reply pauses and creates a task", Running, new(Replied), InstanceStatus.Paused, null, Effects.HideToDos | Effects.HoldMail | Effects.ResponseToDo),
        ("doc", "a reply finishes the instance under stop", Running, new(Replied) { Ruleset = Stops }, FinishedResponse, FinishReason.Replied, Effects.CloseToDos | Effects.CancelMail),
        ("doc", "a reply changes nothing under continue", Running, new(Replied) { Ruleset = Continues }, InstanceStatus.Running, null, Effects.None),
        ("inf", "the response task is done and removes the prospect", PausedByReply, new(RemovedAfterReply), FinishedResponse, FinishReason.Replied, Effects.CloseToDos | Effects.CancelMail),
        ("inf", "the response task is done and removes the prospect, although the instance is not paused", Heard, new(RemovedAfterReply), FinishedResponse, FinishReason.Replied, Effects.CloseToDos | Effects.CancelMail),
        ("doc", "a meeting pauses and creates a task", Running, new(MeetingBooked), InstanceStatus.Paused, null, Effects.HideToDos | Effects.HoldMail | Effects.MeetingToDo),
        ("doc", "a meeting finishes the instance under stop", Running, new(MeetingBooked) { Ruleset = Stops }, Finished, FinishReason.MeetingBooked, Effects.CloseToDos | Effects.CancelMail),
        ("doc", "a meeting changes nothing under continue", Running, new(MeetingBooked) { Ruleset = Continues }, InstanceStatus.Running, null, Effects.None),
        ("doc", "a bounce pauses and creates a task", Running, new(TriggerKind.Bounced) { StepOrder = 1 }, InstanceStatus.Paused, null, Effects.CloseStepToDos | Effects.CancelMail | Effects.MarkMailSent | Effects.BouncedToDo),
        ("doc", "a person resumes after a bounce", PausedByBounce, new(Resumed), InstanceStatus.Running, null, Effects.ShowToDos | Effects.ReleaseMail | Effects.CloseBouncedToDo),
        ("doc", "out of office with a date", Running, new(OutOfOffice) { Until = Later }, InstanceStatus.Paused, null, Effects.HideToDos | Effects.HoldMail),
        ("doc", "the prospect calls back", Running, new(CalledBack), InstanceStatus.Paused, null, Effects.HideToDos | Effects.HoldMail),
        ("inf", "a person pauses", AtToDo, new(PausedByPerson), InstanceStatus.Paused, null, Effects.HideToDos | Effects.HoldMail),
        ("inf", "a person pauses an instance that is paused for another reason", PausedByReply, new(PausedByPerson), InstanceStatus.Paused, null, Effects.HideToDos | Effects.HoldMail),
        ("inf", "a person resumes", PausedByReply, new(Resumed), InstanceStatus.Running, null, Effects.ShowToDos | Effects.ReleaseMail),
        ("doc", "a pause has lasted thirty days", PausedByReply, new(PauseExpired), Finished, FinishReason.ToDoExpired, Effects.CloseToDos | Effects.CancelMail),
        ("doc", "a step's task is overdue for too long", AtToDo, new(ToDoExpired), Finished, FinishReason.ToDoExpired, Effects.CloseToDos | Effects.CancelMail),
        ("inf", "the instance gets another owner", PausedByReply, new(Reassigned) { OwnerId = 9 }, InstanceStatus.Paused, null, Effects.HandOver),
        ("inf", "its queued mail differs from what would be written now", AtMail, new(MailIsOutdated), InstanceStatus.Running, null, Effects.CancelMail),
        ("inf", "a person has written the mail of the step", AtToDo, new(MailWritten), InstanceStatus.Running, null, Effects.None),
        ("doc", "unsubscribed", PausedByReply, new(Unsubscribed), Finished, FinishReason.OptedOut, Effects.CloseToDos | Effects.CancelMail),
        ("inf", "unsubscribed from this flow only", Running, new(UnsubscribedFromFlow), Finished, FinishReason.OptedOut, Effects.CloseToDos | Effects.CancelMail),
        ("doc", "the flow is deleted", Pending, Ended(FinishReason.FlowDeleted), Finished, FinishReason.FlowDeleted, Effects.CloseToDos | Effects.CancelMail),
        ("doc", "the prospect is deleted in the CRM", Running, Ended(FinishReason.ProspectDeleted), Finished, FinishReason.ProspectDeleted, Effects.CloseToDos | Effects.CancelMail),
        ("doc", "the owner is deactivated or has no seat", Running, Ended(FinishReason.NoSeat), Finished, FinishReason.NoSeat, Effects.CloseToDos | Effects.CancelMail),
    ];

    [Fact]
    public void Each_row_of_the_table_holds() => Assert.All(Table, row =>
    {
        var transition = TransitionRule.Decide(row.From, row.Trigger, Now);

        Assert.Equal((row.Says, row.To, row.Reason, row.Effects), (row.Says, transition!.After.Status, transition.After.FinishReason, transition.Effects));
        Assert.Equal(row.To < FinishedNoReply ? null : (DateTimeOffset?)Now, transition.After.FinishedAt);
    });

    [Fact]
    public void A_finished_instance_never_opens_again() => Assert.All(Table, row =>
        Assert.All<InstanceStatus>([FinishedNoReply, FinishedResponse, Finished], status =>
            Assert.Null(TransitionRule.Decide(row.From with { Status = status }, row.Trigger, Now))));

    [Fact]
    public void A_removal_after_a_reply_does_nothing_if_no_reply_came() => Assert.Null(TransitionRule.Decide(PausedByBounce, new(RemovedAfterReply), Now));

    [Fact]
    public void Who_waits_for_a_step_is_not_concerned_by_the_end_of_a_pause_a_task_or_a_mail() =>
        Assert.All<TriggerKind>([Resumed, PauseExpired, ToDoExpired, ToDoDueDateChanged, MailIsOutdated, MailWritten], kind =>
            Assert.Null(TransitionRule.Decide(Running, new(kind) { Until = Later }, Now)));

    [Fact]
    public void The_due_date_of_a_task_moves_with_the_task() =>
        Assert.Equal(Later, TransitionRule.Decide(AtToDo, new(ToDoDueDateChanged) { Until = Later }, Now)!.After.NextDueAt);

    [Fact]
    public void Another_owner_takes_over_and_the_same_owner_changes_nothing()
    {
        Assert.Equal(9, TransitionRule.Decide(Running, new(Reassigned) { OwnerId = 9 }, Now)!.After.OwnerId);
        Assert.Null(TransitionRule.Decide(Running, new(Reassigned) { OwnerId = Running.OwnerId }, Now));
    }

    [Fact]
    public void A_mail_that_is_outdated_is_written_again_at_once() =>
        Assert.Equal((2, WaitsFor.Step, Now), TransitionRule.Decide(AtMail, new(MailIsOutdated), Now)!.After is var after ? (after.Attempt, after.WaitsFor, after.NextDueAt!.Value) : default);

    [Fact]
    public void A_step_begins_at_the_position_that_the_trigger_names()
    {
        Assert.Equal(5, TransitionRule.Decide(Running, new(StepBegun) { StepOrder = 5 }, Now)!.After.StepOrder);
        Assert.Equal(Running.StepOrder, TransitionRule.Decide(Running, new(StepBegun), Now)!.After.StepOrder);
    }

    [Fact]
    public void A_step_that_is_done_during_a_pause_is_followed_by_the_next_one_at_once()
    {
        var paused = TransitionRule.Decide(AtMail, new(PausedByPerson), Now)!.After;
        var done = TransitionRule.Decide(paused, new(TriggerKind.StepDone), Now)!.After;

        Assert.Equal((paused.StepOrder + 1, Now), (done.StepOrder, done.DueBeforePause!.Value));
    }

    [Fact]
    public void A_bounce_leads_back_to_the_step_and_the_version_that_it_names()
    {
        var named = TransitionRule.Decide(Running, new(TriggerKind.Bounced) { StepOrder = 1, FlowVersion = 8 }, Now)!.After;
        var bare = TransitionRule.Decide(Running, new(TriggerKind.Bounced), Now)!.After;

        Assert.Equal((1, 8, 2), (named.StepOrder, named.FlowVersion, named.Attempt));
        Assert.Equal((Running.StepOrder, Running.FlowVersion, 2), (bare.StepOrder, bare.FlowVersion, bare.Attempt));
    }

    [Fact]
    public void The_first_of_several_replies_counts() => Assert.Equal(Heard.RepliedAt, TransitionRule.Decide(Heard, new(Replied), Now)!.After.RepliedAt);

    [Fact]
    public void A_task_that_was_hidden_gets_its_whole_time_again()
    {
        var paused = TransitionRule.Decide(AtToDo, new(PausedByPerson), Now)!.After;
        var resumed = TransitionRule.Decide(paused, new(Resumed) { Until = Later }, Now.AddDays(1))!.After;

        Assert.Equal((WaitsFor.ToDo, Later), (resumed.WaitsFor, resumed.NextDueAt));
    }

    [Fact]
    public void A_pause_ends_by_itself_after_thirty_days() =>
        Assert.Equal(Now.AddDays(30), TransitionRule.Decide(Running, new(PausedByPerson), Now)!.After.NextDueAt);

    [Fact]
    public void Out_of_office_ends_on_the_return_date_and_does_nothing_without_one()
    {
        Assert.Equal(Later, TransitionRule.Decide(Running, new(OutOfOffice) { Until = Later }, Now)!.After.NextDueAt);
        Assert.Null(TransitionRule.Decide(Running, new(OutOfOffice), Now));
        Assert.Null(TransitionRule.Decide(Running, new(OutOfOffice) { Until = Now }, Now));
        Assert.Null(TransitionRule.Decide(PausedByReply, new(OutOfOffice) { Until = Later }, Now));
    }

    [Fact]
    public void A_pause_by_a_person_replaces_another_pause_and_repeated_changes_nothing()
    {
        var back = TransitionRule.Decide(Running, new(OutOfOffice) { Until = Later }, Now)!.After;
        var byHand = TransitionRule.Decide(back, new(PausedByPerson), Now)!.After;
        var until = TransitionRule.Decide(byHand, new(PausedByPerson) { Until = Later }, Now)!.After;

        Assert.Equal((PauseReason.Manual, Now.AddDays(30), back.DueBeforePause), (byHand.PauseReason, byHand.NextDueAt, byHand.DueBeforePause));
        Assert.Equal(Later, until.NextDueAt);
        Assert.Null(TransitionRule.Decide(byHand, new(PausedByPerson), Now.AddDays(1)));
        Assert.Null(TransitionRule.Decide(until, new(PausedByPerson) { Until = Later }, Now.AddDays(1)));
    }

    [Fact]
    public void A_call_back_extends_a_pause_that_would_end_by_itself_and_no_other_pause()
    {
        var back = TransitionRule.Decide(Running, new(OutOfOffice) { Until = Later }, Now)!.After;

        Assert.Equal(Now.AddDays(30), TransitionRule.Decide(back, new(CalledBack), Now)!.After.NextDueAt);
        Assert.Null(TransitionRule.Decide(PausedByReply, new(CalledBack), Now));
    }

    [Fact]
    public void A_wait_continues_during_a_pause_and_may_end_during_it()
    {
        var paused = TransitionRule.Decide(Running, new(PausedByPerson), Now)!.After;

        Assert.Equal(Later, TransitionRule.Decide(paused, new(Resumed), Now.AddDays(1))!.After.NextDueAt);
        Assert.Equal(Now.AddDays(9), TransitionRule.Decide(paused, new(Resumed), Now.AddDays(9))!.After.NextDueAt);
    }

    [Fact]
    public void A_bounced_step_is_repeated_when_the_instance_is_resumed()
    {
        var resumed = TransitionRule.Decide(PausedByBounce, new(Resumed), Now)!.After;

        Assert.Equal((1, 2, WaitsFor.Step, Now), (resumed.StepOrder, resumed.Attempt, resumed.WaitsFor, resumed.NextDueAt));
    }

    [Fact]
    public void A_mail_that_is_being_sent_when_the_pause_begins_counts_as_done()
    {
        var paused = TransitionRule.Decide(AtMail, new(PausedByPerson), Now)!.After;
        var done = TransitionRule.Decide(paused, new(TriggerKind.StepDone) { StepOrder = 5, Until = Later }, Now)!.After;

        Assert.Equal(InstanceStatus.Paused, done.Status);
        Assert.Equal((5, WaitsFor.Step, Later), TransitionRule.Decide(done, new(Resumed), Now)!.After is var on ? (on.StepOrder, on.WaitsFor, on.NextDueAt!.Value) : default);
    }

    [Fact]
    public void A_second_pause_remembers_what_the_first_interrupted()
    {
        var twice = TransitionRule.Decide(TransitionRule.Decide(AtToDo, new(PausedByPerson), Now)!.After, new(Replied), Now)!.After;

        Assert.Equal((WaitsFor.ToDo, AtToDo.NextDueAt), (twice.WaitsForBeforePause!.Value, twice.DueBeforePause));
    }

    private static Trigger Ended(FinishReason reason) => new(TriggerKind.Ended) { Reason = reason };

    private static Run Paused(TriggerKind by) => TransitionRule.Decide(Running, new Trigger(by) { StepOrder = 1 }, Now)!.After;
}
