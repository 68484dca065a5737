using Sluice.Cli;
using Sluice.Cli.Shared;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage.Setup;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Storage;

/// <summary>If the database cannot do something in time, the caller gets a 500 and the server logs why. Later everything continues by itself.</summary>
public sealed class BadLuckTests
{
    private const string OurFault = "Internal server error occurred";

    [Fact]
    public async Task An_unusable_database_setting_is_refused_at_start_with_one_sentence_and_no_secret()
    {
        foreach (var (database, reason) in new[]
        {
            ("Host=nowhere;Password=geheim;Maximum Pool Size=2", "Maximum Pool Size must be at least 3, not 2: Sluice reserves two connections for listings"),
            ("postgresql://me:geheim@nowhere/sluice?Maximum%20Pool%20Size=1", "Maximum Pool Size must be at least 3, not 1"),
            ("postgresql://me:ge#heim@nowhere:5432/sluice", "write # as %23"),
            ("postgresql://me:geheim@nowhere:port/sluice", "a URL such as"),
            ("mysql://me:geheim@nowhere/sluice", "The database must be a file path, a URL such as"),
            ("Database=sluice;Password=geheim", "The database must be a file path, a URL such as"),
            ("Data Source=geheim.db", "cannot use the database"),
        })
        {
            using var error = new StringWriter();
            Assert.Equal(ExitCode.Failed, await SluiceCommand.RunAsync(["serve", "--port", "0", "--database", database], error: error));
            Assert.Contains(reason, error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("heim", error.ToString(), StringComparison.Ordinal);
            Assert.Single(error.ToString().TrimEnd().Split('\n'));
        }
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task With_the_smallest_allowed_pool_all_of_many_calls_at_once_succeed(Database database)
    {
        await using var app = await StartAsync(database, "Maximum Pool Size=3");
        await app.CallEveryOperationAsync();
        var ids = await app.HasInstancesAsync(60);
        string[] crmIds = [.. (await app.HasProspectsAsync(60, "q")).Select(prospect => prospect.CrmId)];

        var replies = await Task.WhenAll(ids.Select((id, i) => (i % 3) switch
        {
            0 => app.UnassignAsync(id),
            1 => app.AssignAsync(app.Tenant.Flow, crmIds[i]),
            _ => app.ListAsync($"p{i}"),
        }));

        Assert.All(replies, reply => Assert.Equal(OK, reply.Status));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task With_no_connection_left_a_call_fails_after_the_time_out_and_later_all_works_again(Database database)
    {
        await using var app = await StartAsync(database, "Maximum Pool Size=3;Timeout=1;Command Timeout=30");
        var ids = await app.HasInstancesAsync(6);

        var waiting = await LockedAsync(app, async () =>
        {
            var removals = ids.ConvertAll(id => app.UnassignAsync(id));
            ShouldBeOurFault(app, await TestApp.EventuallyAsync(() => app.ListAsync("p0"), reply => reply.Status == InternalServerError)); // The removals had all connections.
            return removals;
        });

        var replies = await Task.WhenAll(waiting);
        Assert.Contains(replies, reply => reply.Status == InternalServerError); // The calls that got no connection.
        Assert.All(replies, reply => Assert.True(reply.Status is OK or InternalServerError, $"{reply.Status}"));

        // The look-ups may still be busy with opening new connections.
        var left = await TestApp.EventuallyAsync(() => app.ListAsync([.. Enumerable.Range(0, 6).Select(i => $"p{i}")]), reply => reply.Status == OK);
        Assert.Equal(replies.Count(reply => reply.Status != OK), left.Json["prospectsAssigned"]!.AsArray().Count);
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_statement_that_takes_too_long_is_cancelled_and_changes_nothing(Database database)
    {
        await using var app = await StartAsync(database, "Command Timeout=1");
        var instance = await app.HasInstanceAsync("ada");

        await LockedAsync(app, async () =>
        {
            await FailsAsync(app, () => app.UnassignAsync(instance.Id));
            return 0;
        });

        Assert.Single((await app.ListAsync("ada")).Json["prospectsAssigned"]!.AsArray());
        (await app.UnassignAsync(instance.Id)).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{instance.Id}}"] }""");
    }

    /// <summary>As if a node were suspended in the middle of its work.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_transaction_of_a_suspended_node_loses_its_locks(Database database)
    {
        await using var app = await StartAsync(database, "Command Timeout=30");
        var instance = await app.HasInstanceAsync("ada");
        await using var paused = OpenDatabase.At($"{app.Connection};Command Timeout=1");
        var (holds, standsStill) = (new TaskCompletionSource(), new TaskCompletionSource());
        var tries = 0;
        var lost = paused.InTransactionAsync(
            async tx =>
            {
                await tx.ExecuteAsync($"update flow_instances set step_order = 7", CancellationToken.None);
                holds.TrySetResult();
                await (tries++ == 0 ? standsStill.Task : Task.CompletedTask);
                return await tx.ExecuteAsync($"update flow_instances set step_order = 8 where {InstanceStatuses.IsOpen()}", CancellationToken.None);
            },
            CancellationToken.None);
        await holds.Task;
        (await app.UnassignAsync(instance.Id)).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{instance.Id}}"] }""");
        standsStill.SetResult();

        Assert.Equal((0, 2), (await lost, tries)); // The first attempt was rolled back, and all of it ran again.
    }

    private static async Task<TestApp> StartAsync(Database kind, string settings)
    {
        var database = await TestDatabase.CreateAsync(kind);
        var changed = new TestDatabase($"{database.Connection};{settings}", async () => await database.DisposeAsync());
        return await TestApp.StartAsync(kind, new TestOptions { Database = changed });
    }

    /// <summary>Runs the work while another session locks all flow instances.</summary>
    private static async Task<T> LockedAsync<T>(TestApp app, Func<Task<T>> work)
    {
        await using var other = OpenDatabase.At($"{app.Connection};Command Timeout=60;Application Name=other");
        return await other.InTransactionAsync(
            async tx =>
            {
                await tx.ExecuteAsync($"update flow_instances set step_order = step_order", CancellationToken.None);
                return await work();
            },
            CancellationToken.None);
    }

    private static async Task FailsAsync(TestApp app, Func<Task<Reply>> ask) => ShouldBeOurFault(app, await ask());

    private static void ShouldBeOurFault(TestApp app, Reply reply)
    {
        reply.ShouldRefuse(InternalServerError, OurFault);
        Assert.Contains(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(reply.RequestId, StringComparison.Ordinal));
    }
}
