using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Storage;

/// <summary>The connection names two members that replicate, the standby first. The standby lags behind, so its data is old.</summary>
[Slow]
public sealed class StandbyTests
{
    [Theory, OnlyOn(Database.Postgres)]
    public async Task The_server_reads_nothing_from_a_standby_so_that_no_decision_uses_old_data(Database database)
    {
        var (primary, members) = await PostgresCluster.StartNewAsync();
        var (standby, behind) = await primary.AddStandbyAsync();
        var both = new TestDatabase($"Host={standby.Folder},{primary.Folder};Target Session Attributes=primary;Username=postgres;Database=postgres;Maximum Pool Size=16", async () =>
        {
            await behind.DisposeAsync();
            await members.DisposeAsync();
        });
        await using var app = await TestApp.StartAsync(database, new TestOptions { Database = both });
        await using var old = OpenDatabase.At(behind.Connection);
        await app.HasProspectAsync("ada");
        await Eventually.UntilAsync(async () => await CountAsync(old, "pg_tables where tablename = 'prospects'") == 1 && await CountAsync(old, "prospects") == 1);
        await old.QueryAsync($"select pg_wal_replay_pause()", _ => 0, CancellationToken.None);
        var before = await ReadsAsync(old);

        for (var round = 0; round < 2; round++)
        {
            var assigned = await app.AssignAsync(app.Tenant.Flow, "ada");
            var id = (string)assigned.Json["prospectsAssigned"]![0]!["flowInstanceId"]!;
            Assert.Empty((await app.AssignAsync(app.Tenant.Flow, "ada")).Json["prospectsAssigned"]!.AsArray()); // According to the standby, ada is in no flow.
            Assert.Equal(id, (string?)(await app.ListAsync("ada")).Json["prospectsAssigned"]![0]!["flowInstanceId"]);
            (await app.UnassignAsync(long.Parse(id))).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{id}}"] }""");
            (await app.UnassignAsync(long.Parse(id))).ShouldBe(OK, """{ "unassignedFlowInstanceIds": [] }""");
            (await app.ListAsync("ada")).ShouldBe(OK, """{ "prospectsAssigned": [] }""");
        }

        await app.CallEveryOperationAsync();
        Assert.Equal(before, await ReadsAsync(old));
        Assert.Equal(0, await CountAsync(old, "flow_instances"));
    }

    /// <summary>How often anybody has read a table of Sluice on that member.</summary>
    private static async Task<long> ReadsAsync(Db db)
    {
        await db.QueryAsync($"select pg_stat_force_next_flush()", _ => 0, CancellationToken.None);
        return (await db.QueryAsync($"select cast(coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0) as bigint) from pg_stat_user_tables", row => row.GetInt64(0), CancellationToken.None)).Single();
    }

    private static async Task<long> CountAsync(Db db, string of) =>
        (await db.QueryAsync($"select count(*) from {new SqlText(of)}", row => row.GetInt64(0), CancellationToken.None)).Single();
}
