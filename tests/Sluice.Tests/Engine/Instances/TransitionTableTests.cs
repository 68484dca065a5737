namespace Sluice.Tests.Engine.Instances;

/// <summary>
/// The table of transitions, one row per line, through the whole server. Each row creates a flow, assigns a prospect, causes events through the
/// operations that clients have, and checks what clients see. TransitionRuleTests has the same rows for the rule alone.
/// </summary>
public sealed class TransitionTableTests
{
    /// <summary>
    /// Each row: source, description, flow, events; then the instance's status and what it waits for or why it ended, its open tasks, its mail.
    /// "Under stop" and "under continue" name the ruleset's setting.
    /// </summary>
    private static readonly (string Tag, string Says, string Flow, string Acts, string Is)[] Table =
    [
        ("inf", "assigned, step 1 is due now", "call", "", "Running to_do | step CALL | "),
        ("inf", "assigned, step 1 is due later", "call+1d", "", "Pending step |  | "),
        ("inf", "step 1 comes due: its task is created", "call+1d", "1d", "Running to_do | step CALL | "),
        ("inf", "step 1 comes due: its mail is sent", "mail+1d call+9d", "1d", "Running step |  | sent"),
        ("inf", "a mail was sent: the wait of the next step begins", "mail call+2d", "1d", "Running step |  | sent"),
        ("inf", "a mail was sent: the next step begins after its wait", "mail call+2d", "2d", "Running to_do | step CALL | sent"),
        ("inf", "a task is done: the wait of the next step begins", "call custom+2d", "3d, done, 1d", "Running step |  | "),
        ("inf", "a task is done: the next step begins after its wait", "call custom+2d", "3d, done, 2d", "Running to_do | step CUSTOM | "),
        ("inf", "a task other than a call is done", "linkedin_connect call", "done", "Running to_do | step CALL | "),
        ("inf", "a task is dismissed", "call custom", "dismissed", "Running to_do | step CUSTOM | "),
        ("rec", "a call ends with an outcome that completes the step", "call custom", "outcome Left voicemail", "Running to_do | step CUSTOM | "),
        ("rec", "a call ends with an outcome that removes the prospect", "call custom", "outcome Bad fit", "Finished call_outcome |  | "),
        ("rec", "a call ends with an opt-out", "call custom", "outcome Opt out", "Finished opted_out |  | "),
        ("inf", "the last step is done", "call mail", "done", "FinishedNoReply nothing |  | sent"),
        ("inf", "the last step is done after a reply under continue", "continue: mail call", "reply, done", "FinishedResponse replied |  | sent"),
        ("doc", "a reply pauses and creates a task", "mail call", "reply", "Paused resume | response SEND_EMAIL | sent"),
        ("doc", "a reply finishes the instance under stop", "stop: mail call", "reply", "FinishedResponse replied | response SEND_EMAIL | sent"),
        ("doc", "a reply changes nothing under continue", "continue: mail call", "reply", "Running to_do | response SEND_EMAIL, step CALL | sent"),
        ("doc", "a reply after more than 14 days changes nothing", "mail call", "15d, reply", "Running to_do | step CALL | sent"),
        ("inf", "the response task is done and removes the prospect", "mail call", "reply, remove", "FinishedResponse replied |  | sent"),
        ("doc", "a meeting pauses and creates a task", "mail call", "meeting", "Paused resume | meeting_booked SEND_EMAIL | sent"),
        ("doc", "a meeting finishes the instance under stop", "stop: mail call", "meeting", "Finished meeting_booked | meeting_booked SEND_EMAIL | sent"),
        ("doc", "a meeting changes nothing under continue", "continue: mail call", "meeting", "Running to_do | meeting_booked SEND_EMAIL, step CALL | sent"),
        ("doc", "a bounce pauses and creates a task", "mail call", "bounce", "Paused resume | bounced SEND_EMAIL | sent"),
        ("doc", "the CRM has a new address after a bounce, which resumes: the step is repeated", "mail call+1d", "bounce, new address", "Running step |  | sent sent"),
        ("doc", "a person enters a new address, which resumes: the step is repeated", "mail call+1d", "bounce, patch address", "Running step |  | sent sent"),
        ("doc", "resumed after a bounce, without a new address: a person writes", "mail call+1d", "bounce, resume", "Running to_do | step SEND_EMAIL | sent"),
        ("doc", "out of office until a day: before it", "mail call+1d", "ooo 3d, 2d", "Paused resume |  | sent"),
        ("doc", "out of office until a day: after it", "mail call+1d", "ooo 3d, 3d", "Running to_do | step CALL | sent"),
        ("doc", "out of office without a date", "mail call+1d", "ooo", "Running step |  | sent"),
        ("doc", "the prospect calls back", "mail call", "call back", "Paused resume |  | sent"),
        ("inf", "a person pauses: the task is hidden", "call", "pause", "Paused resume |  | "),
        ("inf", "a person pauses while out of office: it does not resume by itself", "mail call+1d", "ooo 3d, pause, 4d", "Paused resume |  | sent"),
        ("inf", "a person pauses until a day: it resumes by itself", "call", "pause 3d, 3d", "Running to_do | step CALL | "),
        ("inf", "a person pauses again, without a day: it does not resume by itself", "call", "pause 3d, pause, 4d", "Paused resume |  | "),
        ("inf", "the prospect calls back while out of office", "mail call+1d", "ooo 3d, call back, 4d", "Paused resume |  | sent"),
        ("inf", "out of office until a day, and the engine runs late", "mail call+1d", "ooo 29d, 31d", "Running to_do | step CALL | sent"),
        ("inf", "a person resumes: the task is shown again", "call", "pause, resume", "Running to_do | step CALL | "),
        ("inf", "a wait that has not ended continues after a pause", "call custom+2d", "done, pause, 1d, resume", "Running step |  | "),
        ("inf", "a wait that ended during a pause is over", "call custom+2d", "done, pause, 3d, resume", "Running to_do | step CUSTOM | "),
        ("doc", "a pause has lasted 29 days", "call", "pause, 29d", "Paused resume |  | "),
        ("doc", "30 days of pause pass", "call", "pause, 30d", "Finished todo_expired |  | "),
        ("doc", "a step's task is overdue, but not for too long", "call", "119d", "Running to_do | step CALL | "),
        ("doc", "a step's task is overdue for too long", "call", "120d", "Finished todo_expired |  | "),
        ("inf", "unassigned", "call", "unassign", "Finished removed_manually |  | "),
        ("inf", "finished by a person while paused", "mail call", "reply, finish", "Finished removed_manually |  | sent"),
        ("doc", "unsubscribed", "mail call", "unsubscribe", "Finished opted_out |  | sent"),
        ("doc", "unsubscribed while paused", "mail call", "reply, unsubscribe", "Finished opted_out |  | sent"),
        ("doc", "the prospect must not be contacted any more", "call custom+1d", "done, do not contact", "Finished opted_out |  | "),
        ("doc", "the flow is deleted", "call", "delete flow", "Finished flow_deleted |  | "),
        ("doc", "the flow is deleted before the first step has begun", "call+9d", "delete flow", "Finished flow_deleted |  | "),
        ("doc", "the prospect is deleted in the CRM", "call", "delete prospect", "Finished prospect_deleted |  | "),
        ("doc", "the owner is deactivated", "call", "deactivate", "Finished no_seat |  | "),
        ("doc", "the owner has no seat any more", "call", "pause, unseat", "Finished no_seat |  | "),
    ];

    /// <summary>Without a mail server, mail waits, so that the rows can show that it is held and cancelled.</summary>
    private static readonly (string Tag, string Says, string Flow, string Acts, string Is)[] WithoutMailServer =
    [
        ("inf", "its mail waits", "mail call", "", "Running mail |  | queued"),
        ("inf", "a person pauses: mail that is not being sent yet is held", "mail call", "pause", "Paused resume |  | held"),
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
            var scenario = await ProspectScenario.BeginAsync(app, steps, rules);
            await scenario.AssignAsync();
            await scenario.DoAsync(row.Acts);
            if (await scenario.ShowAsync() is var found && found != row.Is)
            {
                wrong.Add($"{row.Says}: expected {row.Is}, but found {found}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
