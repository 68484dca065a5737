using System.Text;
using Sluice.Cli;
using Sluice.Engine.Primitives;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Privacy;

/// <summary>Erases a person who has left traces everywhere, then searches everything for the address, the name, the numbers and the texts.</summary>
public sealed class EraseEverythingTests
{
    private const string Sam = "sam.secret@mail.example";

    private static readonly string[] Words = [Sam, "SAM.SECRET", "Samantha", "Zwieback", "quince", "003SAM", "5550123", "555-0123"];

    private static readonly TestOptions Dev = new() { IsDev = true, PublicUrl = "https://sluice.example.com" };

    [Theory, EveryDatabase]
    [Wire(EraseByEmail, "doc", "Records with the address, mail, tasks and objects of the CRM go, in the background")]
    public async Task No_table_no_log_no_file_and_no_backup_holds_a_word_of_an_erased_person(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        await HasTracesAsync(app);
        var before = await app.Db.DumpAsync();
        Assert.All(Words, word => Assert.Contains(word, before, StringComparison.OrdinalIgnoreCase));
        var events = await app.CountAsync("instance_events");
        Assert.Contains(await app.RecordedTextAsync(), text => text.Contains("003SAM", StringComparison.Ordinal));

        var asked = await app.EraseAsync("Sam.Secret@mail.example");

        ShouldBeSilent("the tables", await app.Db.DumpAsync());
        ShouldBeSilent("the log", string.Join('\n', app.Logs.Lines));
        ShouldBeSilent("the request log", string.Join('\n', await app.RecordedTextAsync()));
        Assert.Contains(await app.RecordedTextAsync(), text => text.Contains(asked.RequestId, StringComparison.Ordinal)); // The request that asked for it stays, without the address.
        Assert.Equal(events, await app.CountAsync("instance_events")); // History keeps counts and dates.
        await SearchFilesAsync(app, database);
    }

    [Theory, EveryDatabase]
    public async Task What_belongs_to_others_stays(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var globex = await app.HasTenantAsync("Globex");
        await app.HasInstanceWithSentMailAsync("003SAM", await app.HasMailFlowAsync(of: globex), globex);
        await app.Db.ExecuteAsync($"update prospects set email = {Sam}, email_key = {Sam} where company_id = {globex.Id}", CancellationToken.None);
        await app.HasUserAsync(Sam, "Sam", "Colleague");
        await app.HasInstanceWithSentMailAsync("003BIG", await app.HasMailFlowAsync());
        await app.HasProspectWithEmailAsync("003BIG", $"big{Sam}");
        await HasTracesAsync(app);
        var theirs = await RowsAsync(app, WireId.Write(globex.Id));
        var big = await RowsAsync(app, "003BIG");

        await app.EraseAsync(Sam);

        Assert.Equal(theirs, await RowsAsync(app, WireId.Write(globex.Id)));
        Assert.Equal(big, await RowsAsync(app, "003BIG"));
        Assert.NotNull((await app.GetAsync("/v2/users")).Json["users"]!.AsArray().SingleOrDefault(user => (string?)user!["emailAddress"] == Sam));
        Assert.Equal(["Meal of erased"], await app.Db.QueryAsync($"select content from crm_objects where object_type = 'ACCOUNT'", row => (string)System.Text.Json.Nodes.JsonNode.Parse(row.GetString(0))!["name"]!, CancellationToken.None));
        Assert.Single((await app.FindDataAsync(Sam, globex)).Json["customerData"]!.AsArray());
    }

    [Theory, EveryDatabase]
    public async Task Overrides_that_other_prospects_share_stay_for_them(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        await app.HasProspectWithEmailAsync("a", "a@x.example");
        await app.HasProspectWithEmailAsync("b", "b@x.example");
        var body = new { flowId = WireId.Write(flow.Id), flowInstanceOwnerEmail = TestApp.RepEmail, crmProspectsIds = (string[])["a", "b"], overrides = new { steps = new[] { new { number = 1, body = "<p>Ours</p>" } } } };
        Assert.Equal(2, (await app.PostAsync("/v2/flows/prospects/assign", body)).Json["prospectsAssigned"]!.AsArray().Count);

        await app.EraseAsync("a@x.example");
        await app.RunAsync();
        Assert.Equal(["<p>Ours</p>"], await app.Db.QueryAsync($"select body from messages", row => row.GetString(0)[..11], CancellationToken.None));
        await app.EraseAsync("b@x.example");
        Assert.Equal(0, await app.CountAsync("assignment_terms"));
    }

