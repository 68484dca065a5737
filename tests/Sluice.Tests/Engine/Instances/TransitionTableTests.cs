namespace Sluice.Tests.Engine.Instances;

/// <summary>
/// The table of transitions, a row a line, through the whole server: a flow is written, a prospect assigned, things happen by the operations
/// that clients have, and the outcome is what clients are shown. TransitionRuleTests has the same rows for the rule alone.
/// </summary>
public sealed class TransitionTableTests
{
    /// <summary>Source, what it says, the flow, what happens; the status and what it waits for or why it ended, what is to do, its mail.</summary>
    private static readonly (string Tag, string Says, string Flow, string Acts, string Is)[] Table =
    [
        ("inf", "assigned, step 1 is due now", "call", "", "Running to_do | step CALL | "),
        ("inf", "assigned, step 1 is due later", "call+1d", "", "Pending step |  | "),
        ("inf", "step 1 comes due: its task", "call+1d", "1d", "Running to_do | step CALL | "),
        ("inf", "step 1 comes due: its mail", "mail+1d call+9d", "1d", "Running step |  | sent"),
        ("inf", "a mail was sent: the next step waits from then on", "mail call+2d", "1d", "Running step |  | sent"),
        ("inf", "a mail was sent: the next step after its wait", "mail call+2d", "2d", "Running to_do | step CALL | sent"),
        ("inf", "a task is done: the next step waits from then on", "call custom+2d", "3d, done, 1d", "Running step |  | "),
        ("inf", "a task is done: the next step after its wait", "call custom+2d", "3d, done, 2d", "Running to_do | step CUSTOM | "),
        ("inf", "a task that is no call is done", "linkedin_connect call", "done", "Running to_do | step CALL | "),
        ("inf", "a task is dismissed", "call custom", "dismissed", "Running to_do | step CUSTOM | "),
        ("rec", "a call ends with an outcome that completes", "call custom", "outcome Left voicemail", "Running to_do | step CUSTOM | "),
        ("rec", "a call ends with an outcome that removes", "call custom", "outcome Bad fit", "Finished call_outcome |  | "),
        ("rec", "a call ends with an opt-out", "call custom", "outcome Opt out", "Finished opted_out |  | "),
        ("inf", "the last step is done", "call mail", "done", "FinishedNoReply nothing |  | sent"),
        ("inf", "the last step is done after a reply under continue", "continue: mail call", "reply, done", "FinishedResponse replied |  | sent"),
        ("doc", "a reply pauses, and there is something to do", "mail call", "reply", "Paused resume | response SEND_EMAIL | sent"),
        ("doc", "a reply stops, if the ruleset says so", "stop: mail call", "reply", "FinishedResponse replied | response SEND_EMAIL | sent"),
        ("doc", "a reply changes nothing, if the ruleset says so", "continue: mail call", "reply", "Running to_do | response SEND_EMAIL, step CALL | sent"),
        ("doc", "a reply after more than 14 days", "mail call", "15d, reply", "Running to_do | step CALL | sent"),
        ("inf", "the response to-do is done, with remove", "mail call", "reply, remove", "FinishedResponse replied |  | sent"),
        ("doc", "a meeting pauses, and there is something to do", "mail call", "meeting", "Paused resume | meeting_booked SEND_EMAIL | sent"),
        ("doc", "a meeting stops, if the ruleset says so", "stop: mail call", "meeting", "Finished meeting_booked | meeting_booked SEND_EMAIL | sent"),
        ("doc", "a meeting changes nothing, if the ruleset says so", "continue: mail call", "meeting", "Running to_do | meeting_booked SEND_EMAIL, step CALL | sent"),
        ("doc", "a bounce pauses, and there is something to do", "mail call", "bounce", "Paused resume | bounced SEND_EMAIL | sent"),
        ("doc", "resumed after a bounce, with a new address: the same step again", "mail call+1d", "bounce, new address, resume", "Running step | bounced SEND_EMAIL | sent sent"),
        ("doc", "a new address from a person resumes: the same step again", "mail call+1d", "bounce, patch address", "Running step |  | sent sent"),
        ("doc", "resumed after a bounce, without one: a person writes", "mail call+1d", "bounce, resume", "Running to_do | bounced SEND_EMAIL, step SEND_EMAIL | sent"),
        ("doc", "out of office until a day: before it", "mail call+1d", "ooo 3d, 2d", "Paused resume |  | sent"),
        ("doc", "out of office until a day: after it", "mail call+1d", "ooo 3d, 3d", "Running to_do | step CALL | sent"),
        ("doc", "out of office without a date", "mail call+1d", "ooo", "Running step |  | sent"),
        ("doc", "the prospect calls back", "mail call", "call back", "Paused resume |  | sent"),
        ("inf", "a person pauses: what is to do is hidden", "call", "pause", "Paused resume |  | "),
        ("inf", "a person pauses what is out of office: it does not go on by itself", "mail call+1d", "ooo 3d, pause, 4d", "Paused resume |  | sent"),
        ("inf", "a person pauses until a day: it goes on by itself", "call", "pause 3d, 3d", "Running to_do | step CALL | "),
        ("inf", "a person pauses again, without a day: it does not", "call", "pause 3d, pause, 4d", "Paused resume |  | "),
        ("inf", "the prospect calls back while out of office", "mail call+1d", "ooo 3d, call back, 4d", "Paused resume |  | sent"),
        ("inf", "out of office until a day, and the engine comes late", "mail call+1d", "ooo 29d, 31d", "Running to_do | step CALL | sent"),
        ("inf", "a person resumes: it is there again", "call", "pause, resume", "Running to_do | step CALL | "),
        ("inf", "a wait that is not over goes on after a pause", "call custom+2d", "done, pause, 1d, resume", "Running step |  | "),
        ("inf", "a wait that ran out while paused is over", "call custom+2d", "done, pause, 3d, resume", "Running to_do | step CUSTOM | "),
        ("doc", "29 days of pause pass", "call", "pause, 29d", "Paused resume |  | "),
        ("doc", "30 days of pause pass", "call", "pause, 30d", "Finished todo_expired |  | "),
        ("doc", "a step's to-do is overdue, not for too long", "call", "119d", "Running to_do | step CALL | "),
        ("doc", "a step's to-do is overdue for too long", "call", "120d", "Finished todo_expired |  | "),
        ("inf", "unassigned", "call", "unassign", "Finished removed_manually |  | "),
        ("inf", "finished by a person while paused", "mail call", "reply, finish", "Finished removed_manually |  | sent"),
        ("doc", "unsubscribed", "mail call", "unsubscribe", "Finished opted_out |  | sent"),
        ("doc", "unsubscribed while paused", "mail call", "reply, unsubscribe", "Finished opted_out |  | sent"),
        ("doc", "not to be contacted any more", "call custom+1d", "done, do not contact", "Finished opted_out |  | "),
        ("doc", "the flow is deleted", "call", "delete flow", "Finished flow_deleted |  | "),
        ("doc", "the flow is deleted before anything has begun", "call+9d", "delete flow", "Finished flow_deleted |  | "),
        ("doc", "the prospect is deleted in the CRM", "call", "delete prospect", "Finished prospect_deleted |  | "),
        ("doc", "the owner is deactivated", "call", "deactivate", "Finished no_seat |  | "),
        ("doc", "the owner has no seat any more", "call", "pause, unseat", "Finished no_seat |  | "),
    ];

