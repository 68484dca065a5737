using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.Engine.OAuth;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>Applications that ask for access, and what is brought in and taken out as files.</summary>
public sealed partial class DataPagesTests
{
    private const string Settings = "/console/settings";
    private const string Apps = $"{Settings}/oauth-apps";
    private const string Flows = $"{Settings}/data/flows";

    [Theory, EveryDatabase]
    public async Task An_application_is_registered_with_a_secret_that_is_shown_once_and_ended(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        Assert.Contains("No application yet.", (await ada.GetAsync(Apps)).Html, StringComparison.Ordinal);
        await ada.GetAsync($"{Apps}/new");

        var wrong = await ada.PostAsync(Apps, ("name", "Typed & kept"), ("redirectUris", "https://app.example/ok\r\njavascript:alert(1)"), ("scopes", "api:flows:read"));
        Assert.Equal(BadRequest, wrong.Status);
        Assert.All(["value=\"Typed &amp; kept\"", "javascript:alert(1)</textarea>", "id=\"redirectUris-fault\"", "value=\"api:flows:read\" checked"], text => Assert.Contains(text, wrong.Html, StringComparison.Ordinal));
        var made = await ada.PostAsync(Apps, ("name", "App <b>"), ("redirectUris", "https://app.example/a\r\nhttps://app.example/b\r\n"), ("scopes", "api:flows:read"));
        var (id, secret) = Shown().Matches(made.Html).Select(match => match.Groups[1].Value).ToList() is [var first, var second] ? (first, second) : throw new InvalidOperationException(made.Html);
        var list = (await ada.GetAsync(Apps)).Html;
        Assert.All(["App &lt;b&gt;", id, "https://app.example/b", "api:flows:read"], text => Assert.Contains(text, list, StringComparison.Ordinal));
        Assert.DoesNotContain(secret, list + await app.Db.DumpAsync(), StringComparison.Ordinal);

        var known = await new OAuthAppStore(app.Db, acceptDevOnly: false).ListAsync(app.Tenant.Id, CancellationToken.None);
        Assert.Equal((id, "api:flows:read"), (known.Single().ClientId, known[0].Scopes.Single()));
        var theirs = (await app.PostAsync("/sluice/v1/oauth-apps", new { name = "Theirs", redirectUris = new[] { "https://theirs.example/" } }, await app.HasManageKeyAsync(await app.HasTenantAsync("Globex")))).Json["app"]!["id"];
        Assert.Equal(NotFound, (await ada.PostAsync($"{Apps}/{theirs}/remove")).Status);
        Assert.Equal((SeeOther, NotFound), ((await ada.PostAsync($"{Apps}/{WireId.Write(known[0].Id)}/remove")).Status, (await ada.PostAsync($"{Apps}/{WireId.Write(known[0].Id)}/remove")).Status));
        var entries = await AuditAsync(app, "settings.oauth-apps");
        Assert.Equal(["settings.oauth-apps.remove", "settings.oauth-apps"], entries.Select(one => (string)one["action"]!));
        Assert.Equal(("App <b>", $"oauth-app {WireId.Write(known[0].Id)}"), ((string)entries[0]["before"]!["name"]!, (string)entries[1]["subject"]!));
    }

