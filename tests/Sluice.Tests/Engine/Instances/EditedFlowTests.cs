namespace Sluice.Tests.Engine.Instances;

/// <summary>A flow is edited, disabled and enabled while a prospect is in it. All changes and checks go through the operations of the API.</summary>
public sealed class EditedFlowTests
{
    /// <summary>Each row: description, flow, events before, edit, events after; then the state that clients see.</summary>
    private static readonly (string Says, string Flow, string Before, string Edit, string After, string Is)[] Table =
    [
        ("a later step is removed", "call custom call", "", "#0 #2", "done, done", "FinishedNoReply nothing |  | "),
        ("the current step is removed", "call custom", "", "#1", "done", "Running to_do | step CUSTOM | "),
        ("the current step is removed while the instance is paused", "call custom", "pause", "#1", "resume, done", "Running to_do | step CUSTOM | "),
        ("the step whose wait has begun is removed", "call custom+3d linkedin_connect", "done", "#0 #2", "3d", "Running to_do | step LINKEDIN_CONNECT | "),
        ("all remaining steps are removed", "call custom+3d", "done", "#0", "3d", "FinishedNoReply nothing |  | "),
        ("a step is inserted before the current step", "call custom", "", "mail #0 #1", "done", "Running to_do | step CUSTOM | "),
        ("a step is inserted after the current step", "call custom", "", "#0 mail #1", "done", "Running to_do | step CUSTOM | sent"),
        ("a step is added after the last step, before that one is done", "call", "", "#0 custom", "done", "Running to_do | step CUSTOM | "),
        ("a step is added after the instance has ended", "call", "done", "#0 custom", "1d", "FinishedNoReply nothing |  | "),
        ("a step that is done is moved to the end", "call custom", "done", "#1 #0", "done", "FinishedNoReply nothing |  | "),
        ("a wait that has begun is changed: it still ends at the old time", "call custom+3d", "done", "#0 #1+5d", "3d", "Running to_do | step CUSTOM | "),
        ("a wait that has not begun is made longer", "call custom+3d", "", "#0 #1+5d", "done, 4d", "Running step |  | "),
        ("a wait that has not begun is made shorter", "call custom+3d", "", "#0 #1+1d", "done, 1d", "Running to_do | step CUSTOM | "),
    ];

    [Theory, EveryDatabase]
    public async Task Nothing_is_skipped_or_repeated_because_of_an_edit(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var wrong = new List<string>();
        foreach (var row in Table)
        {
            var scenario = await ProspectScenario.BeginAsync(app, row.Flow);
            await scenario.AssignAsync();
            await scenario.DoAsync(row.Before);
            await scenario.EditAsync(row.Edit);
            await scenario.DoAsync(row.After);
            if (await scenario.ShowAsync() is var found && found != row.Is)
            {
                wrong.Add($"{row.Says}: expected {row.Is}, but found {found}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory, EveryDatabase]
    public async Task Mail_uses_the_newest_text_of_its_step(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var scenario = await ProspectScenario.BeginAsync(app, "call mail");
        await scenario.AssignAsync();
        await scenario.DoAsync("");

        await scenario.CallAsync($"flows/{scenario.FlowId}", """{"steps":[{"key":"call-0","action":"CALL"},{"key":"mail-1","action":"AUTO_SEND_EMAIL","subject":"News for {{recipient.first_name}}","body":"<p>New</p>"}]}""", "PATCH");
        await scenario.DoAsync("done");

        Assert.Equal(["News for Ada"], (await scenario.MailAsync()).Select(mail => (string)mail!["subject"]!));
    }

    /// <summary>The bounced step is found by its id, because after the edit another step has its old position.</summary>
    [Theory, EveryDatabase]
    public async Task A_mail_that_bounces_after_an_edit_is_repeated_with_all_steps_after_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var scenario = await ProspectScenario.BeginAsync(app, "mail mail+1d call+9d");
        await scenario.AssignAsync();
        await scenario.DoAsync("1d");
        await scenario.EditAsync("custom linkedin_connect custom #0 #1 #2");

        var first = (string)(await scenario.MailAsync()).First()!["messageId"]!;
        await scenario.CallAsync("inbound", $$"""{"type":"bounce","messageId":"{{app.NextId()}}","inReplyTo":"<{{first}}>"}""");
        await scenario.DoAsync("patch address");
        Assert.Equal(["Mail 1 to Ada", "Mail 2 to Ada", "Mail 1 to Ada"], (await scenario.MailAsync()).Select(mail => (string)mail!["subject"]!));

        await scenario.DoAsync("1d");
        Assert.Equal(["Mail 1 to Ada", "Mail 2 to Ada", "Mail 1 to Ada", "Mail 2 to Ada"], (await scenario.MailAsync()).Select(mail => (string)mail!["subject"]!));
        Assert.Equal("Running step |  | sent sent sent sent", await scenario.ShowAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_prospect_in_a_disabled_flow_continues_and_nobody_else_enters(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (inside, late) = (await ProspectScenario.BeginAsync(app, "call custom+1d"), await ProspectScenario.BeginAsync(app, "call"));
        Assert.Equal("Running step |  | ", await inside.AssignAsync());

        await inside.DoAsync("disable, done, 1d");
        Assert.Equal("Running to_do | step CUSTOM | ", await inside.ShowAsync());
        Assert.Contains("disabled", (await inside.ExplainAsync())["notes"]!.ToJsonString(), StringComparison.Ordinal);

        await late.DoAsync("disable");
        await Assert.ThrowsAnyAsync<InvalidOperationException>(late.AssignAsync); // Nobody has entered.
        await late.DoAsync("enable");
        Assert.Equal("Running step |  | ", await late.AssignAsync());
    }
}
