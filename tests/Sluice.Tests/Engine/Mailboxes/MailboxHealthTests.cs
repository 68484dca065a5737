using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Primitives;
using Sluice.Engine.Tasks;
using Sluice.Tests.Server.Api.Manage.Events;
using Sluice.Tests.Server.Console;

namespace Sluice.Tests.Engine.Mailboxes;

/// <summary>The owner of a mailbox that fails has a task, and the feed an event; both end by themselves when it works again.</summary>
public sealed class MailboxHealthTests
{
    [Theory, EveryDatabase]
    public async Task The_owner_of_a_mailbox_that_fails_has_one_task_which_is_done_when_it_works_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var box = await app.HasMailboxAsync("ann@example.com", userId: app.Tenant.User.Id);

        await app.FailAsync(box);
        await app.FailAsync(box);

        var task = Assert.Single(await TasksAsync(app));
        Assert.Equal(("OPEN", "mailbox", $"Your mailbox ann@example.com does not work: {MailboxHealthScenario.Refused}", null), Known(task));
        Assert.Equal(["failed login"], await EventsAsync(app));
        Assert.True(await app.ReadsAsync(box));
        Assert.True(await app.ReadsAsync(box));
        Assert.Equal("DONE", (string?)Assert.Single(await TasksAsync(app))["status"]);
        Assert.Equal(["failed login", "active"], await EventsAsync(app));

        await app.FailAsync(box, MailboxTrouble.Grant);
        Assert.Equal(["OPEN", "DONE"], (await TasksAsync(app)).Select(one => (string?)one["status"]));
    }

    [Theory, EveryDatabase]
    public async Task Nobody_is_asked_to_do_something_about_a_server_that_is_away_for_a_short_time(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var box = await app.HasMailboxAsync("ann@example.com", userId: app.Tenant.User.Id);

        await app.FailAsync(box, MailboxTrouble.Server);
        app.Clock.Advance(TimeSpan.FromMinutes(14));
        await app.FailAsync(box, MailboxTrouble.Server);
        Assert.Empty(await TasksAsync(app));
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.FailAsync(box, MailboxTrouble.Server);

        Assert.Single(await TasksAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task A_mailbox_that_can_be_read_and_not_send_fails_until_a_mail_leaves(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var server = new ScriptedMailServer((Base64("ann@example.com"), "334 UGFzc3dvcmQ6"), (Base64("pass"), "535 5.7.139 no"));
        var box = await app.HasMailboxAsync("ann@example.com", new Uri(server.Url).Port, "pass", userId: app.Tenant.User.Id);
        await using var transport = new MailboxTransport(null, app.Db, app.Services.GetRequiredService<MailboxSecrets>(), app.Services.GetRequiredService<MailboxTokens>(), app.Health(), app.Services.GetRequiredService<SentCopies>(), app.Clock);

        Assert.Equal(MailFault.Login, (await SendAsync(app, transport)).Fault);
        Assert.Equal(MailFault.Login, (await SendAsync(app, transport)).Fault);
        Assert.True(await app.ReadsAsync(box));

        Assert.Equal("OPEN", (string?)Assert.Single(await TasksAsync(app))["status"]);
        var kept = (await app.GetAsync($"/sluice/v1/mailboxes/{box.Id}", await app.HasManageKeyAsync())).Json["mailbox"]!;
        Assert.Equal("failed", (string?)kept["state"]);
        Assert.Contains("5.7.139", (string?)kept["fault"], StringComparison.Ordinal);

        server.Answer(Base64("pass"), "235 welcome");
        Assert.Equal(MailOutcomeKind.Sent, (await SendAsync(app, transport)).Kind);
        Assert.Equal("DONE", (string?)Assert.Single(await TasksAsync(app))["status"]);
        Assert.Equal(["failed login", "active"], await EventsAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task Mail_that_is_held_after_refusals_makes_its_mailbox_fail(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = new EventScenario.Fates() });
        await app.HasMailboxAsync(app.Tenant.User.Email, userId: app.Tenant.User.Id);
        var flow = await app.HasMailFlowAsync(subject: "refused");
        foreach (var name in (string[])["ada", "bob", "cid"])
        {
            await app.HasProspectWithEmailAsync(name);
            await app.HasDueInstanceAsync(name, flow);
        }

        await app.RunAsync();

        Assert.Equal("Your mailbox " + app.Tenant.User.Email + " does not work: The mail server has refused 3 mails in a row, so mail is held: 550 not like this",
            (string?)Assert.Single(await TasksAsync(app), one => (string?)one["kind"] == "mailbox")["title"]);
        Assert.Equal(["failed held"], await EventsAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task Whoever_pauses_removes_or_gives_away_a_mailbox_ends_the_task(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (key, other) = (await app.HasManageKeyAsync(), await app.HasUserAsync("bob@example.com"));
        foreach (var change in (string[])["""{"paused":true}""", $$"""{"userId":"{{other.Id}}"}""", ""])
        {
            var box = await app.HasMailboxAsync($"ann{change.Length}@example.com", userId: app.Tenant.User.Id);
            await app.FailAsync(box);
            var url = $"/sluice/v1/mailboxes/{box.Id}";
            var reply = change.Length == 0 ? await app.SendAsync(HttpMethod.Delete, url, null, key) : await app.SendAsync(HttpMethod.Patch, url, new StringContent(change, null, "application/json"), key);
            Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        }

        Assert.Equal(["DISMISSED", "DISMISSED", "DISMISSED"], (await TasksAsync(app)).Select(one => (string?)one["status"]));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_console_shows_the_task_and_closes_it(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        await scene.App.FailAsync(await scene.App.HasMailboxAsync("ann@example.com", userId: scene.App.Tenant.User.Id));
        var task = Assert.Single(await scene.TasksAsync(), one => one.ToDo.Kind == TaskKind.Mailbox);
        var path = $"/console/tasks/{WireId.Write(task.ToDo.Id)}";

        Assert.Contains("Mend your mailbox", (await scene.GetAsync("/console/today")).Html, StringComparison.Ordinal);
        Assert.Contains(MailboxHealthScenario.Refused, (await scene.GetAsync(path)).Html, StringComparison.Ordinal);
        Assert.Contains(MailboxHealthScenario.Refused, (await scene.GetAsync("/console/operations")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await scene.PostAsync($"{path}/done")).Status);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static Task<MailOutcome> SendAsync(TestApp app, MailboxTransport transport) => transport.SendAsync(
        new OutgoingMail(app.Tenant.Id, "ann@example.com", "Ann", "ada@example.org", "Hello", "<p>Hi</p>", "1@example.com", [], DateTimeOffset.UnixEpoch, null), () => Task.FromResult(true), CancellationToken.None);

    private static async Task<List<JsonNode>> TasksAsync(TestApp app) =>
        [.. (await app.GetAsync($"/sluice/v1/tasks?owner={app.Tenant.User.Email}", await app.HasManageKeyAsync())).Json["tasks"]!.AsArray().Select(one => one!)];

    private static (string?, string?, string?, string?) Known(JsonNode task) => ((string?)task["status"], (string?)task["kind"], (string?)task["title"], (string?)task["crmProspectId"]);

    private static async Task<List<string>> EventsAsync(TestApp app) =>
        [.. (await EventScenario.ReadAsync(app, "&types=mailbox.failed,mailbox.recovered")).Select(one => $"{one["data"]!["status"]} {one["data"]!["reason"]}".Trim())];
}
