using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.Engine.SignIn;
using Sluice.Engine.Webhooks;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>Keys, mailboxes and webhooks, as an operator handles them.</summary>
public sealed partial class SettingsPagesTests
{
    private const string Settings = "/console/settings";

    [Theory, EveryDatabase]
    public async Task A_key_is_made_with_one_scope_shown_once_and_revoked(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        await ada.GetAsync($"{Settings}/keys/new");

        var made = await ada.PostAsync($"{Settings}/keys", ("name", "import <b>"), ("scopes", "api:flows:read"), ("networks", "10.0.0.0/8, 127.0.0.0/8"), ("expiresAt", "2099-12-31"));
        Assert.Equal(OK, made.Status);
        var (key, secret, token) = SecretsOf(made.Html);
        var list = (await ada.GetAsync($"{Settings}/keys")).Html;
        Assert.Contains("import &lt;b&gt;", list, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, list + await app.Db.DumpAsync(), StringComparison.Ordinal);
        var listed = (await app.GetAsync("/sluice/v1/keys", await app.HasManageKeyAsync())).Json["keys"]!.AsArray().Single(one => (string)one!["accessKey"]! == key)!;
        Assert.Equal(("live", "2100-01-01T08:00:00+00:00"), ((string)listed["state"]!, (string)listed["expiresAt"]!)); // The end of that day in Los Angeles.
        Assert.Equal(Forbidden, (await app.GetAsync("/v2/workspaces", new(key, secret, token))).Status); // Known, but without that scope.

        Assert.Equal(SeeOther, (await ada.PostAsync($"{Settings}/keys/{listed["id"]}/revoke")).Status);
        Assert.Contains("Revoked", (await ada.GetAsync($"{Settings}/keys")).Html, StringComparison.Ordinal);
        var entries = await AuditAsync(app, "key");
        Assert.Equal(["key.revoke", "key.add"], entries.Select(one => (string)one["action"]!));
        Assert.Equal(("api:flows:read", "import <b>"), ((string)entries[1]["after"]!["scopes"]!, (string)entries[0]["before"]!["name"]!));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_refused_form_keeps_what_was_typed_but_no_secret(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        await ada.GetAsync($"{Settings}/keys/new");
        var before = await app.Db.DumpAsync();

        var key = await ada.PostAsync($"{Settings}/keys", ("name", "typed & kept"), ("networks", "nowhere"), ("expiresAt", "2001-01-01"));
        Assert.Equal(BadRequest, key.Status);
        Assert.All(["value=\"typed &amp; kept\"", "value=\"nowhere\"", "Should be a network in CIDR notation", "Should hold at least one item", "Is in the past"], text => Assert.Contains(text, key.Html, StringComparison.Ordinal));
        var mailbox = await ada.PostAsync($"{Settings}/mailboxes", ("address", "box@example.com"), ("password", "hunter2hunter2"), ("smtp.host", "a b"), ("smtp.port", "99999"), ("userId", "77"));
        Assert.Equal(BadRequest, mailbox.Status);
        Assert.All(["value=\"box@example.com\"", "value=\"99999\"", "is not the name of a server", "from 1 to 65535", "There is no user 77"], text => Assert.Contains(text, mailbox.Html, StringComparison.Ordinal));
        var webhook = await ada.PostAsync($"{Settings}/webhooks", ("url", "ftp://x<script>"), ("types", "flow_instance.assigned"), ("types", "nonsense"), ("ordered", "on"));
        Assert.Equal(BadRequest, webhook.Status);
        Assert.All(["value=\"ftp://x&lt;script&gt;\"", "value=\"flow_instance.assigned\" checked", "Should be one or more of"], text => Assert.Contains(text, webhook.Html, StringComparison.Ordinal));

        Assert.Equal(before, await app.Db.DumpAsync());
        app.Clock.Advance(TimeSpan.FromHours(13));
        var held = await ada.PostAsync($"{Settings}/mailboxes", ("address", "box@example.com"), ("password", "hunter2hunter2"));
        Assert.Contains("box@example.com", held.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", mailbox.Html + held.Html, StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_mailbox_is_added_paused_checked_and_removed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        await ada.GetAsync($"{Settings}/mailboxes/new");

        Assert.Equal(SeeOther, (await ada.PostAsync($"{Settings}/mailboxes", ("address", "box@example.com"), ("provider", "fastmail"), ("password", "hunter2hunter2"))).Status);
        var mailbox = (await app.GetAsync("/sluice/v1/mailboxes", await app.HasManageKeyAsync())).Json["mailboxes"]!.AsArray().Single()!;
        Assert.Equal(("smtp.fastmail.com", "active"), ((string)mailbox["smtp"]!["host"]!, (string)mailbox["state"]!));
        var path = $"{Settings}/mailboxes/{mailbox["id"]}";
        Assert.Equal((SeeOther, SeeOther, SeeOther), ((await ada.PostAsync($"{path}/pause")).Status, (await ada.PostAsync($"{path}/resume")).Status, (await ada.PostAsync($"{path}/remove")).Status));
        Assert.Equal(NotFound, (await ada.PostAsync($"{path}/remove")).Status);
        Assert.Empty((await app.GetAsync("/sluice/v1/mailboxes", await app.HasManageKeyAsync())).Json["mailboxes"]!.AsArray());

        var entries = await AuditAsync(app, "settings.mailboxes");
        Assert.Equal(["settings.mailboxes.remove", "settings.mailboxes.resume", "settings.mailboxes.pause", "settings.mailboxes"], entries.Select(one => (string)one["action"]!));
        Assert.Equal(($"mailbox {mailbox["id"]}", "Active", "box@example.com"), ((string)entries[3]["subject"]!, (string)entries[2]["before"]!["state"]!, (string)entries[3]["after"]!["address"]!));
        Assert.DoesNotContain("hunter2", await app.Db.DumpAsync(), StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_webhook_is_added_paused_and_what_failed_is_sent_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        await ada.GetAsync($"{Settings}/webhooks/new");

        var added = await ada.PostAsync($"{Settings}/webhooks", ("url", "http://127.0.0.1:9/a?b=c&d"), ("description", "CRM"), ("includeText", "on"));
        var secret = WebhookSecret().Match(added.Html).Groups[1].Value;
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        var id = (string)(await app.GetAsync("/sluice/v1/webhooks", await app.HasManageKeyAsync())).Json["webhooks"]!.AsArray().Single()!["id"]!;
        var path = $"{Settings}/webhooks/{id}";
        await FailAsync(app, long.Parse(id, System.Globalization.CultureInfo.InvariantCulture));

        var page = (await ada.GetAsync($"{path}?status=failed")).Html;
        Assert.Contains("no route to &lt;b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, page, StringComparison.Ordinal);
        Assert.Equal(SeeOther, (await ada.PostAsync($"{path}/deliveries/1/redeliver")).Status);
        Assert.Equal((NotFound, OK), ((await ada.PostAsync($"{path}/deliveries/99/redeliver")).Status, (await ada.GetAsync($"{path}?status=waiting")).Status));
        Assert.Equal((SeeOther, SeeOther), ((await ada.PostAsync($"{path}/redeliver")).Status, (await ada.PostAsync($"{path}/pause")).Status));
        Assert.Equal(Conflict, (await ada.PostAsync($"{path}/deliveries/1/redeliver")).Status); // Paused.
        Assert.DoesNotContain(secret, (await ada.PostAsync($"{path}/rotate-secret")).Html, StringComparison.Ordinal);
        Assert.Equal((SeeOther, SeeOther), ((await ada.PostAsync($"{path}/resume")).Status, (await ada.PostAsync($"{path}/remove")).Status));
        Assert.Equal(NotFound, (await ada.GetAsync(path)).Status);
        var entries = await AuditAsync(app, "settings.webhooks");
        Assert.Equal(
            ["remove", "resume", "rotate-secret", "pause", "redeliver", "deliveries.redeliver", "webhooks"],
            entries.Select(one => ((string)one["action"]!).Replace("settings.webhooks.", "", StringComparison.Ordinal).Replace("settings.", "", StringComparison.Ordinal)));
        Assert.Equal(($"webhook {id}", "true"), ((string)entries[3]["subject"]!, (string)entries[3]["before"]!["enabled"]!));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Nothing_of_another_company_is_shown_or_changed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var other = await app.HasTenantAsync("Globex");
        var theirs = await app.HasManageKeyAsync(other);
        var key = (await app.PostAsync("/sluice/v1/keys", new { name = "theirs", scopes = new[] { "api:flows:read" } }, theirs)).Json["key"]!["id"];
        var mailbox = (await app.PostAsync("/sluice/v1/mailboxes", new { address = "theirs@example.com", provider = "google", password = "p" }, theirs)).Json["mailbox"]!["id"];
        var webhook = (await app.PostAsync("/sluice/v1/webhooks", new { url = "https://theirs.example/" }, theirs)).Json["webhook"]!["id"];
        await app.PostAsync("/sluice/v1/oauth-apps", new { name = "theirs", redirectUris = new[] { "https://app.example/" } }, theirs);
        await app.PostAsync("/sluice/v1/rulesets", new { name = "theirs" }, theirs);
        await app.PostAsync("/sluice/v1/users", new { email = "theirs@example.com", firstName = "Theirs" }, theirs);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Any);
        await ada.GetAsync($"{Settings}/webhooks/new");
        var before = await app.Db.DumpAsync();

        foreach (var path in (string[])[$"keys/{key}/revoke", $"mailboxes/{mailbox}/pause", $"mailboxes/{mailbox}/remove", $"mailboxes/{mailbox}/check", $"webhooks/{webhook}/pause", $"webhooks/{webhook}/test", $"webhooks/{webhook}/rotate-secret", $"webhooks/{webhook}/remove", $"webhooks/{webhook}/redeliver", $"webhooks/{webhook}/deliveries/1/redeliver"])
        {
            Assert.Equal((path, NotFound), (path, (await ada.PostAsync($"{Settings}/{path}")).Status));
        }

        Assert.Equal(NotFound, (await ada.GetAsync($"{Settings}/webhooks/{webhook}")).Status);
        Assert.Equal(NotFound, (await ada.GetAsync($"{Settings}/webhooks/{webhook}/csv")).Status);
        foreach (var page in (string[])["keys", "mailboxes", "webhooks", "keys/csv", "mailboxes/csv", "webhooks/csv", "oauth-apps/csv", "rulesets/csv", "users/csv"])
        {
            Assert.DoesNotContain("theirs", (await ada.GetAsync($"{Settings}/{page}")).Html, StringComparison.Ordinal);
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    private static (string Key, string Secret, string Token) SecretsOf(string html) =>
        Shown().Matches(html).Select(match => match.Groups[1].Value).ToList() is [var key, var secret, var token] ? (key, secret, token) : throw new InvalidOperationException(html);

    private static async Task<List<JsonNode>> AuditAsync(TestApp app, string action) =>
        [.. (await app.GetAsync($"/sluice/v1/audit?action={action}", await app.HasManageKeyAsync())).Json["entries"]!.AsArray().Select(one => one!)];

    /// <summary>Adds a delivery that was given up.</summary>
    internal static async Task FailAsync(TestApp app, long webhookId)
    {
        var delivery = new Delivery(app.Tenant.Id, webhookId, 1, new(1, 1, app.NextId()), "opted_out", null, DeliveryStatus.Waiting, 0, app.Clock.GetUtcNow(), null, app.Clock.GetUtcNow());
        await new DeliveryStore(app.Db).AddAsync([delivery], CancellationToken.None);
        await new DeliveryStore(app.Db).SettleAsync(delivery, new DeliveryAnswer(null, "no route to <b>", null, TimeSpan.FromSeconds(1)), new Verdict(DeliveryStatus.Failed, null, null), app.Clock.GetUtcNow(), CancellationToken.None);
        await app.Db.ExecuteAsync($"update webhooks set last_delivery_id = 1 where company_id = {app.Tenant.Id} and id = {webhookId}", CancellationToken.None);
    }

    [GeneratedRegex("<code data-copy>([^<]+)</code>")]
    private static partial Regex Shown();

    [GeneratedRegex("<code data-copy>(whsec_[^<]+)</code>")]
    private static partial Regex WebhookSecret();
}
