using System.Net;
using Sluice.Engine.Companies;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Storage;

[Slow]
public sealed class DatabaseGoneTests
{
    private const string OurFault = "Internal server error occurred";

    [Theory, OnlyOn(Database.Postgres)]
    public async Task While_the_database_is_down_each_call_fails_and_is_logged_and_afterwards_all_works_again(Database database)
    {
        var (cluster, connection) = await PostgresCluster.StartNewAsync();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Database = connection });
        var (ada, bob) = (await app.HasInstanceAsync("ada"), await app.HasInstanceAsync("bob"));
        (await app.UnassignAsync(ada.Id)).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{ada.Id}}"] }""");

        for (var round = 0; round < 2; round++)
        {
            await cluster.StopAsync(politely: round == 1);
            app.Clock.Advance(TimeSpan.FromSeconds(2)); // No key and no name is cached any more.
            foreach (var ask in new Func<Task<Reply>>[] { () => app.ListAsync("ada", "bob"), () => app.UnassignAsync(bob.Id), () => app.GetAsync("/v2/workspaces") })
            {
                var reply = await ask();
                reply.ShouldRefuse(InternalServerError, OurFault);
                Assert.Contains(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(reply.RequestId, StringComparison.Ordinal));
            }

            (await app.GetAsync("/ready")).ShouldRefuse(ServiceUnavailable, "The database does not answer");
            (await app.GetAsync("/health")).ShouldBe(OK, """{ "status": "ok" }""");

            await cluster.StartAsync();
            await ReadyAsync(app);
            var open = (await app.ListAsync("ada", "bob")).Json["prospectsAssigned"]!.AsArray();
            Assert.Equal($"{bob.Id}", (string?)Assert.Single(open)!["flowInstanceId"]);
        }

        (await app.UnassignAsync(ada.Id, bob.Id)).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{bob.Id}}"] }""");
    }

    /// <summary>A client that gets 429 waits, tries again and believes that it called too often. Here it did nothing wrong.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task While_the_database_is_down_no_call_is_refused_because_of_a_limit(Database database)
    {
        var (cluster, connection) = await PostgresCluster.StartNewAsync();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Database = connection });
        var limited = await app.HasTenantAsync("Limited", limits: new CompanyLimits(3, 5));
        Assert.Equal(OK, (await app.GetAsync("/v2/workspaces", limited.Key)).Status); // From now on its key and its number of calls today are cached.
        await cluster.StopAsync();

        foreach (var later in new[] { 0, 0, 0, 0, 0, 0, 2, 2 }) // More calls than both limits allow; then its key is no longer cached.
        {
            app.Clock.Advance(TimeSpan.FromSeconds(later));
            (await app.GetAsync("/v2/workspaces", limited.Key)).ShouldRefuse(InternalServerError, OurFault);
        }

        await cluster.StartAsync();
        await ReadyAsync(app);
        Assert.Equal([OK, OK, OK, TooManyRequests], await StatusesAsync(app, limited.Key));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_server_that_is_stopped_while_the_database_is_down_ends_normally(Database database)
    {
        var (cluster, connection) = await PostgresCluster.StartNewAsync();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Database = connection });
        var counted = await app.HasTenantAsync("Counted", limits: new CompanyLimits(0, 5));
        Assert.Equal(OK, (await app.GetAsync("/v2/workspaces", counted.Key)).Status);
        await cluster.StopAsync();
        Assert.Equal(InternalServerError, (await app.GetAsync("/v2/workspaces", counted.Key)).Status); // The number of calls is not saved yet.

        await app.RestartAsync(cluster.StartAsync);

        Assert.Equal(OK, (await app.GetAsync("/v2/workspaces", counted.Key)).Status);
        Assert.Contains(app.Logs.Lines, line => line.Contains("are lost", StringComparison.Ordinal));
    }

    private static async Task<List<HttpStatusCode>> StatusesAsync(TestApp app, ApiKeyCredentials key)
    {
        var statuses = new List<HttpStatusCode>();
        for (var call = 0; call < 4; call++)
        {
            statuses.Add((await app.GetAsync("/v2/workspaces", key)).Status);
        }

        return statuses;
    }

    /// <summary>Meanwhile the server keeps running and the clients keep writing.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_database_that_crashes_under_load_loses_no_answered_write(Database database)
    {
        var (cluster, connection) = await PostgresCluster.StartNewAsync();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Database = connection });
        var load = await WriteLoad.OfAsync(app, groups: 400);
        await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection);

        var running = load.RunAsync(server);
        for (var crash = 0; crash < 2; crash++)
        {
            var (before, refused) = (load.Answered, load.Refused.Count);
            await Eventually.UntilAsync(() => load.Answered > before + 5 || running.IsCompleted);
            await cluster.StopAsync(politely: crash == 1);
            await Eventually.UntilAsync(() => load.Refused.Count > refused || running.IsCompleted);
            await cluster.StartAsync();
        }

        await running;
        Assert.Equal(0, await server.TerminateAsync());
        Assert.All(load.Refused, requestId => Assert.Contains(server.Errors, line => line.Contains(requestId, StringComparison.Ordinal)));
        await ReadyAsync(app);
        await load.VerifyAsync();
    }

    private static Task ReadyAsync(TestApp app) => Eventually.UntilAsync(async () => (await app.GetAsync("/ready")).Status == OK);
}
