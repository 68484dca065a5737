using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>The company, its users, rulesets and stop list, as an operator handles them.</summary>
public sealed class CompanySettingsTests
{
    private const string Settings = "/console/settings";

    private static readonly (string, string)[] Company =
    [
        ("timeZone", "Europe/Berlin"), ("coolOffDays", "7"), ("toDoExpiryDays", "45"), ("mailsPerSenderDay", "11"), ("mailsPerSenderWeek", "22"), ("mailsPerRecipientDay", "1"), ("mailsPerDomainDay", "0"),
        ("mailsPerCompanyDay", "500"), ("callsPerSecond", "3"), ("callsPerDay", "0"), ("unsubscribeLink", "on"),
    ];

    [Theory, EveryDatabase]
    public async Task The_company_is_changed_and_the_audit_says_what_it_was(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        Assert.Contains("value=\"America/Los_Angeles\"", (await ada.GetAsync(Settings)).Html, StringComparison.Ordinal);

        var wrong = await ada.PostAsync(Settings, [.. Company.Select(one => one.Item1 switch { "timeZone" => ("timeZone", "Mars/Olympus"), "toDoExpiryDays" => ("toDoExpiryDays", "7"), "callsPerDay" => ("callsPerDay", "many"), _ => one })]);
        Assert.Equal(BadRequest, wrong.Status);
        Assert.All(["value=\"Mars/Olympus\"", "id=\"timeZone-fault\"", "id=\"toDoExpiryDays-fault\"", "id=\"callsPerDay-fault\"", "value=\"many\""], text => Assert.Contains(text, wrong.Html, StringComparison.Ordinal));
        Assert.Equal(app.Tenant.Company.TimeZone, (await CompanyAsync(app)).TimeZone);

        Assert.Equal(SeeOther, (await ada.PostAsync(Settings, Company)).Status);
        var changed = await CompanyAsync(app);
        Assert.Equal(("Europe/Berlin", 7, 11, 500, true, false), (changed.TimeZone, changed.Admission.CoolOffDays, changed.Engine.Limits.SenderDay, changed.Engine.Limits.CompanyDay, changed.Engine.UnsubscribeLink, changed.Admission.MultipleFlowsAllowed));
        var entry = (await AuditAsync(app, "settings")).Single();
        Assert.Equal(("America/Los_Angeles", "Europe/Berlin", $"company {WireId.Write(app.Tenant.Id)}"), ((string)entry["before"]!["timeZone"]!, (string)entry["after"]!["timeZone"]!, (string)entry["subject"]!));
    }

    [Theory, EveryDatabase]
    public async Task A_ruleset_is_made_changed_and_removed_but_not_while_a_flow_has_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        Assert.Contains("value=\"on\" checked", (await ada.GetAsync($"{Settings}/rulesets/new")).Html, StringComparison.Ordinal); // As a flow without a ruleset behaves.

        Assert.Equal(SeeOther, (await ada.PostAsync($"{Settings}/rulesets", ("name", "Events <b>"), ("onReply", "stop"), ("replyToDo", "on"), ("onMeeting", "continue"))).Status);
        var made = (await new RulesetStore(app.Db).ListAsync(app.Tenant.Id, CancellationToken.None)).Single(one => one.Name == "Events <b>");
        Assert.Equal(("stop", true, "continue", false), (made.OnReply, made.ReplyToDo, made.OnMeeting, made.MeetingToDo));
        var twice = await ada.PostAsync($"{Settings}/rulesets", ("name", "Events <b>"), ("onReply", "stop"), ("onMeeting", "stop"));
        Assert.Equal((BadRequest, true), (twice.Status, twice.Html.Contains("id=\"name-fault\"", StringComparison.Ordinal)));

