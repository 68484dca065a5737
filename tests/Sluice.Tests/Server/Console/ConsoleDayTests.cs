using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;

namespace Sluice.Tests.Server.Console;

/// <summary>
/// The days of a manager, an operator and an integrator, from the first screen on, with scripts and without, on a wide and on a narrow screen. Each test says in how many
/// clicks a thing is done; a page must not make it more. The manager does a call too; the rest of a representative's day is in <see cref="ConsoleBrowserTests"/>.
/// </summary>
[Slow]
public sealed class ConsoleDayTests(Browser browser, ITestOutputHelper output)
{
    private static readonly (bool HasScripts, int Width)[] Ways = [(true, Screens.Wide), (true, Screens.Narrow), (false, Screens.Wide), (false, Screens.Narrow)];

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_day_of_a_manager(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var flow = await HasManagersWorldAsync(app);
        foreach (var (at, way) in Ways.Index())
        {
            await using var person = await SignInAsync(app, $"boss{at}@example.com", Roles.Rep | Roles.Manager, way);

            await person.DoAsync("do the next call and log its outcome", 2, async () =>
            {
                Assert.EndsWith("/console/today", person.Page.Url, StringComparison.Ordinal);
                await person.ClickAsync(person.Page.Locator(".rows a.go", new() { HasText = "Call" }).First);
                await person.ClickAsync(AriaRole.Button, "No voicemail");
                await person.SeesAsync("The task is done.");
            });
            await person.DoAsync("find out why a person does not move", 2, async () =>
            {
                await person.SearchAsync("Grace");
                await person.ClickAsync(AriaRole.Link, "Grace Hopper");
                await person.SeesAsync("because somebody paused it");
            });
            await person.DoAsync("enrol three people and see when their first mail leaves", 8, async () =>
            {
                await person.ClickAsync(AriaRole.Link, "People");
                foreach (var number in Enumerable.Range(at * 3, 3))
                {
                    await person.CheckAsync($"Choose New Person{number}");
                }

                await person.ClickAsync(AriaRole.Button, "Enrol the checked in a flow");
                await person.ChooseAsync("Flow", "Autumn");
                await person.ClickAsync(AriaRole.Button, "See what would happen");
                await person.SeesAsync("The first mail leaves");
                await person.ClickAsync(AriaRole.Button, "Enrol 3 people");
                await person.SeesAsync("3 people entered the flow");
            });
            await person.DoAsync("find the flow with the worst bounce rate and stop it", 5, async () =>
            {
                await person.ClickAsync(AriaRole.Link, "Flows");
                await person.ClickAsync(AriaRole.Link, "Bounces");
                await person.ClickAsync(person.Page.Locator("table a.go").First);
                await person.OpenAsync("Stop this flow");
                await person.ClickAsync(AriaRole.Button, "Disable");
                await person.SeesAsync("The flow is disabled");
            });
            Assert.Equal(1, await app.CountAsync("flows where name = 'Autumn' and not enabled"));
            await app.PostAsync($"/sluice/v1/flows/{flow.Id}/enable", new { }, await app.HasManageKeyAsync());
        }

        Assert.Equal(4, await app.CountAsync("todos where status = 'DONE' and outcome = 'No voicemail'"));
        Assert.Equal(12, await app.CountAsync("prospects p join flow_instances i on i.company_id = p.company_id and i.prospect_id = p.id where p.last_name like 'Person%'"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_day_of_an_operator(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        foreach (var (at, way) in Ways.Index())
        {
            await using var person = await SignInAsync(app, $"ops{at}@example.com", Roles.Operator, way);

            await person.DoAsync("add a mailbox", 4, async () =>
            {
                await person.ClickAsync(AriaRole.Link, "Settings");
                await person.ClickAsync(AriaRole.Link, "Mailboxes");
                await person.ClickAsync(AriaRole.Link, "Add a mailbox");
                await person.FillAsync("E-mail address", $"box{at}@example.com");
                await person.FillAsync("Password", "app password");
                await person.ClickAsync(AriaRole.Button, "Add the mailbox");
                await person.SeesAsync("The mailbox is added");
            });
            await person.DoAsync("make a key with one scope", 4, async () =>
            {
                await person.ClickAsync(AriaRole.Link, "Keys");
                await person.ClickAsync(AriaRole.Link, "Make a key");
                await person.FillAsync("Name", "Nightly");
                await person.CheckAsync("See flows", isWhole: false);
                await person.ClickAsync(AriaRole.Button, "Make the key");
                await person.SeesAsync("I have copied them");
            });
            await person.DoAsync("bring in a flow as a file", 4, async () =>
            {
                await person.ClickAsync(AriaRole.Link, "Import and export");
                await person.Page.GetByLabel("Choose a file").SetInputFilesAsync(new FilePayload { Name = "flow.yaml", MimeType = "application/yaml", Buffer = System.Text.Encoding.UTF8.GetBytes($"kind: flow\nname: By file {at}\nowner: {TestApp.RepEmail}\n") });
                await person.ClickAsync(AriaRole.Button, "See what would change");
                await person.ClickAsync(AriaRole.Button, "Change 1 thing");
                await person.SeesAsync("It is done.");
            });
        }

        Assert.Equal(4, await app.CountAsync("flows where name like 'By file %'"));
        Assert.Equal((4, 4), (await app.CountAsync("mailboxes"), await app.CountAsync("api_keys where name = 'Nightly' and scopes = 'api:flows:read'")));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_day_of_an_integrator(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, OverKestrel = true });
        await ConsoleScene.OpenAsync(app);
        var flow = await app.HasFlowAsync("Autumn", change: one => one with { Window = new SendingWindow(0, 1440, 127) });
        await app.HasStepAsync(flow, 1, Step.AutomaticMail, change: step => step with { Subject = "Hello", Body = "<p>Hi</p>" });
        await app.HasStepAsync(flow, 2, Step.Mail, 3 * 1440, step => step with { Subject = "x", Body = "<p>Again</p>", IsReply = true });
        foreach (var (at, way) in Ways.Index())
        {
            await app.HasProspectWithEmailAsync($"crm-{at}", change: known => known with { FirstName = "Grace", LastName = $"Hopper{at}" });
            await app.HasInstanceAsync($"crm-{at}", flow, change: run => run with { NextDueAt = app.Clock.GetUtcNow() });
            await app.RunAsync();
            await using var person = new Person(await browser.OpenAsync(app.Address, width: way.Width, hasScripts: way.HasScripts), output, way);
            await person.Browser.GoAsync("/console");

            await person.DoAsync("see what a request got", 2, async () =>
            {
                await app.GetAsync("/v2/flows?emial=x");
                await person.ClickAsync(AriaRole.Link, "Developer");
                await person.ClickAsync(person.Page.Locator("a.go").First);
                await person.SeesAsync("emial");
            });
            await person.DoAsync("see by the slider what happens within five days", 4, async () =>
            {
                await person.ClickAsync(AriaRole.Link, "Developer");
                await person.ClickAsync(AriaRole.Link, "Clock");
                await person.ClickAsync(AriaRole.Link, "30 days");
                var point = person.Page.Locator("[data-point='5']");
                Assert.False(await point.IsVisibleAsync());
                foreach (var _ in Enumerable.Range(1, 4))
                {
                    await person.Page.GetByLabel("Days ahead").PressAsync("ArrowRight");
                }

                if (!way.HasScripts)
                {
                    await person.ClickAsync(AriaRole.Button, "Look");
                }

                await point.WaitForAsync();
                Assert.Contains("E-mail", await point.InnerTextAsync(), StringComparison.Ordinal);
                Assert.Equal(1, await person.Page.Locator("[data-point]:visible").CountAsync());
            });
            await person.DoAsync("move the clock to the day when the first reply is to be written", 5, async () =>
            {
                await person.ClickAsync(AriaRole.Link, "Developer");
                await person.ClickAsync(AriaRole.Link, "Clock");
                await person.ClickAsync(AriaRole.Link, "30 days");
                await person.ClickAsync(person.Page.Locator(".ahead li", new() { HasTextRegex = new Regex("E-mail") }).GetByRole(AriaRole.Button).First);
                await person.SeesAsync("Step began");
                await person.ClickAsync(AriaRole.Link, "Today");
                await person.SeesAsync($"Grace Hopper{at}");
            });
        }
    }

    /// <summary>A flow that bounces more than another one, four people to call, twelve in no flow, and one whom somebody has paused.</summary>
    private static async Task<Flow> HasManagersWorldAsync(TestApp app)
    {
        var worst = await app.HasMailFlowAsync(change: flow => flow with { Name = "Autumn" });
        var other = await app.HasFlowAsync("Spring");
        var day = Days.Of(app.Clock.GetUtcNow(), Zones.FindOrUtc(app.Tenant.Company.TimeZone)) - 1;
        var counts = new[] { (worst, 20), (other, 1) }.ToDictionary(one => new CountKey(day, one.Item1.Id, 1, app.Tenant.User.Id), one => new EventCounts { [Counter.Sent] = 100, [Counter.Bounced] = one.Item2 });
        await app.Db.InTransactionAsync(tx => new CountStore(tx).AddAsync(app.Tenant.Id, counts, CancellationToken.None), CancellationToken.None);
        foreach (var number in Enumerable.Range(0, 12))
        {
            await app.HasProspectWithEmailAsync($"new-{number}", change: known => known with { FirstName = "New", LastName = $"Person{number}" });
        }

        var calls = await app.HasFlowAsync("Calls");
        await app.HasStepAsync(calls, 1);
        foreach (var number in Enumerable.Range(0, 4))
        {
            await app.HasProspectWithEmailAsync($"call-{number}", change: known => known with { FirstName = "Call", LastName = $"Er{number}" });
            await app.HasInstanceAsync($"call-{number}", calls, change: run => run with { NextDueAt = app.Clock.GetUtcNow() });
        }

        await app.RunAsync();
        await app.HasProspectWithEmailAsync("grace", change: known => known with { FirstName = "Grace", LastName = "Hopper" });
        var run = await app.HasInstanceAsync("grace", other);
        await app.PostAsync($"/sluice/v1/flow-instances/{run.Id}/pause", new { }, await app.HasManageKeyAsync());
        return worst;
    }

    /// <summary>Uses an invitation, and is then at the first screen.</summary>
    private async Task<Person> SignInAsync(TestApp app, string email, Roles roles, (bool HasScripts, int Width) way)
    {
        var person = new Person(await browser.OpenAsync(app.Address, width: way.Width, hasScripts: way.HasScripts), output, way);
        await person.Browser.GoAsync(await ConsoleVisitor.InviteAsync(app, email, roles));
        await person.FillAsync("New password", ConsoleVisitor.Password);
        await person.FillAsync("The same once more", ConsoleVisitor.Password);
        await person.ClickAsync(AriaRole.Button, "Set the password");
        return person;
    }

    /// <summary>Somebody at the browser, whose clicks are counted: also the choice of a value, and the Enter after a search.</summary>
    private sealed class Person(BrowserPage browser, ITestOutputHelper output, (bool HasScripts, int Width) way) : IAsyncDisposable
    {
        private int _clicks;

        public BrowserPage Browser => browser;

        public IPage Page => browser.Page;

        /// <param name="atMost">Clicks.</param>
        public async Task DoAsync(string what, int atMost, Func<Task> work)
        {
            _clicks = 0;
            await work();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_clicks} clicks: {what} ({(way.HasScripts ? "with" : "without")} scripts, {way.Width} px)"));
            Assert.True(_clicks <= atMost, $"{what}: {_clicks} clicks");
        }

        public Task ClickAsync(AriaRole role, string name) => ClickAsync(Page.GetByRole(role, new() { Name = name, Exact = true }).First);

        /// <summary>Clicks on what leads to another page.</summary>
        public Task ClickAsync(ILocator target)
        {
            _clicks++;
            return browser.FollowAsync(() => target.ClickAsync());
        }

        public async Task OpenAsync(string summary)
        {
            _clicks++;
            await Page.Locator("summary", new() { HasText = summary }).First.ClickAsync();
        }

        /// <param name="isWhole">False: the label says more.</param>
        public async Task CheckAsync(string label, bool isWhole = true)
        {
            _clicks++;
            await Page.GetByLabel(label, new() { Exact = isWhole }).CheckAsync();
        }

        public async Task ChooseAsync(string label, string value)
        {
            _clicks++;
            await Page.GetByLabel(label, new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = value });
        }

        public Task FillAsync(string label, string text) => Page.GetByLabel(label, new() { Exact = true }).First.FillAsync(text);

        public async Task SearchAsync(string text)
        {
            _clicks++;
            await Page.Locator("#search").FillAsync(text);
            await browser.FollowAsync(() => Page.Locator("#search").PressAsync("Enter"));
        }

        public Task SeesAsync(string text) => Page.GetByText(text).First.WaitForAsync();

        public ValueTask DisposeAsync() => browser.DisposeAsync();
    }
}
