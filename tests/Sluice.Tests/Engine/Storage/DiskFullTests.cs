using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Storage;

[Slow]
public sealed class DiskFullTests
{
    private const string OurFault = """{"errors":["Internal server error occurred"]}""";

    [Theory, EveryDatabase]
    public async Task A_full_disk_fails_the_writes_that_do_not_fit_and_nothing_else(Database database)
    {
        var disk = SmallDisk.Mount(mebibytes: 32);
        await using var app = await TestApp.StartAsync(database, new TestOptions { Database = await PlaceAsync(disk, database) });
        var kept = await app.HasInstanceAsync("ada");
        string[] crmIds = [.. (await app.HasProspectsAsync(200)).Select(prospect => prospect.CrmId)];

        var flows = new Queue<Flow>();
        for (var i = 0; i < 100; i++)
        {
            flows.Enqueue(await app.HasFlowAsync($"Flow {i}"));
        }

        for (var round = 0; round < 2; round++)
        {
            disk.Fill();
            await UseUpAsync(app, flows, crmIds);
            var flow = flows.Dequeue();
            var before = await app.Db.DumpAsync();

            var refused = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => app.AssignAsync(flow, crmIds))));

            Assert.All(refused, reply => Assert.Equal((InternalServerError, OurFault), (reply.Status, reply.Body)));
            Assert.All(refused, reply => Assert.Contains(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(reply.RequestId, StringComparison.Ordinal)));
            Assert.Equal(before, await app.Db.DumpAsync());
            Assert.Equal($"{kept.Id}", (string?)(await app.ListAsync("ada")).Json["prospectsAssigned"]![0]!["flowInstanceId"]);
            Assert.Equal(OK, (await app.GetAsync("/ready")).Status);

            disk.MakeRoom();
            var reply = await app.AssignAsync(flow, crmIds);
            Assert.Equal((OK, 200), (reply.Status, reply.Json["prospectsAssigned"]!.AsArray().Count));
        }

        await app.RestartAsync();
        Assert.Equal(["ok"], await CheckAsync(app.Db));
        Assert.Single((await app.ListAsync("ada")).Json["prospectsAssigned"]!.AsArray());
    }

    /// <summary>In this case PostgreSQL stops, and somebody has to start it again.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task If_PostgreSQL_has_no_room_for_its_log_no_answered_write_is_lost(Database database)
    {
        var disk = SmallDisk.Mount(mebibytes: 64);
        var (cluster, place) = await PostgresCluster.StartNewLoggingOnAsync(disk);
        var impatient = new TestDatabase($"{place.Connection};Command Timeout=3", async () => await place.DisposeAsync());
        await using var app = await TestApp.StartAsync(database, new TestOptions { Database = impatient });
        var ids = await app.HasInstancesAsync(2000);
        await app.Db.ExecuteAsync($"create table ballast (text text)", CancellationToken.None);

        disk.Fill();
        var replies = new List<(long Id, Reply Reply)>();
        var filling = Assert.ThrowsAnyAsync<Exception>(() => FillLogAsync(app.Db));
        foreach (var id in ids.TakeWhile(_ => replies.Count(one => one.Reply.Status != OK) < 3))
        {
            replies.Add((id, await app.UnassignAsync(id)));
        }

        await filling;
        Assert.All(replies.Where(one => one.Reply.Status != OK), one => Assert.Equal((InternalServerError, OurFault), (one.Reply.Status, one.Reply.Body)));
        Assert.Contains(replies, one => one.Reply.Status == OK);
        (await app.GetAsync("/ready")).ShouldRefuse(ServiceUnavailable, "The database does not answer");

        await Eventually.UntilAsync(() => !cluster.Runs);
        disk.MakeRoom();
        await cluster.StartAsync();
        await Eventually.UntilAsync(async () => (await app.GetAsync("/ready")).Status == OK);
        var closed = await app.Db.QueryAsync($"select id from flow_instances where {InstanceStatuses.IsEnded()}", row => row.GetInt64(0), CancellationToken.None);
        Assert.Superset(replies.Where(one => one.Reply.Status == OK).Select(one => one.Id).ToHashSet(), closed.ToHashSet());
        Assert.Equal(OK, (await app.UnassignAsync(ids[^1])).Status);
    }

    /// <summary>Writes data that cannot be compressed, until no room is left.</summary>
    private static async Task FillLogAsync(Db db)
    {
        for (var i = 0; i < 100; i++)
        {
            await db.ExecuteAsync($"insert into ballast select string_agg(gen_random_uuid()::text, '') from generate_series(1, 50000) n group by n % 1000", CancellationToken.None);
        }
    }

    /// <summary>Checks that the database is intact. PostgreSQL can check an index only with its extension amcheck, which Debian includes.</summary>
    private static Task<List<string>> CheckAsync(Db db) => db.Dialect.IsShared
        ? db.InTransactionAsync(CheckIndexesAsync, CancellationToken.None)
        : db.QueryAsync($"pragma integrity_check", row => row.GetString(0), CancellationToken.None);

    private static async Task<List<string>> CheckIndexesAsync(IDbSession tx)
    {
        await tx.ExecuteAsync($"create extension if not exists amcheck", CancellationToken.None);
        return await tx.QueryAsync(
            $"select 'ok' from (select count(bt_index_check(indexrelid, true)) from pg_index where indrelid = 'flow_instances'::regclass) checked",
            row => row.GetString(0),
            CancellationToken.None);
    }

    private static async Task<TestDatabase> PlaceAsync(SmallDisk disk, Database database)
    {
        if (database == Database.Postgres)
        {
            return await PostgresCluster.StartNewOnAsync(disk);
        }

        return new TestDatabase(Path.Combine(disk.Folder, "test.db"), () =>
        {
            disk.Unmount();
            return Task.CompletedTask;
        });
    }

    /// <summary>Writes until no room is left: the files still have free space inside, and checkpoints of the log free some more.</summary>
    private static async Task UseUpAsync(TestApp app, Queue<Flow> flows, string[] crmIds)
    {
        for (var failures = 0; failures < 5;)
        {
            if ((await app.AssignAsync(flows.Peek(), crmIds)).Status == OK)
            {
                flows.Dequeue();
                failures = 0;
            }
            else
            {
                failures++;
                await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System);
            }
        }
    }
}
