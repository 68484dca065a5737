using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Storage;

public sealed class DatabaseGoneTests
{
    private const string OurFault = "Internal server error occurred";

    [Theory, OnlyOn(Database.Postgres)]
    public async Task While_the_database_is_away_each_call_is_told_and_logged_and_then_all_goes_on(Database database)
    {
        var (cluster, connection) = await PostgresCluster.StartNewAsync();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Database = connection });
        var (ada, bob) = (await app.HasInstanceAsync("ada"), await app.HasInstanceAsync("bob"));
        (await app.UnassignAsync(ada.Id)).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{ada.Id}}"] }""");

        for (var round = 0; round < 2; round++)
        {
            await cluster.StopAsync();
            app.Clock.Advance(TimeSpan.FromSeconds(2)); // No key and no name is known from before.
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

    /// <summary>The server stays up through it; the clients keep on writing.</summary>
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
            var before = load.Answered;
            await Eventually.UntilAsync(() => load.Answered > before + 5 || running.IsCompleted);
            await cluster.StopAsync();
            await cluster.StartAsync();
        }

        await running;
        Assert.Equal(0, await server.TerminateAsync());
        await ReadyAsync(app);
        await load.VerifyAsync();
    }

    private static Task ReadyAsync(TestApp app) => Eventually.UntilAsync(async () => (await app.GetAsync("/ready")).Status == OK);
}
