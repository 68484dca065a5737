namespace Sluice.Tests.Engine.Instances;

/// <summary>A flow is edited, disabled and enabled while somebody is on the way in it: written by the operations for it, seen as clients see it.</summary>
public sealed class EditedFlowTests
{
    /// <summary>What it says, the flow, what happens, the edit, what happens then; how it stands.</summary>
    private static readonly (string Says, string Flow, string Before, string Edit, string After, string Is)[] Table =
    [
        ("a step further on is removed", "call custom call", "", "#0 #2", "done, done", "FinishedNoReply nothing |  | "),
        ("the step that it is at is removed", "call custom", "", "#1", "done", "Running to_do | step CUSTOM | "),
        ("the step that it is at is removed while it is paused", "call custom", "pause", "#1", "resume, done", "Running to_do | step CUSTOM | "),
        ("the step that it waits for is removed", "call custom+3d linkedin_connect", "done", "#0 #2", "3d", "Running to_do | step LINKEDIN_CONNECT | "),
        ("all that was left is removed", "call custom+3d", "done", "#0", "3d", "FinishedNoReply nothing |  | "),
        ("a step is put in before what is done", "call custom", "", "mail #0 #1", "done", "Running to_do | step CUSTOM | "),
        ("a step is put in next", "call custom", "", "#0 mail #1", "done", "Running to_do | step CUSTOM | sent"),
        ("a step is added behind the last, before that is done", "call", "", "#0 custom", "done", "Running to_do | step CUSTOM | "),
        ("a step is added when it has ended", "call", "done", "#0 custom", "1d", "FinishedNoReply nothing |  | "),
        ("what is done is moved behind", "call custom", "done", "#1 #0", "done", "FinishedNoReply nothing |  | "),
        ("the wait that is under way is changed: it ends when it was told to", "call custom+3d", "done", "#0 #1+5d", "3d", "Running to_do | step CUSTOM | "),
        ("a wait to come is made longer", "call custom+3d", "", "#0 #1+5d", "done, 4d", "Running step |  | "),
        ("a wait to come is made shorter", "call custom+3d", "", "#0 #1+1d", "done, 1d", "Running to_do | step CUSTOM | "),
    ];

    [Theory, EveryDatabase]
    public async Task Nothing_is_skipped_or_repeated_because_of_an_edit(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var wrong = new List<string>();
        foreach (var row in Table)
        {
            var life = await Life.BeginAsync(app, row.Flow);
            await life.AssignAsync();
            await life.DoAsync(row.Before);
            await life.EditAsync(row.Edit);
            await life.DoAsync(row.After);
            if (await life.ShowAsync() is var found && found != row.Is)
            {
                wrong.Add($"{row.Says}: {row.Is}, but it is: {found}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory, EveryDatabase]
    public async Task Mail_has_the_newest_text(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var life = await Life.BeginAsync(app, "call mail");
        await life.AssignAsync();
        await life.DoAsync("");

        await life.CallAsync($"flows/{life.FlowId}", """{"steps":[{"key":"call-0","action":"CALL"},{"key":"mail-1","action":"AUTO_SEND_EMAIL","subject":"News for {{recipient.first_name}}","body":"<p>New</p>"}]}""", "PATCH");
        await life.DoAsync("done");

        Assert.Equal(["News for Ada"], (await life.MailAsync()).Select(mail => (string)mail!["subject"]!));
    }

    /// <summary>By its id: in the flow as it is now another step stands where it stood.</summary>
    [Theory, EveryDatabase]
    public async Task A_mail_that_bounces_after_an_edit_comes_again_with_all_that_came_behind_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var life = await Life.BeginAsync(app, "mail mail+1d call+9d");
        await life.AssignAsync();
        await life.DoAsync("1d");
        await life.EditAsync("custom linkedin_connect custom #0 #1 #2");

        var first = (string)(await life.MailAsync()).First()!["messageId"]!;
        await life.CallAsync("inbound", $$"""{"type":"bounce","messageId":"{{app.NextId()}}","inReplyTo":"<{{first}}>"}""");
        await life.DoAsync("patch address");
        Assert.Equal(["Mail 1 to Ada", "Mail 2 to Ada", "Mail 1 to Ada"], (await life.MailAsync()).Select(mail => (string)mail!["subject"]!));

        await life.DoAsync("1d");
        Assert.Equal(["Mail 1 to Ada", "Mail 2 to Ada", "Mail 1 to Ada", "Mail 2 to Ada"], (await life.MailAsync()).Select(mail => (string)mail!["subject"]!));
        Assert.Equal("Running step |  | sent sent sent sent", await life.ShowAsync());
    }

    [Theory, EveryDatabase]
    public async Task Who_is_in_a_disabled_flow_goes_on_and_nobody_else_comes_in(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (inside, late) = (await Life.BeginAsync(app, "call custom+1d"), await Life.BeginAsync(app, "call"));
        Assert.Equal("Running step |  | ", await inside.AssignAsync());

        await inside.DoAsync("disable, done, 1d");
        Assert.Equal("Running to_do | step CUSTOM | ", await inside.ShowAsync());
        Assert.Contains("disabled", (await inside.ExplainAsync())["notes"]!.ToJsonString(), StringComparison.Ordinal);

        await late.DoAsync("disable");
        await Assert.ThrowsAnyAsync<InvalidOperationException>(late.AssignAsync); // Nobody was let in.
        await late.DoAsync("enable");
        Assert.Equal("Running step |  | ", await late.AssignAsync());
    }
}