    /// <summary>Where there is no way out, mail waits, and can be seen to be held and to be cancelled.</summary>
    private static readonly (string Tag, string Says, string Flow, string Acts, string Is)[] WithoutMailServer =
    [
        ("inf", "its mail waits", "mail call", "", "Running mail |  | queued"),
        ("inf", "a person pauses: mail that is not yet leaving is held", "mail call", "pause", "Paused resume |  | held"),
        ("inf", "a person resumes: it waits again", "mail call", "pause, resume", "Running mail |  | queued"),
        ("inf", "unassigned: queued mail is cancelled", "mail call", "unassign", "Finished removed_manually |  | cancelled"),
        ("inf", "unassigned while paused: held mail is cancelled", "mail call", "pause, unassign", "Finished removed_manually |  | cancelled"),
        ("doc", "30 days of pause pass", "mail call", "pause, 30d", "Finished todo_expired |  | cancelled"),
        ("doc", "unsubscribed", "mail call", "unsubscribe", "Finished opted_out |  | cancelled"),
        ("doc", "the flow is deleted", "mail call", "delete flow", "Finished flow_deleted |  | cancelled"),
        ("doc", "the prospect is deleted in the CRM", "mail call", "delete prospect", "Finished prospect_deleted |  | cancelled"),
        ("doc", "the owner is deactivated", "mail call", "deactivate", "Finished no_seat |  | cancelled"),
        ("doc", "the prospect calls back", "mail call", "call back", "Paused resume |  | held"),
    ];

    [Theory, EveryDatabase]
    public async Task Each_row_of_the_table_holds(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await HoldsAsync(app, Table);
    }

    [Theory, EveryDatabase]
    public async Task Each_row_of_the_table_holds_for_mail_that_waits(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        await HoldsAsync(app, WithoutMailServer);
    }

    private static async Task HoldsAsync(TestApp app, (string Tag, string Says, string Flow, string Acts, string Is)[] table)
    {
        var wrong = new List<string>();
        foreach (var row in table)
        {
            var (rules, steps) = row.Flow.Split(": ") is [var given, var rest] ? (given, rest) : (null, row.Flow);
            var life = await Life.BeginAsync(app, steps, rules);
            await life.AssignAsync();
            await life.DoAsync(row.Acts);
            if (await life.ShowAsync() is var found && found != row.Is)
            {
                wrong.Add($"{row.Says}: {row.Is}, but it is: {found}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