    [Theory, EveryDatabase]
    public async Task Flows_are_taken_out_looked_at_and_brought_back_as_a_file(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        await app.HasFlowAsync("Autumn");
        await ada.GetAsync($"{Settings}/data");
        var file = await ada.GetAsync(Flows);
        Assert.Equal(("application/yaml", true), (file.Type!.MediaType, file.Html.Contains("name: Autumn", StringComparison.Ordinal)));
        var changed = Bytes(file.Html.Replace("name: Autumn", "name: Winter & <b>", StringComparison.Ordinal));
        var before = await app.Db.DumpAsync();

        foreach (var (bytes, status, sentence) in new[]
        {
            (Bytes("kind: flow\nname: X\nfoldr: Y\n"), BadRequest, "file:3:1: unknown field `foldr`"), (Bytes("a: [b"), BadRequest, "File:"), (Bytes(""), BadRequest, "There is no flow, folder or ruleset in it"),
            ([0x6b, 0xff, 0xfe], BadRequest, "not in UTF-8"), (changed, OK, "Nothing is changed yet"),
        })
        {
            var reply = await ada.PostFileAsync(Flows, bytes, null, ("prune", "on"), ("do", "check"));
            Assert.Equal((sentence, status), (sentence, reply.Status));
            Assert.Contains(sentence, reply.Html, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(Forbidden, (await ada.PostFileAsync(Flows, changed, "no token", ("do", "apply"))).Status);
        Assert.Equal(Forbidden, (await ada.PostFileAsync($"{Settings}/stop-list", changed)).Status); // This form has no file.
        Assert.Equal(before, await app.Db.DumpAsync());
        var done = await ada.PostFileAsync(Flows, changed, null, ("do", "apply"));
        Assert.Equal((OK, true), (done.Status, done.Html.Contains("Winter &amp; &lt;b&gt;", StringComparison.Ordinal)));
        Assert.Equal((1, 1), (await app.CountAsync("flows where name = 'Winter & <b>'"), await app.CountAsync("flows where name = 'Autumn' and deleted_at is null"))); // Not pruned.
        Assert.Equal(["settings.data.flows"], (await AuditAsync(app, "settings.data")).Select(one => (string)one["action"]!));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Files_with_people_and_with_addresses_are_brought_in_and_calendars_are_shown(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        await app.HasFlowAsync("At night", change: flow => flow with { Window = new(0, 360, 0b1100000) });

        await ada.GetAsync("/console/people/import");
        var file = Bytes("\uFEFFemail,first name\r\nzoe@example.org,Zoë\r\n" + string.Concat(Enumerable.Range(0, 3000).Select(at => $"p{at}@example.org,Somebody\r\n"))); // Longer than other forms may be.
        Assert.Contains("Import 3,001 rows", (await ada.PostFileAsync("/console/people/import", file, null, ("do", "check"))).Html, StringComparison.Ordinal);
        Assert.Contains("The people are stored.", (await ada.PostFileAsync("/console/people/import", file, null, ("do", "import"))).Html, StringComparison.Ordinal);
        Assert.Equal("Zoë", (await new ProspectStore(app.Db).FindAsync(app.Tenant.Id, ["zoe@example.org"], CancellationToken.None)).Single().Prospect.FirstName);
        var all = (await ada.GetAsync("/console/people/csv")).Html;
        Assert.Equal((3002, true), (all.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length, all.StartsWith("crmId,email,firstName,", StringComparison.Ordinal)));
        Assert.Contains("As they were</dt><dd>3,001", (await ada.PostFileAsync("/console/people/import", Bytes(all), null, ("do", "check"))).Html, StringComparison.Ordinal);
        Assert.Equal("crmId,email,firstName,lastName,title,company,phone,timeZone,kind\r\nzoe@example.org,zoe@example.org,Zoë,,,,,,CONTACT\r\n", (await ada.GetAsync("/console/people/csv?q=zo")).Html);
        Assert.Equal(BadRequest, (await ada.PostFileAsync("/console/people/import", [0xff, 0xfe], null, ("do", "check"))).Status);

        await ada.GetAsync($"{Settings}/stop-list/import");
        Assert.Contains("1 added", (await ada.PostFileAsync($"{Settings}/stop-list/import", Bytes("address\nrival@example.com\n"))).Html, StringComparison.Ordinal);
        Assert.Equal(BadRequest, (await ada.PostFileAsync($"{Settings}/stop-list/import", [0xff, 0xfe])).Status);
        var calendars = (await ada.GetAsync($"{Settings}/calendars")).Html;
        Assert.Contains("Sat Sun, 00:00 to 06:00", calendars, StringComparison.Ordinal);
        Assert.Contains("At night", calendars, StringComparison.Ordinal);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<List<JsonNode>> AuditAsync(TestApp app, string action) =>
        [.. (await app.GetAsync($"/sluice/v1/audit?action={action}", await app.HasManageKeyAsync())).Json["entries"]!.AsArray().Select(one => one!)];

    [GeneratedRegex("<code data-copy>([^<]+)</code>")]
    private static partial Regex Shown();
}
