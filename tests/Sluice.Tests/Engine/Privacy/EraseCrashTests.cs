using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Privacy;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Engine.Privacy;

/// <summary>Kills the server process while it erases. Another process finishes the work, and no person is ever erased by half.</summary>
[Slow]
public sealed class EraseCrashTests
{
    private const int Count = 2000;
    private const string Sam = "sam@mail.example";

    [Theory, EveryDatabase]
    public async Task A_killed_server_has_erased_each_record_with_everything_or_not_at_all_and_the_next_one_finishes(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await HasRecordsAsync(app);

        await app.RestartAsync(async () =>
        {
            await using var db = OpenDatabase.At(app.Connection);
            var ids = new IdMaker(TimeProvider.System) { Range = new IdRange(IdRange.MaxNode, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1)) };
            await new RequestErasure(db, ids, TimeProvider.System).RunAsync(AddressKey.OfEmail(Sam), mayBeMany: true, Actor.Engine(app.Tenant.Id), CancellationToken.None);
            var inTheMiddle = 0;
            foreach (var moment in new[] { 0, 10, 30 })
            {
                var before = await CountAsync(db);
                if (before == 0)
                {
                    break; // On a busy machine the kill before this one came late.
                }

                await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection);
                await Eventually.UntilAsync(async () => await CountAsync(db) < before);
                await Task.Delay(TimeSpan.FromMilliseconds(moment), TimeProvider.System);
                await server.KillAsync();

                var left = await CountAsync(db);
                Assert.InRange(left, 0, before - 1);
                inTheMiddle += left > 0 ? 1 : 0;
                Assert.Equal([left, left, left], await db.QueryAsync(
                    $"select count(*) from flow_instances union all select count(*) from messages union all select count(*) from bulk_items where crm_id is not null", row => row.GetInt64(0), CancellationToken.None));
                await new ErasureStore(db).ReleaseLeasesAsync(CancellationToken.None); // As if the lease were over.
            }

            Assert.NotEqual(0, inTheMiddle);
            await using var last = await SluiceProcess.StartAsync("serve", "--database", app.Connection);
            await Eventually.UntilAsync(async () => (await db.QueryAsync($"select 1 from erasures where finished_at is null", row => 0, CancellationToken.None)).Count == 0);
        });

        Assert.Equal(0, await app.CountAsync("prospects"));
        Assert.DoesNotContain(Sam, await app.Db.DumpAsync(), StringComparison.Ordinal);
        Assert.Equal(new ErasedCounts(Count, Count, Count, Count), Assert.Single(await app.FinishedErasuresAsync()).Erased); // Each counts once.
    }

    private static async Task HasRecordsAsync(TestApp app)
    {
        var (now, id, step) = (app.Clock.GetUtcNow(), app.Tenant.Id, await app.HasStepAsync(app.Tenant.Flow, action: "AUTO_SEND_EMAIL"));
        List<Prospect> people = [.. Enumerable.Range(0, Count).Select(i => Prospect.FromCrmId(id, app.NextId(), $"003{i}", now) with { Email = Sam })];
        await new ProspectStore(app.Db).AddAsync(people, CancellationToken.None);
        var runs = people.ConvertAll(one => Run.New(id, app.NextId(), one.CrmId, one.Id, app.Tenant.Flow.Id, app.Tenant.User.Id, InstanceStatus.Finished, 1, null, now));
        await app.Db.InTransactionAsync(tx => new FlowInstanceStore(tx).AddAsync(runs, CancellationToken.None), CancellationToken.None);
        await new MessageStore(app.Db).AddAsync(
            [.. runs.Select(run => new Message(id, app.NextId(), run.Id, run.ProspectId, step.Id, 1, app.Tenant.User.Id, TestApp.RepEmail, "Rep", Sam, "Hi", "<p>Sam</p>", $"{run.Id}@example.com", null, MessageState.Sent, now, now))], CancellationToken.None);
        foreach (var some in people.Chunk(50))
        {
            var job = new BulkJob(id, JobId.New(app.Clock, RequestId.New()), app.Tenant.Flow.Id, app.Tenant.User.Id, 1, "r", BulkJobStatus.Completed, now);
            await app.Db.InTransactionAsync(tx => new BulkStore(tx).AddAsync(job, [.. some.Select(one => new BulkProspect(null, null, Sam, null, null, one.CrmId, null, null))], CancellationToken.None), CancellationToken.None);
            var ids = SqlTable.Of([.. some.Select(one => one.CrmId)]);
            await app.Db.ExecuteAsync($"update bulk_items set status = 'ASSIGNED', crm_id = (select asked.value from {ids} asked where asked.position = bulk_items.position) where job_id = {job.Id}", CancellationToken.None);
        }
    }

    private static async Task<long> CountAsync(Db db) => (await db.QueryAsync($"select count(*) from prospects", row => row.GetInt64(0), CancellationToken.None)).Single();
}
