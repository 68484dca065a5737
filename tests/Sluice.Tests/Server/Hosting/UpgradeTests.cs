using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Hosting;

/// <summary>Upgrades from the previous version to this one, one node at a time or all at once.</summary>
public sealed class UpgradeTests
{
    [Theory, EveryDatabase]
    public async Task An_older_node_is_not_ready_once_a_newer_one_has_migrated_but_still_serves_requests(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceAsync("ada");
        Assert.Equal(OK, (await app.GetAsync("/ready")).Status);

        await app.Db.ExecuteAsync($"insert into schema_versions (name, applied_at) values ({"Sluice.Storage.Migrations.9999_later.sql"}, {0})", CancellationToken.None);

        (await app.GetAsync("/ready")).ShouldRefuse(ServiceUnavailable, "The database schema does not match this program: run the matching version of Sluice");
        (await app.GetAsync("/health")).ShouldBe(OK, """{ "status": "ok" }""");
        (await app.UnassignAsync(instance.Id)).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{instance.Id}}"] }""");
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task Four_nodes_that_start_at_once_on_the_previous_schema_migrate_it_once(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        await Migrator.UpgradeAsync(db, [.. Migrator.Scripts.SkipLast(1)], TimeProvider.System, CancellationToken.None);
        var kept = await VersionsAsync(db);
        Assert.False(await Migrator.IsCurrentAsync(db, CancellationToken.None));

        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            TestApp.StartAsync(database, new TestOptions { Database = new TestDatabase(test.Connection, () => Task.CompletedTask) }))));

        foreach (var node in nodes)
        {
            await using var ending = node;
            Assert.Equal(OK, (await node.GetAsync("/ready")).Status);
        }

        Assert.Equal(kept, (await VersionsAsync(db)).SkipLast(1));
    }

    private static Task<List<(string Name, long At)>> VersionsAsync(Db db) =>
        db.QueryAsync($"select name, applied_at from schema_versions order by name", row => (row.GetString(0), row.GetInt64(1)), CancellationToken.None);
}
