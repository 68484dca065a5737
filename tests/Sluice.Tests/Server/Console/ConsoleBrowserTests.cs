using System.Globalization;
using Microsoft.Playwright;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Tasks;

namespace Sluice.Tests.Server.Console;

/// <summary>The console as people see it.</summary>
[Slow]
public sealed class ConsoleBrowserTests(Browser browser)
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Every_page_is_accessible_and_fits(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database, overKestrel: true);
        await scene.App.GetAsync("/v2/flows?emial=x");
        var visitor = new ConsoleVisitor(scene.App);
        await visitor.PostInAsync("/console/developer/sandboxes", "/console/developer/sandboxes", ("seed", "1"), ("clock", "2026-11-02T09:00"));
        await FlowEditorTests.HasVersionsAsync(scene.App, scene.App.Tenant.Flow);
        var task = (await scene.TasksAsync()).First(one => one.ToDo.Action == "CALL");
        var heard = (await new HeardStore(scene.App.Db).ListAsync(scene.App.Tenant.Id, null, null, 1, CancellationToken.None)).Single().MessageId;
        await using var page = await browser.OpenAsync(scene.App.Address, Screens.Narrow);
        foreach (var (name, path) in new[]
        {
            ("today", "today"), ("task", $"tasks/{task.ToDo.Id}"), ("inbox", "inbox"), ("message", $"inbox/message?id={Uri.EscapeDataString(heard)}"), ("keyboard", "keyboard"), ("people", "people"), ("person", $"person?crmId={task.Contact!.CrmId}"), ("flows", "flows"),
            ("flow", $"flows/{WireId.Write(scene.Mails.Id)}"), ("long-flow", $"flows/{WireId.Write(scene.Hundred.Id)}"), ("flow-edit", $"flows/{WireId.Write(scene.Mails.Id)}/edit?person=crm-1"), ("flow-versions", $"flows/{WireId.Write(scene.App.Tenant.Flow.Id)}/versions"), ("flows-sorted", "flows?sort=bounces"),
            ("reports", "reports"), ("report-weeks", "reports?by=flow,week&sort=replies"), ("report-steps", "reports?by=flow,step"), ("import", "people/import"), ("operations", "operations"), ("requests", "developer"), ("clock", "developer/clock"), ("faults", "developer/faults"), ("developer-mail", "developer/mail"), ("sandboxes", "developer/sandboxes"),
            ("clock-ahead", "developer/clock?ahead=30d&day=3"), ("calendars", "settings/calendars"), ("data", "settings/data"), ("oauth-apps", "settings/oauth-apps"), ("oauth-app-new", "settings/oauth-apps/new"),
            ("settings", "settings"), ("users", "settings/users"), ("user", $"settings/users/{WireId.Write(scene.App.Tenant.User.Id)}"), ("rulesets", "settings/rulesets"), ("ruleset", "settings/rulesets/new"),
            ("outcomes", "settings/call-outcomes"), ("stop-list", "settings/stop-list"), ("stop-address", "settings/stop-list/new"), ("stop-import", "settings/stop-list/import"), ("sessions", "settings/sessions"), ("audit", "settings/audit"),
        })
        {
            await page.GoAsync($"/console/{path}");
            await page.ShouldBeGoodAsync($"console-{name}");
        }

        await ShouldHaveGoodSettingsAsync(scene, page);
        await page.GoAsync("/console/people/import");
        await page.Page.GetByLabel("Comma-separated values").FillAsync("E-Mail,Vorname,Company\nzoe@example.org,Zoe,Globex\nnobody,,\n");
        await page.PressAsync("Check the file");
        await page.ShouldBeGoodAsync("console-import-checked");
        await page.GoAsync($"/console/tasks/{task.ToDo.Id}");
        await page.Page.GetByText("Snooze", new() { Exact = true }).First.ClickAsync();
        await page.ShouldBeGoodAsync("console-snooze");
        await page.GoAsync((await scene.HasMailTaskAsync()).Page);
        await page.ShouldBeGoodAsync("console-mail");
        await page.PressAsync("Send");
        await page.ShouldBeGoodAsync("console-mail-refused", 400);
        await page.Page.GetByLabel("Text", new() { Exact = true }).FillAsync("Dear Ada,\n\nmay I call you on Tuesday?\n\nBest wishes\nRuth");
        await page.PressAsync("Preview");
        await page.ShouldBeGoodAsync("console-mail-preview");
        await page.GoAsync($"/console/inbox/message?id={Uri.EscapeDataString(heard)}");
        await page.Page.GetByLabel("Text", new() { Exact = true }).FillAsync("Thank you, I will call.");
        await page.PressAsync("Preview");
        await page.ShouldBeGoodAsync("console-answer-preview");
        await page.GoAsync("/console/settings/data");
        await page.Page.GetByLabel("Or paste the text").FillAsync($"kind: flow\nname: Winter\nowner: {TestApp.RepEmail}\nsteps:\n- {{key: call, action: CALL}}\n");
        await page.PressAsync("See what would change");
        await page.ShouldBeGoodAsync("console-data-planned");
    }

    /// <summary>A mail may come from a template of anybody. Its preview shows the text, runs nothing, and loads nothing.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_preview_of_a_mail_runs_and_loads_nothing(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database, overKestrel: true);
        const string Trace = "top.document.title = 'hacked'; fetch('/console/trace')";
        var task = await scene.HasMailTaskAsync($"""
            <p>Dear <b>{"{{recipient.last_name}}"}</b>,</p><script>{Trace}</script><img src=x onerror="{Trace}"><img src="https://tracker.example/pixel.png">
            <link rel="stylesheet" href="https://tracker.example/a.css"><iframe src="https://tracker.example/frame"></iframe><meta http-equiv="refresh" content="0;url=https://tracker.example/">
            """);
        await using var page = await browser.OpenAsync(scene.App.Address);
        var loaded = new System.Collections.Concurrent.ConcurrentQueue<string>();
        page.Page.Response += (_, response) => loaded.Enqueue(response.Url);
        await page.Page.RouteAsync("https://tracker.example/**", route => route.FulfillAsync(new() { Body = "" })); // A machine without a network must notice it, too.
        await page.GoAsync(task.Page);
        var title = await page.Page.TitleAsync();
        loaded.Clear();

        await page.PressAsync("Preview");
        await page.Page.WaitForTimeoutAsync(1000); // For what must not happen.
        Assert.Equal(title, await page.Page.TitleAsync());
        Assert.All(loaded, url => Assert.DoesNotMatch("tracker|trace", url));
        var nodes = await NodesOfFrameAsync(page.Page);
        Assert.All(["\"nodeValue\":\"Schulz\"", "\"onerror\""], part => Assert.Contains(part, nodes, StringComparison.Ordinal)); // The whole body is there.
    }

    /// <summary>Reads what a frame shows, as JSON. In a frame without scripts Playwright's own ways wait for ever.</summary>
    private static async Task<string> NodesOfFrameAsync(IPage page)
    {
        ICDPSession session;
        try
        {
            session = await page.Context.NewCDPSessionAsync(page.MainFrame.ChildFrames.Single());
        }
        catch (PlaywrightException)
        {
            session = await page.Context.NewCDPSessionAsync(page); // The browser has the frame in the process of its page.
        }

        return (await session.SendAsync("DOM.getDocument", new() { ["depth"] = -1, ["pierce"] = true })).ToString()!;
    }

    /// <summary>A page of Today shows a task that somebody else has done, also after a time in which it did not hear from the server.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_open_page_shows_what_happens_and_says_when_the_server_is_away(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database, overKestrel: true);
        var task = WireId.Write((await scene.TasksAsync()).First(one => one.ToDo.Action == "CALL").ToDo.Id);
        await using var page = await browser.OpenAsync(scene.App.Address);
        var (row, banner) = (page.Page.Locator($"a[href='/console/tasks/{task}']"), page.Page.GetByText("The server does not answer"));

        await page.Page.RouteAsync("**/console/stream", route => route.AbortAsync());
        await page.GoAsync("/console/today");
        await banner.WaitForAsync();
        Assert.Equal(1, await row.CountAsync());
        await page.Page.UnrouteAsync("**/console/stream");
        await banner.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await scene.PostAsync($"/console/tasks/{task}/done", null, ("outcome", "Left voicemail"));
        await row.WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    /// <summary>A person opens the link of an invitation, sets the password, and turns on the second factor.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_way_in_is_accessible_and_fits(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var link = await ConsoleVisitor.InviteAsync(app, "ada@example.com", Roles.Operator);
        await using var page = await browser.OpenAsync(app.Address, Screens.Narrow);

        await page.GoAsync("/console/settings/users");
        await page.ShouldBeGoodAsync("console-sign-in");
        await page.GoAsync(link);
        await page.ShouldBeGoodAsync("console-invitation");
        await page.Page.GetByLabel("New password").FillAsync(ConsoleVisitor.Password);
        await page.Page.GetByLabel("The same once more").FillAsync(ConsoleVisitor.Password);
        await page.PressAsync("Set the password");
        await page.GoAsync("/console/account");
        await page.Page.GetByText("Turn on a second factor").ClickAsync();
        await page.ShouldBeGoodAsync("console-account");
        await page.Page.GetByLabel("Your password", new() { Exact = true }).FillAsync(ConsoleVisitor.Password);
        await page.PressAsync("Set it up");
        await page.ShouldBeGoodAsync("console-second-factor");
        await page.GoAsync("/console/settings/users");
        await page.ShouldBeGoodAsync("console-users-of-serve");
        await page.PressAsync("Sign out");
        await page.Page.GetByLabel("Password").WaitForAsync();
    }

    /// <summary>A representative does the next call, dismisses one, finds a person and pauses a flow.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_day_of_a_representative_by_keys(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database, overKestrel: true);
        var calls = (await scene.TasksAsync()).FindAll(one => one.ToDo.Action == "CALL");
        await using var page = await browser.OpenAsync(scene.App.Address);
        var keys = page.Page.Keyboard;

        await page.GoAsync("/console");
        await keys.PressAsync("j");
        await page.FollowAsync(() => keys.PressAsync("Enter"));
        await keys.PressAsync("d");
        Assert.Equal("No voicemail", await page.Page.EvaluateAsync<string>("document.activeElement.value"));
        await page.FollowAsync(() => keys.PressAsync("Enter"));
        await page.Page.GetByText("The task is done.").WaitForAsync();
        await page.FollowAsync(() => keys.PressAsync("u"));
        await page.Page.GetByText("Undone: the task is open again.").WaitForAsync();
        await keys.PressAsync("d");
        await page.FollowAsync(() => keys.PressAsync("Enter"));
        await keys.PressAsync("x");
        await page.PressAsync("Dismiss the task");
        await page.FollowAsync(() => keys.PressAsync("Escape"));
        await keys.PressAsync("?");
        Assert.True(await page.Page.GetByRole(AriaRole.Dialog).IsVisibleAsync());
        await keys.PressAsync("Escape");
        await keys.PressAsync("/");
        await keys.TypeAsync("Maria");
        await page.FollowAsync(() => keys.PressAsync("Enter"));
        await PauseAsync(page);

        await ShouldHaveWorkedAsync(scene, calls);
        await keys.PressAsync("g");
        await page.FollowAsync(() => keys.PressAsync("d"));
        Assert.EndsWith("/console/developer", page.Page.Url, StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_same_day_without_scripts(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database, overKestrel: true);
        var calls = (await scene.TasksAsync()).FindAll(one => one.ToDo.Action == "CALL");
        await using var page = await browser.OpenAsync(scene.App.Address, width: Screens.Narrow, hasScripts: false);

        await page.GoAsync("/console");
        await page.FollowAsync(() => page.Page.Locator($"a[href='/console/tasks/{calls[0].ToDo.Id}']").ClickAsync());
        await page.PressAsync("No voicemail");
        await page.Page.GetByText("Dismiss", new() { Exact = true }).First.ClickAsync();
        await page.PressAsync("Dismiss the task");
        await page.GoAsync("/console/people");
        await page.Page.GetByLabel("Name, e-mail address or CRM id").FillAsync("maria");
        await page.PressAsync("Find");
        await PauseAsync(page);

        await ShouldHaveWorkedAsync(scene, calls);
    }

    /// <summary>Looks at the pages of Settings, and of enrolling, that show nothing without something to show.</summary>
    private static async Task ShouldHaveGoodSettingsAsync(ConsoleScene scene, BrowserPage page)
    {
        await scene.App.HasMailboxAsync("fails@example.com", state: MailboxState.Failed);
        var webhook = await scene.App.HasWebhookAsync("http://127.0.0.1:1/");
        await SettingsPagesTests.FailAsync(scene.App, long.Parse(webhook.Id, CultureInfo.InvariantCulture));
        foreach (var (name, path) in new[]
        {
            ("keys", "settings/keys"), ("mailboxes", "settings/mailboxes"), ("mailbox-new", "settings/mailboxes/new"), ("webhooks", "settings/webhooks"), ("webhook-new", "settings/webhooks/new"),
            ("webhook", $"settings/webhooks/{webhook.Id}"), ("enrol", $"people/enrol?crmId=crm-1&crmId={Uri.EscapeDataString("../odd/id?&=#")}&flow={WireId.Write(scene.Mails.Id)}"),
        })
        {
            await page.GoAsync($"/console/{path}");
            await page.ShouldBeGoodAsync($"console-{name}");
        }

        await page.GoAsync("/console/settings/keys/new");
        await page.Page.GetByLabel("Name").FillAsync("Nightly import");
        await page.PressAsync("Make the key");
        await page.ShouldBeGoodAsync("console-key-refused", 400);
        await page.Page.GetByLabel("See flows").CheckAsync();
        await page.PressAsync("Make the key");
        await page.ShouldBeGoodAsync("console-key-made");
    }

    private static async Task PauseAsync(BrowserPage page)
    {
        await page.FollowAsync(() => page.Page.GetByRole(AriaRole.Link, new() { Name = "Maria Schulz" }).ClickAsync());
        await page.FollowAsync(() => page.Page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).First.ClickAsync());
        await page.Page.GetByText("Paused. Nothing happens").WaitForAsync();
    }

    private static async Task ShouldHaveWorkedAsync(ConsoleScene scene, List<ListedToDo> calls)
    {
        var closed = new List<ToDoStatus>();
        foreach (var call in calls.Take(2))
        {
            closed.Add((await new ToDoStore(scene.App.Db).FindAnyAsync(scene.App.Tenant.Id, call.ToDo.Id, CancellationToken.None))!.ToDo.Status);
        }

        Assert.Equal([ToDoStatus.Done, ToDoStatus.Dismissed], closed);
        var maria = (await new RunStore(scene.App.Db).FindOpenByProspectAsync(scene.App.Tenant.Id, (await scene.App.HasProspectAsync("crm-0")).Id, CancellationToken.None)).Select(run => run.Status);
        Assert.Contains(InstanceStatus.Paused, maria);
    }
}
