using System.Text;
using Sluice.Engine.Crm;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Crm;

/// <summary>Files as clients write them: one object on several lines, lines that end as on Windows, and an upload that is not there yet as a whole.</summary>
public sealed class CrmBatchTests
{
    [Theory, EveryDatabase]
    [Wire(UploadObjects, "inf", "Of several lines about one object the newest modifiedDate counts, and of equal ones the last line")]
    public async Task Of_lines_about_one_object_the_newest_counts_and_of_equal_ones_the_last(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);

        var done = await crm.UploadAsync(
            "LEAD",
            Line("newest-first", 3, "Right"), Line("newest-first", 1, "Wrong"), Line("newest-first", 2, "Wrong"),
            Line("equal", 2, "Wrong"), Line("equal", 2, "Right"),
            Line("deleted-first", 3, null), Line("deleted-first", 2, "Wrong"),
            Line("deleted-before", 1, null), Line("deleted-before", 2, "Right"),
            Line("deleted-at-once", 2, "Wrong"), Line("deleted-at-once", 2, null));

        Assert.Equal(("DONE", "11"), ((string?)done.Json["status"], done.Json["totalSuccessCount"]!.ToString()));
        var found = (await crm.ReadAsync("LEAD", """["newest-first","equal","deleted-first","deleted-before","deleted-at-once"]""")).Json["crmObjectsMap"]!.AsObject();
        Assert.Equal(["Right", "Right", null, "Right", null], found.Select(one => (string?)one.Value?["firstName"]));
        Assert.Equal([3, 2, 2], found.Where(one => one.Value is not null).Select(one => ((DateTime)one.Value!["modifiedDate"]!).Day));
        Assert.Equal(
            ["deleted-before", "equal", "newest-first"],
            await app.Db.QueryAsync($"select crm_id from prospects where deleted_at is null and first_name = 'Right' order by crm_id", row => row.GetString(0), CancellationToken.None));

        static string Line(string id, int day, string? name) =>
            $$"""{"objectId":"{{id}}","modifiedDate":"2026-02-0{{day}}T00:00:00Z",{{(name is null ? "\"isDeleted\":true" : $"\"firstName\":\"{name}\",\"emailAddress\":\"{id}@example.com\"")}}}""";
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "inf", "A file may begin with a byte order mark, its lines may end in CR LF, and lines without a letter are ignored")]
    public async Task Lines_may_end_in_cr_lf_and_the_file_may_begin_with_a_mark(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);

        var done = await crm.UploadBytesAsync("STAGE", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(string.Join("\r\n", """{"objectId":"a","name":"A"}""", "", "  \t", """ {"objectId":"b","name":"B"} """, "x", ""))]);

        done.ShouldBe(OK, """{ "status": "FAILED", "errors": [{ "line": 5, "description": "The line is not a JSON object" }], "totalErrorCount": 1, "totalSuccessCount": 2 }""");
        Assert.All((await crm.ReadAsync("STAGE", """["a","b"]""")).Json["crmObjectsMap"]!.AsObject(), one => Assert.NotNull(one.Value));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task What_an_upload_says_again_is_not_written_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = WriterProbe.Wrap });
        var (crm, probe) = (await CrmClient.RegisterAsync(app), (WriterProbe)app.Db);
        List<string> lines = [.. Enumerable.Range(0, 1000).Select(i => $$"""{"objectId":"l{{i}}","modifiedDate":"2026-02-01T00:00:00Z","emailAddress":"l{{i}}@example.com","title":"T"}""")];
        await crm.UploadAsync("LEAD", lines);
        probe.Take();

        lines[500] = lines[500].Replace("\"T\"", "\"New\"", StringComparison.Ordinal);
        var again = await crm.UploadAsync("LEAD", lines);

        Assert.Equal(("DONE", "1000"), ((string?)again.Json["status"], again.Json["totalSuccessCount"]!.ToString()));
        Assert.InRange(probe.Take().Sum(), 2 * lines.Count, (2 * lines.Count) + 100); // Each line comes and goes; of objects and prospects one row is written.
        Assert.Equal(1, await app.CountAsync("prospects where title = 'New'"));
    }

    /// <summary>The lines that a worker has read beside the transaction before wait for the one that changes the schema.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task Lines_that_were_read_by_an_older_schema_are_read_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        await crm.SetSchemaAsync("LEAD", """[{"uniqueName":"tier","label":"Tier","type":"STRING"}]""");
        var name = "";
        await app.Db.InTransactionAsync(
            async tx =>
            {
                var store = new CrmIntegrationStore(tx);
                var integration = (await store.LockAsync(app.Tenant.Id, long.Parse(crm.IntegrationId, System.Globalization.CultureInfo.InvariantCulture), CancellationToken.None))!;
                name = await crm.BeginUploadAsync("LEAD", """{"objectId":"a","modifiedDate":"2026-02-01T00:00:00Z","emailAddress":"a@example.com","tier":"gold"}"""u8.ToArray());
                await Eventually.UntilAsync(async () => (await app.Db.QueryAsync($"select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()", _ => 1, CancellationToken.None)).Count > 0);
                await store.SetFieldsAsync(integration, "LEAD", [CrmField.Parse(99, "tier", """{"uniqueName":"tier","label":"Tier","type":"NUMBER"}""")], CancellationToken.None);
            },
            CancellationToken.None);

        (await crm.WaitAsync(name)).ShouldBe(OK, """{ "status": "FAILED", "errors": [{ "line": 1, "description": "Field [tier] should be a number" }], "totalErrorCount": 1, "totalSuccessCount": 0 }""");
    }

    [Theory, EveryDatabase]
    [Wire(GetUploadStatus, "doc", "PENDING from the beginning of the upload on")]
    public async Task An_upload_that_still_arrives_is_pending(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var receiving = new CrmRequest(app.Tenant.Id, 17, "slow", 1, CrmObjectType.Lead, CrmRequest.Receiving, [], 0, 0, 0);
        await new CrmRequestStore(app.Db).AddAsync(receiving, app.Clock.GetUtcNow(), app.Clock.GetUtcNow().AddDays(1), CancellationToken.None);

        (await new CrmClient(app, "17").StatusAsync("slow")).ShouldBe(OK, """{ "status": "PENDING", "errors": [], "totalErrorCount": 0, "totalSuccessCount": 0 }""");
    }
}
