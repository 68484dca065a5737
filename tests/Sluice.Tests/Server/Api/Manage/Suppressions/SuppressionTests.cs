using System.Text.Json.Nodes;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Suppressions;

public sealed class SuppressionTests
{
    [Theory, EveryDatabase]
    public async Task Who_is_put_on_the_list_leaves_all_flows_until_they_are_let_in_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        foreach (var (address, kind) in new[] { ("SAM@x.example", "manual"), ("@X.example", "domain"), ("+1 555 010-0123", "do_not_contact"), ("sam@x.example", "unsubscribed") })
        {
            var crmId = $"{address} {kind}";
            await app.HasProspectWithEmailAsync(crmId, "sam@x.example", change: one => one with { PhoneNumber = "+15550100123" });
            var run = await app.HasInstanceAsync(crmId);

            var added = await author.PostAsync("suppressions", $$"""{"address":"{{address}}","reason":"Works there"{{(kind == "domain" ? "" : $",\"kind\":\"{kind}\"")}}}""");
            Assert.Equal(Created, added.Status);
            Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(run)).FinishReason);
            Assert.Equal(["Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, crmId)).Each("prospectsNotAssigned", "errorMessage"));
            var again = await author.PostAsync("suppressions", $$"""{"address":"{{address}}"{{(kind == "domain" ? "" : $",\"kind\":\"{kind}\"")}}}""");
            Assert.Equal((Created, (string?)added.Json["suppression"]!["id"]), (again.Status, (string?)again.Json["suppression"]!["id"]));

            var id = (string?)added.Json["suppression"]!["id"];
            var lifted = await author.DeleteAsync($"suppressions/{id}?reason=They%20asked");
            Assert.Equal((OK, "They asked"), (lifted.Status, (string?)lifted.Json["suppression"]!["liftedReason"]));
            (await author.DeleteAsync($"suppressions/{id}?reason=again")).ShouldRefuse(Conflict, "The entry was lifted before");
            Assert.Equal([crmId], (await app.AssignAsync(app.Tenant.Flow, crmId)).Each("prospectsAssigned", "crmProspectId"));
            await author.PostAsync($"flow-instances/{(await new RunStore(app.Db).FindOpenByProspectAsync(app.Tenant.Id, run.ProspectId, CancellationToken.None)).Single().Id}/finish");
        }
    }

    [Theory, EveryDatabase]
    public async Task The_list_says_since_when_by_whom_and_why(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "<u1@x.example>", from = "sam@x.example", reason = "Take me off" });
        await author.PostAsync("suppressions", """{"address":"@y.example"}""");

        var listed = (await author.GetAsync("suppressions")).Json["suppressions"]!.AsArray();

        Assert.Equal(["@y.example domain", "sam@x.example unsubscribed"], listed.Select(one => $"{one!["address"]} {one["kind"]}"));
        Assert.Equal(("u1@x.example", "Take me off", "an API key"), ((string?)listed[1]!["messageId"], (string?)listed[1]!["reason"], (string?)listed[1]!["by"]));
        Assert.Single((await author.GetAsync("suppressions?kind=domain")).Json["suppressions"]!.AsArray());
        Assert.Single((await author.GetAsync("suppressions?address=SAM%40x.example")).Json["suppressions"]!.AsArray());
        Assert.Single((await author.GetAsync($"suppressions?before={listed[0]!["id"]}")).Json["suppressions"]!.AsArray());
        await author.DeleteAsync($"suppressions/{listed[0]!["id"]}?reason=r");
        Assert.Single((await author.GetAsync("suppressions")).Json["suppressions"]!.AsArray());
        Assert.Equal(2, (await author.GetAsync("suppressions?lifted=true")).Json["suppressions"]!.AsArray().Count);
    }

    [Theory, EveryDatabase]
    public async Task An_erased_address_is_on_the_list_without_its_text(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("003", "sam@x.example");
        await app.EraseAsync("sam@x.example");
        await app.ErasuresEndAsync();

        var listed = (await (await Author.OfAsync(app)).GetAsync("suppressions")).Json["suppressions"]!.AsArray().Single()!;

        Assert.Equal(("erased", null), ((string?)listed["kind"], (string?)listed["address"]));
        Assert.DoesNotContain("erased", (string)(await (await Author.OfAsync(app)).GetAsync("suppressions/export")).Json["csv"]!, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task An_import_takes_the_good_rows_and_names_the_bad_ones(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasProspectWithEmailAsync("003", "b@x.example");
        var run = await app.HasInstanceAsync("003");
        const string Csv = "reason,address,kind\r\n\"Said \"\"no\"\",\r\ntwice\",a@x.example,unsubscribed\r\n,B@x.example\r\n,nobody,\r\n,c@x.example,angry\r\n\r\n,@z.example,domain\n,'+15550100,call_opt_out\n,a@x.example,unsubscribed\n,a@y.example,manual,more\n";

        var answer = await ImportAsync(author, Csv);

        answer.ShouldBe(OK, """
            {"added":4,"known":1,"failed":3,"faults":[
              {"line":5,"error":"address: should be an e-mail address, a phone number such as +15550100, or a domain such as @competitor.example, not nobody"},
              {"line":6,"error":"kind: should be one of manual, opted_out, unsubscribed, do_not_contact, call_opt_out, complaint, bounced, domain, not angry"},
              {"line":11,"error":"has 4 cells, and there are 3 columns"}]}
            """);
        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(run)).FinishReason);
        Assert.Equal(0, (int)(await ImportAsync(author, "address,kind,reason\r\nb@x.example\r\n@z.example")).Json["added"]!);
    }

    [Theory, EveryDatabase]
    public async Task What_is_exported_can_be_imported_and_no_cell_is_a_formula(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        foreach (var (address, reason) in new[] { ("@x.example", "=cmd|' /C calc'!A0"), ("+15550100", "-1, \"x\"\r\ny"), ("a@x.example", "plain"), ("=1@x.example", "+2") })
        {
            Assert.Equal(Created, (await author.PostAsync("suppressions", new JsonObject { ["address"] = address, ["reason"] = reason }.ToJsonString())).Status);
        }

        var (csv, before) = ("", "");
        do
        {
            var page = await author.GetAsync($"suppressions/export?limit=3{before}");
            csv += csv.Length == 0 ? (string)page.Json["csv"]! : ((string)page.Json["csv"]!).Split("\r\n", 2)[1];
            before = (string?)page.Json["before"] is { } id ? $"&before={id}" : "";
        }
        while (before.Length > 0);

        var rows = CsvText.Read(csv).ToList();
        Assert.Equal(["address", "kind", "since", "reason", "id"], rows[0].Cells);
        Assert.Equal(["=1@x.example", "a@x.example", "+15550100", "@x.example"], rows.Skip(1).Select(row => row.Cells[0]));
        Assert.DoesNotContain(csv.Split(["\r\n", ","], StringSplitOptions.None), cell => cell.TrimStart('"') is ['=' or '+' or '-' or '@', ..]);
        var other = await Author.OfAsync(app, await app.HasTenantAsync("Other"));
        Assert.Equal((4, 0), ((int)(await ImportAsync(other, csv)).Json["added"]!, (int)(await ImportAsync(other, csv)).Json["failed"]!));
        Assert.Equal(["+2", "plain", "-1, \"x\"\r\ny", "=cmd|' /C calc'!A0"], rows.Skip(1).Select(row => row.Cells[3]));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Faults_are_named_and_change_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var before = await app.Db.DumpAsync();

        (await author.PostAsync("suppressions", """{"address":"sam"}""")).ShouldRefuse(
            BadRequest, "address: should be an e-mail address, a phone number such as +15550100, or a domain such as @competitor.example, not sam");
        (await author.PostAsync("suppressions", """{"address":"@x.example","kind":"unsubscribed"}""")).ShouldRefuse(BadRequest, "address: a domain takes no kind but domain, not @x.example");
        Assert.Equal(BadRequest, (await author.PostAsync("suppressions", """{"address":"a@x.example","kind":"erased"}""")).Status);
        Assert.Equal(BadRequest, (await author.PostAsync("suppressions", """{"address":"+15550100","kind":"bounced"}""")).Status);
        Assert.Equal(BadRequest, (await author.PostAsync("suppressions", """{"adress":"a@x.example"}""")).Status);
        Assert.Equal(BadRequest, (await author.PostAsync("suppressions", $$"""{"address":"a@x.example","reason":"{{new string('x', 501)}}"}""")).Status);
        Assert.Equal(BadRequest, (await author.PostAsync("suppressions", "{\"address\":\"a\\u0000@x.example\"}")).Status);
        (await author.DeleteAsync("suppressions/7?reason=x")).ShouldRefuse(NotFound, "There is no such entry on the stop list");
        Assert.Equal(BadRequest, (await author.DeleteAsync("suppressions/7")).Status);
        foreach (var csv in (string[])["", "\r\n", "mail\r\na@x.example", "address,address\na@x.example,b@x.example", "address\n\"a@x.example", "address\na\"@x.example", "address\n\"a\"b", "address\n" + string.Concat(Enumerable.Repeat("a@x.example\n", 10_001))])
        {
            Assert.Equal(BadRequest, (await ImportAsync(author, csv)).Status);
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_list_of_another_company_is_not_seen_and_not_changed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (author, other) = (await Author.OfAsync(app), await Author.OfAsync(app, await app.HasTenantAsync("Other")));
        var id = (string?)(await author.PostAsync("suppressions", """{"address":"sam@x.example"}""")).Json["suppression"]!["id"];

        Assert.Empty((await other.GetAsync("suppressions")).Json["suppressions"]!.AsArray());
        Assert.Equal("address,kind,since,reason,id\r\n", (string?)(await other.GetAsync("suppressions/export")).Json["csv"]);
        Assert.Equal(NotFound, (await other.DeleteAsync($"suppressions/{id}?reason=x")).Status);
        Assert.Single((await author.GetAsync("suppressions")).Json["suppressions"]!.AsArray());
    }

    private static Task<Reply> ImportAsync(Author author, string csv) => author.PostAsync("suppressions/import", new JsonObject { ["csv"] = csv }.ToJsonString());
}
