using Sluice.Engine.Instances;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Engine.Scheduling;

/// <summary>Kills the server process while its engine works. The next process continues what was begun, and begins nothing twice.</summary>
[Slow]
public sealed class EngineCrashTests
{
    private const int Count = 5000;

    [Theory, EveryDatabase]
    public async Task A_killed_server_has_begun_each_step_completely_or_not_at_all_and_never_twice(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasStepAsync(app.Tenant.Flow);
        await app.HasInstancesAsync(Count);
        await app.Db.ExecuteAsync($"update flow_instances set next_due_at = {app.Clock.GetUtcNow()}", CancellationToken.None);

        await app.RestartAsync(async () =>
        {
            await using var db = OpenDatabase.At(app.Connection);
            foreach (var moment in new[] { 0, 7, 23, 60 })
            {
                var before = await CountAsync(db);
                await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection);
                await Eventually.UntilAsync(() => CountAsync(db).GetAwaiter().GetResult() is var begun && (begun > before || begun == Count));
                await Task.Delay(TimeSpan.FromMilliseconds(moment), TimeProvider.System);
                await server.KillAsync();
            }
        });

        app.Clock.Advance(TimeProvider.System.GetUtcNow() - app.Clock.GetUtcNow());
        await Eventually.UntilAsync(async () => // PostgreSQL may need a moment to undo what the last killed server had begun.
        {
            await app.Engine.RunDueAsync(CancellationToken.None);
            return await CountAsync(app.Db) == Count;
        });
        var rows = await app.Db.QueryAsync(
            $"""
            select i.waits_for,
                   (select count(*) from step_ledger l where l.company_id = i.company_id and l.flow_instance_id = i.id),
                   (select count(*) from todos t where t.company_id = i.company_id and t.flow_instance_id = i.id),
                   (select count(*) from instance_events e where e.company_id = i.company_id and e.flow_instance_id = i.id and e.kind = {InstanceEvent.StepBegun})
            from flow_instances i
            """,
            row => (WaitsFor: (WaitsFor)row.GetInt32(0), Begun: row.GetInt64(1), ToDos: row.GetInt64(2), Events: row.GetInt64(3)),
            CancellationToken.None);

        Assert.Equal(Count, rows.Count);
        Assert.All(rows, row => Assert.Equal((WaitsFor.ToDo, 1, 1, 1), row));
    }

    private static async Task<long> CountAsync(Db db) =>
        (await db.QueryAsync($"select count(*) from step_ledger", row => row.GetInt64(0), CancellationToken.None)).Single();
}
