using System.Net;
using Sluice.Engine.Companies;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;
using Sluice.Server.Dev.Seed;

namespace Sluice.Tests.Server.Dev.Seed;

/// <summary>Tests the demo company in the database and through the API.</summary>
[Slow]
public sealed class DemoSeedTests
{
    private const int Seed = 1;

    [Theory, EveryDatabase]
    public async Task The_same_seed_gives_the_same_data_byte_for_byte(Database database)
    {
        var one = await SowAndDumpAsync(database, Seed);

        Assert.Equal(one, await SowAndDumpAsync(database, Seed));
        Assert.NotEqual(one, await SowAndDumpAsync(database, Seed + 1));
    }

    [Theory, EveryDatabase]
    public async Task A_demo_company_that_exists_already_is_left_unchanged(Database database)
    {
        await using var app = await StartAsync(database);
        var first = await SeedAsync(app.Db, Seed);
        await app.UnassignAsync(1234361284629356);
        await new CompanyStore(app.Db).UpdateAsync(first.Company with { Name = "Renamed" }, CancellationToken.None);
        var before = await app.Db.DumpAsync();

        var again = await SeedAsync(app.Db, Seed);

        Assert.Equal(before, await app.Db.DumpAsync());
        Assert.True(first.IsNew);
        Assert.False(again.IsNew);
        Assert.Equal("Renamed", again.Company.Name);
        Assert.Equal(first.Credentials, again.Credentials);
    }

    [Theory, EveryDatabase]
    public async Task Two_seeds_make_two_companies_in_one_database(Database database)
    {
        await using var app = await StartAsync(database);
        await SeedAsync(app.Db, Seed);
        var companies = await CountAsync(app.Db, "companies");

        Assert.True((await SeedAsync(app.Db, Seed + 1)).IsNew);
        Assert.Equal(companies + 1, await CountAsync(app.Db, "companies"));
    }

    [Theory, EveryDatabase]
    public async Task A_random_key_is_shown_once_and_is_never_the_same(Database database)
    {
        await using var app = await StartAsync(database);

        var first = await DemoSeed.RunAsync(app.Db, Seed, DemoSecrets.Random(), CancellationToken.None);
        var other = await DemoSeed.RunAsync(app.Db, Seed + 1, DemoSecrets.Random(), CancellationToken.None);
        var again = await DemoSeed.RunAsync(app.Db, Seed, DemoSecrets.Random(), CancellationToken.None);

        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/v2/workspaces", first.Credentials)).Status);
        Assert.NotEqual(first.Credentials, other.Credentials);
        Assert.NotEqual(first.Company.CursorKey, other.Company.CursorKey);
        Assert.Null(again.Credentials);
    }

    [Theory, EveryDatabase]
    public async Task A_key_that_does_not_belong_to_the_company_is_not_shown(Database database)
    {
        await using var app = await StartAsync(database);
        await DemoSeed.RunAsync(app.Db, Seed, DemoSecrets.Random(), CancellationToken.None);

        Assert.Null((await SeedAsync(app.Db, Seed)).Credentials);
    }

    [Theory, EveryDatabase]
    public async Task Every_row_of_the_demo_company_is_stored(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = await OpenAsync(test);
        await SeedAsync(db, Seed);

        Assert.Equal(
            [("workspaces", 2), ("users", 130), ("folders", 3), ("flows", 10), ("prospects", 300), ("flow_instances", 180), ("api_keys", 1)],
            await Task.WhenAll(new[] { "workspaces", "users", "folders", "flows", "prospects", "flow_instances", "api_keys" }
                .Select(async table => (table, await CountAsync(db, table)))));
        var dataset = DemoDataset.Build(Seed, "");
        Assert.Equal(dataset.Runs.Events.Count, await CountAsync(db, "instance_events"));
        Assert.Equal(dataset.Runs.ToDos.Count, await CountAsync(db, "todos"));
        Assert.Equal(
            dataset.Runs.Instances.Select(one => (one.OwnerId, one.FlowId)).Distinct().Count(), await CountAsync(db, "recent_assignments"));
    }