        var path = $"{Settings}/rulesets/{WireId.Write(made.Id)}";
        Assert.Contains("Events &lt;b&gt;", (await ada.GetAsync(path)).Html, StringComparison.Ordinal);
        Assert.Equal(SeeOther, (await ada.PostAsync(path, ("name", "Events"), ("onReply", "pause"), ("onMeeting", "pause"))).Status);
        await app.SendAsync(HttpMethod.Patch, $"/sluice/v1/flows/{WireId.Write(app.Tenant.Flow.Id)}", new StringContent("""{"ruleset":"Events"}""", System.Text.Encoding.UTF8, "application/json"), await app.HasManageKeyAsync());
        var used = await ada.PostAsync($"{path}/remove");
        Assert.Equal((Conflict, true), (used.Status, used.Html.Contains("A flow uses ruleset", StringComparison.Ordinal)));
        await app.SendAsync(HttpMethod.Patch, $"/sluice/v1/flows/{WireId.Write(app.Tenant.Flow.Id)}", new StringContent("""{"ruleset":null}""", System.Text.Encoding.UTF8, "application/json"), await app.HasManageKeyAsync());
        Assert.Equal((SeeOther, NotFound), ((await ada.PostAsync($"{path}/remove")).Status, (await ada.GetAsync(path)).Status));

