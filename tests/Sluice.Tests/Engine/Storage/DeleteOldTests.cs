using Sluice.Engine.Instances;
using Sluice.Engine.Storage;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Storage;

/// <summary>Tests docs/delete-old.sql, which deletes old rows so that a database does not grow for ever.</summary>
public sealed class DeleteOldTests
{
    private static readonly string[] OfInstances = ["flow_instances", "instance_events", "step_ledger", "messages"];

    [Theory, EveryDatabase]
    public async Task What_ended_long_ago_is_deleted_and_the_rest_continues(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { PublicUrl = "https://sluice.example.com" });
        await app.CallEveryOperationAsync();
        var (flow, slow) = (await app.HasMailFlowAsync(), await app.HasMailFlowAsync());
        await app.HasStepAsync(slow, 3, "AUTO_SEND_EMAIL", 600 * 1440);
        var (old, goesOn) = (await app.HasInstanceWithSentMailAsync("003A", flow), await app.HasInstanceWithSentMailAsync("003B", slow));
        await app.ReceiveInboundAsync(new { type = "reply", messageId = "early@example.org", flowInstanceId = TestApp.Wire(old) });
        await app.UnassignAsync(old.Id);
        var link = await LinkAsync(app, old);
        app.Clock.Advance(TimeSpan.FromDays(400));
        var recent = await app.HasInstanceWithSentMailAsync("003C", flow);
        await app.ReceiveInboundAsync(new { type = "reply", messageId = "late@example.org", flowInstanceId = TestApp.Wire(recent) });
        await app.UnassignAsync(recent.Id);
        var (ofOld, ofOthers) = (await RowsAsync(app, old), (await RowsAsync(app, goesOn)).Concat(await RowsAsync(app, recent)));
        Assert.All(ofOld.Concat(ofOthers), rows => Assert.NotEqual(0, rows));

        await DeleteAsync(app);

        Assert.Equal([0, 0, 0, 0], await RowsAsync(app, old));
        Assert.Equal(ofOthers, (await RowsAsync(app, goesOn)).Concat(await RowsAsync(app, recent)));
        Assert.Equal(["late@example.org"], await app.Db.QueryAsync($"select message_id from inbound", row => row.GetString(0), CancellationToken.None));
        foreach (var table in (string[])["bulk_jobs", "bulk_items", "crm_requests"])
        {
            Assert.Equal((table, 0), (table, await CountAsync(app, new SqlText(table))));
        }

        Assert.Equal($"{goesOn.Id}", (string?)(await app.ListAsync("003A", "003B", "003C")).Json["prospectsAssigned"]!.AsArray().Single()!["flowInstanceId"]);
        foreach (var verb in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
        {
            using var request = new HttpRequestMessage(verb, link);
            using var response = await app.Client.SendAsync(request);
            Assert.Equal(NotFound, response.StatusCode); // Not a page that promises an unsubscribe and does nothing.
        }

        var before = await app.Db.DumpAsync();
        await DeleteAsync(app);
        Assert.Equal(before, await app.Db.DumpAsync());
        Assert.Single((await app.AssignAsync(flow, "003A")).Json["prospectsAssigned"]!.AsArray());
    }

    private static async Task DeleteAsync(TestApp app)
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("docs", "delete-old.sql"), CancellationToken.None);
        var before = app.Clock.GetUtcNow().AddDays(-365).ToUnixTimeMilliseconds();
        foreach (var statement in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await app.Db.ExecuteAsync($"{new SqlText(statement.Replace(":before", $"{before}", StringComparison.Ordinal))}", CancellationToken.None);
        }
    }

    private static async Task<string> LinkAsync(TestApp app, Run instance) => new Uri(
        (await app.ListMessagesAsync($"?flowInstanceId={TestApp.Wire(instance)}"))[0]!["headers"]!.AsArray()
            .Single(header => (string?)header!["name"] == "List-Unsubscribe")!["value"]!.ToString().Trim('<', '>')).AbsolutePath;

    /// <summary>Counts the rows of the instance in each table.</summary>
    private static async Task<List<int>> RowsAsync(TestApp app, Run instance)
    {
        var rows = new List<int>();
        foreach (var table in OfInstances)
        {
            var key = new SqlText(table == "flow_instances" ? "id" : "flow_instance_id");
            rows.AddRange(await app.Db.QueryAsync($"select count(*) from {new SqlText(table)} where company_id = {instance.CompanyId} and {key} = {instance.Id}", row => row.GetInt32(0), CancellationToken.None));
        }

        return rows;
    }

    private static async Task<int> CountAsync(TestApp app, SqlText table) => (await app.Db.QueryAsync($"select count(*) from {table}", row => row.GetInt32(0), CancellationToken.None)).Single();
}
