using Sluice.Engine.Instances;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Engine.Instances;

/// <summary>How the database keeps the number of open flow instances. That it is right over ninety days is tested in <c>CountTests</c>.</summary>
public sealed class OpenCountTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, EveryDatabase]
    public async Task An_upgrade_counts_what_is_there_and_what_comes_after_it(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        await Migrator.UpgradeAsync(test.Db, [.. Migrator.Scripts.TakeWhile(script => !script.Contains("0044_open_counts", StringComparison.Ordinal))], TimeProvider.System, None);
        foreach (var (id, status) in new[] { 0, 1, 1, 2, 3, 5 }.Index())
        {
            await InsertAsync(test.Db, id, status);
        }

        await Migrator.UpgradeAsync(test.Db, TimeProvider.System, None);
        Assert.Equal([(InstanceStatus.Pending, 1), (InstanceStatus.Running, 2), (InstanceStatus.Paused, 1)], await KeptAsync(test.Db));

        await InsertAsync(test.Db, 10, 0);
        await InsertAsync(test.Db, 11, 4);
        await test.Db.ExecuteAsync($"update flow_instances set status = 5 where id in (1, 4)", None);
        await test.Db.ExecuteAsync($"delete from flow_instances where id in (0, 5)", None);
        Assert.Equal([(InstanceStatus.Pending, 1), (InstanceStatus.Running, 1), (InstanceStatus.Paused, 1)], await KeptAsync(test.Db));
    }

    /// <summary>Two transactions change instances of two flows in another order, and each waits for the other's end: rows that they shared would be a deadlock.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task Two_transactions_that_count_the_same_flows_do_not_wait_for_each_other(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        await Migrator.UpgradeAsync(test.Db, TimeProvider.System, None);
        foreach (var id in Enumerable.Range(0, 4))
        {
            await InsertAsync(test.Db, id, 1, flowId: 7 + (id % 2));
        }

        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        Task RunAsync(int one, int other, TaskCompletionSource mine, Task theirs) => test.Db.InTransactionAsync(
            async tx =>
            {
                await tx.ExecuteAsync($"update flow_instances set status = 2 where id = {(long)one}", None);
                mine.TrySetResult();
                await theirs;
                await tx.ExecuteAsync($"update flow_instances set status = 2 where id = {(long)other}", None);
            },
            None);

        await Task.WhenAll(RunAsync(0, 1, first, second.Task), RunAsync(3, 2, second, first.Task)).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal([(InstanceStatus.Paused, 2), (InstanceStatus.Paused, 2)], await KeptAsync(test.Db));
        Assert.Equal([0, 1], await test.Db.QueryAsync($"select distinct slot from open_counts order by slot", row => row.GetInt32(0), None)); // After a deadlock, it would have been done again, in one slot.
    }

    private static async Task<List<(InstanceStatus, long)>> KeptAsync(Db db)
    {
        Assert.Empty(await new OverviewStore(db).CompareOpenAsync(1, None));
        return (await new OverviewStore(db).CountOpenAsync(1, [7, 8], None)).ConvertAll(one => (one.Status, one.Instances));
    }

    private static Task<int> InsertAsync(Db db, int id, int status, int flowId = 7) => db.ExecuteAsync($"""
        insert into flow_instances (company_id, id, crm_prospect_id, prospect_id, flow_id, owner_id, status, step_order, created_at)
        values (1, {(long)id}, {$"{id}"}, {(long)id}, {(long)flowId}, 1, {status}, 1, 0)
        """, None);
}
