using System.Text;
using Sluice.Engine.Crm;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Crm;

/// <summary>A bad line never stops a good one, and a request never waits for ever.</summary>
public sealed class CrmIsolationTests
{
    private const string At = "\"modifiedDate\":\"2026-03-02T09:00:00Z\"";

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "inf", "A line that the database refuses is an error of that line; all other lines count")]
    public async Task A_line_that_the_database_refuses_is_told_and_stops_no_other(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        await app.Db.ExecuteAsync($"create unique index trap on prospects (title)", CancellationToken.None); // Refuses the second of two equal titles.

        // Line 1 takes the title, and five lines in two batches want it too.
        int[] refused = [2, 500, 501, 999, 1500];
        var lines = Enumerable.Range(1, 1600).Select(i => $$"""{"objectId":"l{{i}}",{{At}},"emailAddress":"l{{i}}@example.com","title":"{{(refused.Contains(i) ? "1" : i)}}"}""");
        var done = await crm.UploadAsync("LEAD", lines);

        Assert.Equal(refused.Select(i => $"{i}"), done.Each("errors", "line"));
        Assert.All(done.Each("errors", "description"), sentence => Assert.Equal("The line could not be stored", sentence));
        Assert.Equal(("FAILED", "5", "1595"), ((string?)done.Json["status"], done.Json["totalErrorCount"]!.ToString(), done.Json["totalSuccessCount"]!.ToString()));
        Assert.Equal([(1595L, 1595L, 0L)], await app.Db.QueryAsync(
            $"select (select count(*) from prospects), (select count(*) from crm_objects), (select count(*) from crm_upload_lines)", row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    [Wire(GetUploadStatus, "doc", "FAILED with line 0 for a fault that is none of a line; what was imported before stays counted")]
    public async Task A_worker_that_fails_in_the_same_way_three_times_says_so(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        await app.Db.ExecuteAsync($"alter table crm_objects rename to crm_objects_gone", CancellationToken.None);

        var name = await crm.BeginUploadAsync("ACCOUNT", Encoding.UTF8.GetBytes($"{{\"objectId\":\"1\",{At}}}\n"));
        for (var tries = 1; tries < 3; tries++)
        {
            await Eventually.UntilAsync(async () => (await FaultsAsync(app)).SingleOrDefault() == tries);
            Assert.Equal("IN_PROGRESS", (string?)(await crm.StatusAsync(name)).Json["status"]);
            app.Clock.Advance(TimeSpan.FromSeconds(6));
        }

        (await crm.WaitAsync(name)).ShouldBe(OK, """
            { "status": "FAILED", "errors": [{ "line": 0, "description": "The server failed three times in the same way; its log says why. Lines after 0 are not imported" }],
              "totalErrorCount": 1, "totalSuccessCount": 0 }
            """);
        await Eventually.UntilAsync(async () => await app.CountAsync("crm_upload_lines") == 0); // Nobody will read them.
        var key = await app.HasManageKeyAsync();
        await Eventually.UntilAsync(async () => (await app.GetAsync("/sluice/v1/events", key)).Text.Contains($"\"clientRequestId\":\"{name}\"", StringComparison.Ordinal)); // The feed says that the upload has ended. It shows an event only when all older transactions have ended, also those of other tests.
        await app.Db.ExecuteAsync($"alter table crm_objects_gone rename to crm_objects", CancellationToken.None);
        Assert.Equal("DONE", (string?)(await crm.UploadAsync("ACCOUNT", $$"""{"objectId":"1",{{At}}}""")).Json["status"]); // The worker lives.
    }

    [Theory, EveryDatabase]
    public async Task A_fault_that_passes_costs_an_upload_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        await app.Db.ExecuteAsync($"alter table crm_objects rename to crm_objects_gone", CancellationToken.None);
        var name = await crm.BeginUploadAsync("ACCOUNT", Encoding.UTF8.GetBytes($"{{\"objectId\":\"1\",{At}}}\n"));
        await Eventually.UntilAsync(async () => (await FaultsAsync(app)).SingleOrDefault() == 1);

        await app.Db.ExecuteAsync($"alter table crm_objects_gone rename to crm_objects", CancellationToken.None);
        app.Clock.Advance(TimeSpan.FromSeconds(6));

        (await crm.WaitAsync(name)).ShouldBe(OK, """{ "status": "DONE", "errors": [], "totalErrorCount": 0, "totalSuccessCount": 1 }""");
        Assert.Equal(0, await app.CountAsync("crm_requests where fault_count <> 0")); // The next fault is the first again.
    }

    /// <summary>Only PostgreSQL tells a missing table from a missing column.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task Faults_of_different_kinds_do_not_add_up_to_three(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        await app.Db.ExecuteAsync($"alter table crm_objects rename to crm_objects_gone", CancellationToken.None);
        var name = await crm.BeginUploadAsync("ACCOUNT", Encoding.UTF8.GetBytes($"{{\"objectId\":\"1\",{At}}}\n"));
        await FailsAsync(1);
        await FailsAsync(2);

        await app.Db.ExecuteAsync($"alter table crm_objects_gone rename to crm_objects", CancellationToken.None);
        await app.Db.ExecuteAsync($"alter table crm_objects rename column content to content_gone", CancellationToken.None);
        await FailsAsync(1);
        await FailsAsync(2);
        await app.Db.ExecuteAsync($"alter table crm_objects rename column content_gone to content", CancellationToken.None);
        app.Clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal("DONE", (string?)(await crm.WaitAsync(name)).Json["status"]);

        async Task FailsAsync(int times)
        {
            app.Clock.Advance(TimeSpan.FromSeconds(6));
            await Eventually.UntilAsync(async () => (await FaultsAsync(app)).SingleOrDefault() == times);
        }
    }

    [Theory, EveryDatabase]
    [Wire(DeleteIntegration, "doc", "All objects of the integration go; the flow instances of its contacts and leads end")]
    public async Task The_removal_of_an_integration_takes_all_its_objects(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        await crm.SetSchemaAsync("LEAD", """[{"uniqueName":"tier","label":"Tier","type":"STRING"}]""");
        await crm.UploadAsync("LEAD", Enumerable.Range(0, 1100).Select(i => $$"""{"objectId":"l{{i}}",{{At}},"emailAddress":"l{{i}}@example.com","tier":"gold"}"""));
        await crm.UploadAsync("STAGE", """{"objectId":"s","name":"S"}""");
        await app.HasProspectAsync("of-nobody");
        Assert.Equal(2, (await app.AssignAsync(app.Tenant.Flow, "l0", "of-nobody")).Each("prospectsAssigned", "crmProspectId").Count());

        (await crm.RemoveAsync("gone")).ShouldBe(OK, """{ "status": "DONE", "errors": [], "totalErrorCount": 0, "totalSuccessCount": 1 }""");

        Assert.Equal([(0L, 0L, 1L)], await app.Db.QueryAsync(
            $"select (select count(*) from crm_objects), (select count(*) from crm_fields), (select count(*) from prospects where deleted_at is null)", row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), CancellationToken.None));
        Assert.Equal(["of-nobody"], (await app.ListAsync("l0", "of-nobody")).Each("prospectsAssigned", "crmProspectId"));
        (await crm.ReadAsync("LEAD", "[]")).ShouldRefuse(BadRequest, $"Integration not found: integrationId={crm.IntegrationId}");
    }

    [Theory, EveryDatabase]
    public async Task A_removal_leaves_what_the_next_integration_has(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        await crm.UploadAsync("LEAD", [.. Enumerable.Range(0, 2000).Select(i => Lead($"old{i}")), Lead("both")]);

        // The worker of the removal and the upload may meet in any order.
        await app.SendAsync(HttpMethod.Delete, $"/v2/crm/integrations?integrationId={crm.IntegrationId}&clientRequestId=gone");
        var next = await CrmClient.RegisterAsync(app);
        Assert.Equal("DONE", (string?)(await next.UploadAsync("LEAD", Lead("both"))).Json["status"]);
        Assert.Equal("DONE", (string?)(await crm.WaitAsync("gone")).Json["status"]);

        Assert.Equal(["both"], (await app.AssignAsync(app.Tenant.Flow, "both", "old0", "old1999")).Each("prospectsAssigned", "crmProspectId"));
    }

    /// <summary>The same, in the order that would lose something: the worker gets to the removal after the upload.</summary>
    [Theory, EveryDatabase]
    public async Task A_removal_that_runs_late_leaves_what_the_next_integration_has(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        await crm.UploadAsync("LEAD", Lead("old"), Lead("both"));
        await app.Db.ExecuteAsync($"alter table crm_objects rename to crm_objects_gone", CancellationToken.None);
        await app.SendAsync(HttpMethod.Delete, $"/v2/crm/integrations?integrationId={crm.IntegrationId}&clientRequestId=gone");
        await Eventually.UntilAsync(async () => (await FaultsAsync(app)).SingleOrDefault() == 1);
        await app.Db.ExecuteAsync($"alter table crm_objects_gone rename to crm_objects", CancellationToken.None);

        var next = await CrmClient.RegisterAsync(app);
        Assert.Equal("DONE", (string?)(await next.UploadAsync("LEAD", Lead("both"))).Json["status"]);
        app.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("DONE", (string?)(await crm.WaitAsync("gone")).Json["status"]);

        Assert.Equal(["both"], (await app.AssignAsync(app.Tenant.Flow, "both", "old")).Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "inf", "An upload whose integration is removed meanwhile is FAILED, with line 0")]
    public async Task An_upload_of_a_removed_integration_fails(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var upload = new CrmRequest(app.Tenant.Id, 17, "late", 1, CrmObjectType.Lead, CrmRequest.Receiving, [], 0, 0, 0);
        await app.Db.InTransactionAsync(
            async tx =>
            {
                var (requests, now) = (new CrmRequestStore(tx), app.Clock.GetUtcNow());
                await requests.AddAsync(upload, now, now, CancellationToken.None);
                await requests.AddLinesAsync(upload, [new CrmLine(1, Lead("late"))], now, CancellationToken.None);
                Assert.True(await requests.MarkReceivedAsync(upload, CancellationToken.None));
            },
            CancellationToken.None);

        (await new CrmClient(app, "17").WaitAsync("late")).ShouldBe(OK, """
            { "status": "FAILED", "errors": [{ "line": 0, "description": "The integration was removed" }], "totalErrorCount": 1, "totalSuccessCount": 0 }
            """);
        await Eventually.UntilAsync(async () => await app.CountAsync("crm_upload_lines") == 0 && (await app.Db.QueryAsync($"select 1 from crm_requests where client_request_id <> 'late'", _ => 1, CancellationToken.None)).Count == 0);
    }

    /// <summary>A sibling: a row that failed made all later rows of its job fail.</summary>
    [Theory, EveryDatabase]
    [Wire(BeginBulk, "inf", "A row that the database refuses is FLOW_ASSIGNMENT_FAILED; all other rows are done")]
    public async Task A_row_of_a_bulk_assignment_that_the_database_refuses_stops_no_other(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.Db.ExecuteAsync($"create unique index trap on prospects (title)", CancellationToken.None);

        var rows = Enumerable.Range(1, 5).Select(i => new { firstName = "A", lastName = $"{i}", email = $"a{i}@example.com", jobTitle = i == 3 ? "1" : $"{i}" });
        var job = await app.PostAsync("/v2/flows/prospects/bulk-assignments", new { flowId = $"{app.Tenant.Flow.Id}", flowInstanceOwnerEmail = TestApp.RepEmail, prospects = rows });
        var done = await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/flows/prospects/bulk-assignments/{job.Json["id"]}"), reply => (string?)reply.Json["status"] == "COMPLETED");

        Assert.Equal(["ASSIGNED", "ASSIGNED", "FLOW_ASSIGNMENT_FAILED", "ASSIGNED", "ASSIGNED"], done.Each("results", "status"));
        Assert.Equal("The row could not be done", (string?)done.Json["results"]![2]!["errorMessage"]);
    }

    private static string Lead(string id) => $$"""{"objectId":"{{id}}",{{At}},"emailAddress":"{{id}}@example.com"}""";

    private static Task<List<int>> FaultsAsync(TestApp app) =>
        app.Db.QueryAsync($"select fault_count from crm_requests where status = 'IN_PROGRESS'", row => row.GetInt32(0), CancellationToken.None);
}