        var entries = await AuditAsync(app, "settings.rulesets");
        Assert.Equal(["settings.rulesets.remove", "settings.rulesets", "settings.rulesets"], entries.Select(one => (string)one["action"]!));
        Assert.Equal(("Events <b>", "Events", $"ruleset {WireId.Write(made.Id)}"), ((string)entries[1]["before"]!["name"]!, (string)entries[1]["after"]!["name"]!, (string)entries[2]["subject"]!));
    }

    [Theory, EveryDatabase]
    public async Task An_address_is_put_on_the_stop_list_found_and_lifted_with_a_reason(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        Assert.Contains("The list is empty", (await ada.GetAsync($"{Settings}/stop-list")).Html, StringComparison.Ordinal);

        var wrong = await ada.PostAsync($"{Settings}/stop-list", ("address", "nobody"), ("kind", ""));
        Assert.Equal((BadRequest, true), (wrong.Status, wrong.Html.Contains("id=\"address-fault\"", StringComparison.Ordinal)));
        Assert.Equal(SeeOther, (await ada.PostAsync($"{Settings}/stop-list", ("address", "@competitor.example"), ("kind", ""), ("reason", "A <b>rival</b>"))).Status);
        var imported = await ada.PostAsync($"{Settings}/stop-list/import", ("csv", "address,reason\nzoe@example.org,\nnonsense,\n"));
        Assert.Equal((OK, true, true), (imported.Status, imported.Html.Contains("1 added, 0 were", StringComparison.Ordinal), imported.Html.Contains("1 row with a fault", StringComparison.Ordinal)));

        var entry = (await ListAsync(app)).Single(one => one.Kind == SuppressionKind.Domain);
        var found = (await ada.GetAsync($"{Settings}/stop-list?address=%40competitor.example&kind=domain")).Html;
        Assert.Contains("A &lt;b&gt;rival&lt;/b&gt;", found, StringComparison.Ordinal);
        Assert.Contains("by <bdi>ada", found, StringComparison.Ordinal);
        Assert.DoesNotContain("zoe@example.org", found, StringComparison.Ordinal);
        Assert.Contains("@competitor.example,domain,", (await ada.GetAsync($"{Settings}/stop-list/csv")).Html, StringComparison.Ordinal);

        var path = $"{Settings}/stop-list/{WireId.Write(entry.Id)}/lift";
        Assert.Equal(BadRequest, (await ada.PostAsync(path)).Status); // Nobody has said why.
        Assert.Equal((SeeOther, Conflict), ((await ada.PostAsync(path, ("reason", "Merged with us"))).Status, (await ada.PostAsync(path, ("reason", "again"))).Status));
        Assert.DoesNotContain("@competitor.example", (await ada.GetAsync($"{Settings}/stop-list")).Html.Split("<ul class=\"rows\">")[1], StringComparison.Ordinal);
        Assert.Contains("Lifted: <bdi>Merged with us", (await ada.GetAsync($"{Settings}/stop-list?lifted=on")).Html, StringComparison.Ordinal);
        var entries = await AuditAsync(app, "settings.stop-list");
        Assert.Equal(["settings.stop-list.lift", "settings.stop-list.import", "settings.stop-list"], entries.Select(one => (string)one["action"]!));
        Assert.Equal(("@competitor.example", "Merged with us"), ((string)entries[0]["before"]!["address"]!, (string)entries[0]["after"]!["reason"]!));
    }

    [Theory, EveryDatabase]
    public async Task A_user_is_changed_and_without_a_seat_the_own_flows_end(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        var path = $"{Settings}/users/{WireId.Write(app.Tenant.User.Id)}";
        Assert.Contains($"value=\"{TestApp.RepEmail}\"", (await ada.GetAsync(path)).Html, StringComparison.Ordinal);

        var wrong = await ada.PostAsync(path, ("email", "ada@example.com"), ("firstName", ""), ("timeZone", "UTC"), ("active", "on"));
        Assert.Equal(BadRequest, wrong.Status);
        Assert.All(["id=\"email-fault\"", "id=\"firstName-fault\""], text => Assert.Contains(text, wrong.Html, StringComparison.Ordinal));
        Assert.Equal(SeeOther, (await ada.PostAsync(path, ("email", TestApp.RepEmail), ("firstName", "Robin"), ("lastName", "Rep"), ("timeZone", "Asia/Tokyo"), ("senderAddress", "hello@example.com"), ("active", "on"))).Status);
        var user = (await ConsoleVisitor.UserAsync(app, TestApp.RepEmail))!;
        Assert.Equal(("Asia/Tokyo", "hello@example.com", false, true), (user.TimeZone, user.SenderAddress, user.HasSeat, user.Active));
        var entry = (await AuditAsync(app, "settings.users")).Single(one => (string)one["action"]! == "settings.users");
        Assert.Equal(("on", $"user {WireId.Write(user.Id)}"), ((string)entry["before"]!["hasSeat"]!, (string)entry["subject"]!));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Nothing_of_another_company_is_shown_or_changed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var other = await app.HasTenantAsync("Globex");
        var theirs = await app.HasManageKeyAsync(other);
        var ruleset = (string)(await app.PostAsync("/sluice/v1/rulesets", new { name = "Theirs" }, theirs)).Json["ruleset"]!["id"]!;
        var entry = (string)(await app.PostAsync("/sluice/v1/suppressions", new { address = "theirs@example.org" }, theirs)).Json["suppression"]!["id"]!;
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        await ada.GetAsync(Settings);
        var before = await app.Db.DumpAsync();

        foreach (var path in (string[])[$"rulesets/{ruleset}", $"users/{WireId.Write(other.User.Id)}"])
        {
            Assert.Equal((path, NotFound, NotFound), (path, (await ada.GetAsync($"{Settings}/{path}")).Status, (await ada.PostAsync($"{Settings}/{path}", ("name", "x"))).Status));
        }

        Assert.Equal((NotFound, NotFound), ((await ada.PostAsync($"{Settings}/rulesets/{ruleset}/remove")).Status, (await ada.PostAsync($"{Settings}/stop-list/{entry}/lift", ("reason", "x"))).Status));
        foreach (var path in (string[])["rulesets", "stop-list", "stop-list/csv", "users"])
        {
            Assert.DoesNotContain("heirs", (await ada.GetAsync($"{Settings}/{path}")).Html, StringComparison.Ordinal);
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    private static Task<Company> CompanyAsync(TestApp app) => new CompanyStore(app.Db).GetAsync(app.Tenant.Id, CancellationToken.None);

    private static Task<List<Suppression>> ListAsync(TestApp app) => new SuppressionStore(app.Db).ListAsync(app.Tenant.Id, null, null, true, null, 100, CancellationToken.None);

    private static async Task<List<JsonNode>> AuditAsync(TestApp app, string action) =>
        [.. (await app.GetAsync($"/sluice/v1/audit?action={action}", await app.HasManageKeyAsync())).Json["entries"]!.AsArray().Select(one => one!)];
}
