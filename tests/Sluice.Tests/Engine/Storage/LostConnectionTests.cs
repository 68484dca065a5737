using Npgsql;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage.Setup;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Storage;

/// <summary>
/// A transaction that loses its connection before its commit runs again. If it loses the connection at its commit, the server asks PostgreSQL
/// whether it was committed. Nothing is done twice.
/// </summary>
public sealed class LostConnectionTests
{
    private const string OurFault = "Internal server error occurred";

    [Theory, OnlyOn(Database.Postgres)]
    public async Task Connections_that_were_lost_in_the_pool_fail_no_call(Database database)
    {
        var connection = await TestDatabase.CreateAsync(database);
        await using var killer = OpenDatabase.At(connection.Connection);
        var doomed = new TestDatabase($"{connection.Connection};Application Name=doomed", async () => await connection.DisposeAsync());
        await using var app = await TestApp.StartAsync(database, new TestOptions { Database = doomed });
        var ids = await app.HasInstancesAsync(10);

        foreach (var id in ids)
        {
            await killer.QueryAsync($"select pg_terminate_backend(pid) from pg_stat_activity where application_name = {"doomed"}", _ => 0, CancellationToken.None);
            Assert.Equal(OK, (await app.ListAsync("p0")).Status);
            (await app.UnassignAsync(id)).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{id}}"] }""");
        }
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_commit_that_never_reached_PostgreSQL_is_repeated_and_has_one_effect(Database database)
    {
        await using var test = await CutTest.StartAsync(database);
        var id = (await test.App.HasInstanceAsync("ada")).Id;

        test.Connections.CutBefore(commits: 2);

        (await test.App.UnassignAsync(id)).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{id}}"] }""");
        Assert.Equal((0, 1), (test.Connections.Left, await test.RemovedAsync(id)));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_commit_whose_answer_was_lost_is_reported_as_done_and_not_repeated(Database database)
    {
        await using var test = await CutTest.StartAsync(database);
        var id = (await test.App.HasInstanceAsync("ada")).Id;

        test.Connections.CutAfter(commits: 1);

        (await test.App.UnassignAsync(id)).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{id}}"] }""");
        Assert.Equal((0, 1), (test.Connections.Left, await test.RemovedAsync(id)));
    }

    /// <summary>As after a crash of PostgreSQL, which may have given the transaction's number to another transaction since.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_commit_whose_outcome_cannot_be_found_out_is_an_error_and_not_repeated(Database database)
    {
        await using var test = await CutTest.StartAsync(database);
        var id = (await test.App.HasInstanceAsync("ada")).Id;
        await test.App.Db.ExecuteAsync($"delete from server_era", CancellationToken.None);

        test.Connections.CutAfter(commits: 1);
        var reply = await test.App.UnassignAsync(id);

        reply.ShouldRefuse(InternalServerError, OurFault);
        Assert.Contains(test.App.Logs.Lines, line => line.Contains(reply.RequestId, StringComparison.Ordinal) && line.Contains("outcome is unknown", StringComparison.Ordinal));
        Assert.Equal((0, 1), (test.Connections.Left, await test.RemovedAsync(id)));

        var next = (await test.App.HasInstanceAsync("bob")).Id;
        test.Connections.CutAfter(commits: 1);
        (await test.App.UnassignAsync(next)).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{next}}"] }""");
    }

    private sealed class CutTest(TestApp app, ConnectionCutter connections) : IAsyncDisposable
    {
        public TestApp App => app;

        public ConnectionCutter Connections => connections;

        public static async Task<CutTest> StartAsync(Database kind)
        {
            var database = await TestDatabase.CreateAsync(kind);
            var connections = new ConnectionCutter(new NpgsqlConnectionStringBuilder(database.Connection).Host!);
            var through = new TestDatabase($"{database.Connection};Host=127.0.0.1;Port={connections.Port};Max Auto Prepare=0", async () => await database.DisposeAsync());
            return new CutTest(await TestApp.StartAsync(kind, new TestOptions { Database = through }), connections);
        }

        public async Task<long> RemovedAsync(long id) => (await app.Db.QueryAsync(
            $"select count(*) from instance_events where flow_instance_id = {id} and kind = {InstanceEvent.Removed}", row => row.GetInt64(0), CancellationToken.None)).Single();

        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            connections.Dispose();
        }
    }
}