    [Theory, EveryDatabase]
    public async Task The_published_example_of_listing_works_as_printed(Database database)
    {
        await using var app = await StartAsync(database);
        var demo = await SeedAsync(app.Db, Seed);

        var reply = await app.PostAsync("/v2/flows/prospects", new { crmProspectsIds = new[] { "a5V1Q00A120DP4CVAW" } }, demo.Credentials);

        reply.ShouldBe(HttpStatusCode.OK, """
            {
              "prospectsAssigned": [
                {
                  "flowId": "1695493301223590792",
                  "flowName": "SDR Flow",
                  "crmProspectId": "a5V1Q00A120DP4CVAW",
                  "flowInstanceId": "1234361284629356",
                  "flowInstanceOwnerEmail": "test@test.com",
                  "flowInstanceOwnerFullName": "Test User",
                  "flowInstanceCreateDate": "2019-01-20T00:00:00-08:00",
                  "flowInstanceStatus": "Running",
                  "workspaceId": "623457276584334",
                  "exclusive": true
                }
              ]
            }
            """);
    }

    [Theory, EveryDatabase]
    public async Task The_published_example_of_unassigning_works_as_printed(Database database)
    {
        await using var app = await StartAsync(database);
        var demo = await SeedAsync(app.Db, Seed);

        var reply = await app.PostAsync(
            "/v2/flows/prospects/unassign-flows-by-instance-id",
            new { flowInstanceIds = new[] { "1234361284629356", "234599484848423" }, unassignedByUserEmail = "test@test.com" },
            demo.Credentials);

        reply.ShouldBe(HttpStatusCode.OK, """{"unassignedFlowInstanceIds":["1234361284629356","234599484848423"]}""");
    }

    [Theory, EveryDatabase]
    public async Task The_demo_user_sees_every_flow_of_the_company_and_three_more(Database database)
    {
        await using var app = await StartAsync(database);
        var demo = await SeedAsync(app.Db, Seed);

        var flows = (await app.GetAsync("/v2/flows?flowOwnerEmail=test@test.com", demo.Credentials)).Json["flows"]!.AsArray();

        Assert.Equal(
            ["Company", "Company", "Company", "Company", "Company", "Personal", "Shared", "Shared"],
            flows.Select(flow => flow!["visibility"]!.GetValue<string>()).Order());
    }

    /// <summary>The first users have a seat: who tries things out takes those.</summary>
    [Theory, EveryDatabase]
    public async Task The_users_need_two_pages(Database database)
    {
        await using var app = await StartAsync(database);
        var demo = await SeedAsync(app.Db, Seed);

        var first = await app.GetAsync("/v2/users", demo.Credentials);
        var second = await app.GetAsync($"/v2/users?cursor={first.Json["records"]!["cursor"]}", demo.Credentials);

        Assert.Equal((100, 30), (first.Each("users", "id").Count(), second.Each("users", "id").Count()));
        Assert.Contains("test@test.com", first.Each("users", "emailAddress").Take(3));
        Assert.Null(second.Json["records"]!["cursor"]);
    }

    [Theory, EveryDatabase]
    public async Task The_published_key_works_only_on_the_stand_in(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var demo = await SeedAsync(app.Db, Seed);

        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync("/v2/workspaces", demo.Credentials)).Status);
    }

    private static Task<TestApp> StartAsync(Database database) => TestApp.StartAsync(database, new TestOptions { IsDev = true, Limits = false });

    private static Task<DemoCompany> SeedAsync(Db db, int seed) => DemoSeed.RunAsync(db, seed, DemoSecrets.Published(seed), CancellationToken.None);

    private static async Task<string> SowAndDumpAsync(Database database, int seed)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = await OpenAsync(test);
        await SeedAsync(db, seed);
        return await db.DumpAsync(except: "schema_versions");
    }

    private static async Task<Db> OpenAsync(TestDatabase test)
    {
        await Migrator.UpgradeAsync(test.Db, TimeProvider.System, CancellationToken.None);
        return test.Db;
    }

    private static async Task<long> CountAsync(Db db, string table) =>
        (await db.QueryAsync($"select count(*) from {new SqlText(table)}", row => row.GetInt64(0), CancellationToken.None)).Single();
}