    /// <summary>Leaves traces of a person in every table that holds people, and in the request log.</summary>
    private static async Task HasTracesAsync(TestApp app)
    {
        await app.HasObjectsAsync("CONTACT", $$"""{"objectId":"003SAM","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"Sam.Secret@mail.example","firstName":"Samantha","lastName":"Zwieback","phoneNumber":"+1 555-0123","note":"likes quinces"}""");
        await app.HasObjectsAsync("ACCOUNT", $$"""{"objectId":"001","modifiedDate":"2026-01-01T00:00:00Z","name":"Meal of {{Sam}}"}""");
        await app.Db.ExecuteAsync($"update crm_objects set fields = {$$"""{"1":"billed to {{Sam}}"}"""} where object_type = 'ACCOUNT'", CancellationToken.None);
        await app.HasWaitingLinesAsync("CONTACT", app.Clock.GetUtcNow().AddDays(1), $$"""{"objectId":"x","emailAddress":"{{Sam}}","firstName":"Samantha"}""", """{"objectId":"y","emailAddress":"y@mail.example"}""");
        await app.HasWaitingLinesAsync("DEAL", app.Clock.GetUtcNow().AddDays(1), $$"""{"objectId":"d","name":"{{Sam.Replace("@", "\\u0040", StringComparison.Ordinal)}}"}""");
        await app.Db.ExecuteAsync($"update crm_requests set errors = {$$"""[{"line":1,"description":"{{Sam}} is odd"}]"""}", CancellationToken.None);

        var flow = await app.HasMailFlowAsync(body: "<p>Hi {{recipient.first_name}}</p>");
        await app.HasStepAsync(flow, 3, "CALL");
        var assign = new
        {
            flowId = WireId.Write(flow.Id),
            flowInstanceOwnerEmail = TestApp.RepEmail,
            crmProspectsIds = (string[])["003SAM"],
            overrides = new { steps = new[] { new { number = 1, subject = "For Samantha", body = "<p>Of quinces, {{recipient.last_name}}</p>" } } },
            flowInstanceDescription = "Zwieback",
        };
        var instance = (string)(await app.PostAsync("/v2/flows/prospects/assign", assign)).Json["prospectsAssigned"]![0]!["flowInstanceId"]!;
        await app.RunAsync();
        Assert.Equal(1, await app.CountAsync($"messages where recipient like '%{Sam.Split('@')[1]}' and state = 'sent' and company_id = {app.Tenant.Id}"));
        await app.ReceiveInboundAsync(new { type = "reply", messageId = $"1.{Sam}", flowInstanceId = instance, reason = "I like quinces" });
        await app.HasUncertainTaskAsync(instance);
        await app.PostAsync("/v2/flows/prospects/bulk-assignments", new
        {
            flowId = WireId.Write(app.Tenant.Flow.Id),
            flowInstanceOwnerEmail = TestApp.RepEmail,
            prospects = new object[] { new { firstName = "Samantha", lastName = "Zwieback", email = Sam }, new { crmId = "003SAM", jobTitle = "quince" } },
        });
        await Eventually.UntilAsync(async () => await app.CountAsync("bulk_jobs where status <> 'COMPLETED'") == 0);
        await HasOldMailAsync(app);
    }

    /// <summary>A mail that left for the address of a record that has another address today.</summary>
    private static async Task HasOldMailAsync(TestApp app)
    {
        var old = await app.HasDueInstanceAsync("003NEW", await app.HasMailFlowAsync("Your {{recipient.last_name}}", "<p>{{recipient.first_name}}?</p>"));
        await app.HasProspectWithEmailAsync("003NEW", Sam, change: one => one with { FirstName = "Samantha", LastName = "Zwieback" });
        await app.RunAsync();
        Assert.Equal(OK, (await app.ReceiveInboundAsync(new { type = "bounce", bounce = "soft", messageId = "b@mail.example", flowInstanceId = TestApp.Wire(old), reason = $"{Sam} is full" })).Status);
        await app.HasProspectWithEmailAsync("003NEW", "new@mail.example");
    }

    private static void ShouldBeSilent(string where, string text) =>
        Assert.Equal([], Words.Where(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)).Select(word => $"{word} is in {where}: {Around(text, word)}"));

    private static string Around(string text, string word)
    {
        var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase);
        return text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 100)];
    }

    private static async Task SearchFilesAsync(TestApp app, Database database)
    {
        if (database == Database.Sqlite)
        {
            var backup = Path.Combine(Path.GetDirectoryName(app.Connection)!, "backup.db");
            Assert.Equal(0, await SluiceCommand.RunAsync(["backup", backup, "--database", app.Connection]));
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(app.Connection)!))
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var bytes = new MemoryStream();
                await stream.CopyToAsync(bytes, CancellationToken.None);
                ShouldBeSilent(Path.GetFileName(file), Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
            }
        }
    }

    private static async Task<string[]> RowsAsync(TestApp app, string of) =>
        [.. (await app.Db.DumpAsync(except: ["quota_days", "erasures", "suppressions"])).Split('\n').Where(row => row.Contains(of, StringComparison.Ordinal))];
}

file static class Traces
{
    /// <summary>Everything that the request log shows, one text for each request.</summary>
    public static async Task<List<string>> RecordedTextAsync(this TestApp app) =>
        [.. (await app.GetAsync("/sluice/v1/requests?limit=1000", await app.HasManageKeyAsync())).Json["requests"]!.AsArray().Select(request => request!.ToJsonString())];

    /// <summary>A task whose title has the subject of a mail.</summary>
    public static Task HasUncertainTaskAsync(this TestApp app, string instance) => app.Db.ExecuteAsync(
        $"update todos set title = 'Was this mail sent? Your quince', kind = 'uncertain_mail' where flow_instance_id = {WireId.Find(instance)}", CancellationToken.None);
}
