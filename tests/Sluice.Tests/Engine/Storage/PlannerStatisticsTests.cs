using Sluice.Engine.Storage.Setup;
using Sluice.Server.Dev.Seed;

namespace Sluice.Tests.Engine.Storage;

public sealed class PlannerStatisticsTests
{
    /// <summary>PostgreSQL keeps a plan while the table grows. A plan that reads all rows is quick at first, and later slower than all other statements of a call together.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_table_that_is_empty_when_the_others_are_analyzed_is_read_by_its_index(Database kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.Db;
        await Migrator.UpgradeAsync(db, TimeProvider.System, CancellationToken.None);
        await DemoSeed.RunAsync(db, 1, DemoSecrets.Published(1), CancellationToken.None);

        await PlannerStatistics.AnalyzeAsync(db, CancellationToken.None);

        var plan = await db.QueryAsync($"explain select status from idempotency_keys where company_id = {1} and key_hash = {"one"}", row => row.GetString(0), CancellationToken.None);
        Assert.Contains(plan, line => line.Contains("idempotency_keys_pkey", StringComparison.Ordinal));
        Assert.True((await db.QueryAsync($"select reltuples from pg_class where oid = 'prospects'::regclass", row => row.GetFloat(0), CancellationToken.None)).Single() > 0);
    }
}
