using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Tests.Server.Api.Manage.Events;

namespace Sluice.Tests.Engine.Events;

/// <summary>The feed returns each event once and in order, whatever is committed meanwhile, and never passes a transaction that is still open.</summary>
public sealed class EventFeedTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, EveryDatabase]
    public Task A_reader_beside_four_writers_and_a_transaction_that_stays_open_sees_each_event_once_and_in_order(Database database) =>
        ReadBesideWritersAsync(database, TimeSpan.FromSeconds(1.5), held: TimeSpan.FromSeconds(0.5));

    /// <summary>For <c>./test --long</c>: the same for a minute, with a transaction of ten seconds.</summary>
    [Theory(Explicit = true), EveryDatabase]
    public Task A_reader_beside_four_writers_sees_each_event_once_for_a_minute(Database database) =>
        ReadBesideWritersAsync(database, TimeSpan.FromMinutes(1), held: TimeSpan.FromSeconds(10));

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_reader_waits_for_a_transaction_that_began_before_what_is_committed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (feed, inside, mayCommit) = (new EventFeed(app.Db), new TaskCompletionSource(), new TaskCompletionSource());
        var late = app.Db.InTransactionAsync(
            async tx =>
            {
                await new FeedStore(tx).AddAsync([Event(app, "late")], None);
                inside.TrySetResult();
                await mayCommit.Task;
            },
            None);
        await inside.Task;
        await app.Db.InTransactionAsync(tx => new FeedStore(tx).AddAsync([Event(app, "early")], None), None);

        var page = await feed.ReadAsync(app.Tenant.Id, EventCursor.Start, EventFilter.All, 10, None);
        Assert.Equal((0, EventCursor.Start, false), (page.Events.Count, page.Next, page.HasMore));
        Assert.Equal(EventCursor.Start, await feed.FindEndAsync(app.Tenant.Id, None));

        mayCommit.SetResult();
        await late;
        await EventScenario.SettleAsync(app, app.Tenant);
        Assert.Equal(["late", "early"], (await feed.ReadAsync(app.Tenant.Id, EventCursor.Start, EventFilter.All, 10, None)).Events.Select(one => one.Data.TaskId));
    }

    /// <summary>PostgreSQL numbers the transactions of all databases of a server together.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_reader_does_not_wait_for_a_transaction_in_another_database_of_the_server(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var other = await TestDatabase.CreateWithTablesAsync(database);
        await other.Db.InTransactionAsync(
            async tx =>
            {
                await tx.ExecuteAsync($"update event_turns set base = base", None);
                await app.Db.InTransactionAsync(mine => new FeedStore(mine).AddAsync([Event(app, "mine")], None), None);
                Assert.Equal(["mine"], (await new EventFeed(app.Db).ReadAsync(app.Tenant.Id, EventCursor.Start, EventFilter.All, 10, None)).Events.Select(one => one.Data.TaskId));
            },
            None);
    }

    [Theory, EveryDatabase]
    public async Task A_commit_that_writes_events_wakes_readers_and_no_other_commit_does(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var signal = new EventFeed(app.Db).Signal;

        await app.Db.ExecuteAsync($"update companies set name = name", None);
        Assert.False(signal.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.Db.InTransactionAsync(
            async tx =>
            {
                await new FeedStore(tx).AddAsync([Event(app, "undone")], None);
                throw new InvalidOperationException();
            },
            None));
        Assert.Empty((await new EventFeed(app.Db).ReadAsync(app.Tenant.Id, EventCursor.Start, EventFilter.All, 10, None)).Events);
        await app.Db.InTransactionAsync(tx => new FeedStore(tx).AddAsync([Event(app, "done")], None), None);
        await signal.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Theory, EveryDatabase]
    public async Task A_filter_finds_the_wanted_events_and_moves_on_past_all_others(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.Db.InTransactionAsync(tx => new FeedStore(tx).AddAsync([.. Enumerable.Range(0, 11_500).Select(i => Event(app, $"{i}") with { FlowId = i == 11_400 ? 7 : 8 })], None), None);
        var (feed, wanted) = (new EventFeed(app.Db), new EventFilter(FlowId: 7));

        await EventScenario.SettleAsync(app, app.Tenant);
        var first = await feed.ReadAsync(app.Tenant.Id, EventCursor.Start, wanted, 10, None);
        Assert.Equal((0, true), (first.Events.Count, first.HasMore)); // Ten thousand were looked at.
        var second = await feed.ReadAsync(app.Tenant.Id, first.Next, wanted, 10, None);
        Assert.Equal(["11400"], second.Events.Select(one => one.Data.TaskId));
        Assert.Equal((false, await feed.FindEndAsync(app.Tenant.Id, None)), (second.HasMore, second.Next));
    }

    [Theory, EveryDatabase]
    public async Task Old_events_are_deleted_from_the_front_and_a_reader_whose_place_is_gone_is_told_so(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (feed, now) = (new EventFeed(app.Db), app.Clock.GetUtcNow());
        foreach (var days in (int[])[40, 35, 31, 1, 33, 0])
        {
            await app.Db.InTransactionAsync(tx => new FeedStore(tx).AddAsync([Event(app, $"{days}") with { At = now.AddDays(-days) }], None), None);
        }

        IReadOnlyList<Event> all = [];

        // While a transaction ends in another database, one reading may show less.
        await Eventually.UntilAsync(async () => (all = (await feed.ReadAsync(app.Tenant.Id, EventCursor.Start, EventFilter.All, 10, None)).Events).Count == 6);
        Assert.Equal(2, await new FeedStore(app.Db).DeleteOldAsync(app.Tenant.Id, now.AddDays(-30), until: null, 2, None));
        await app.Services.GetRequiredService<EventSweep>().RunOnceAsync(None);

        Assert.Equal(["1", "33", "0"], (await feed.ReadAsync(app.Tenant.Id, EventCursor.Start, EventFilter.All, 10, None)).Events.Select(one => one.Data.TaskId)); // Never a hole.
        var areKept = await Task.WhenAll(all.Select(one => feed.IsKeptAsync(app.Tenant.Id, one.Cursor, None)));
        Assert.Equal([false, false, false, true, true, true], areKept);
        Assert.True(await feed.IsKeptAsync(app.Tenant.Id, EventCursor.Start, None));

        app.Clock.Advance(TimeSpan.FromDays(400));
        await app.Services.GetRequiredService<EventSweep>().RunOnceAsync(None);
        Assert.Equal(all[^1].Cursor, await feed.FindEndAsync(app.Tenant.Id, None)); // The last one stays: the next turn is counted from it.
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task Events_that_another_server_has_numbered_higher_stay_before_all_new_ones(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.Db.InTransactionAsync(tx => new FeedStore(tx).AddAsync([Event(app, "copied")], None), None);
        await app.Db.ExecuteAsync($"update events set turn = turn + 1000000000000", None);
        Assert.Empty((await new EventFeed(app.Db).ReadAsync(app.Tenant.Id, EventCursor.Start, EventFilter.All, 10, None)).Events);

        await app.RestartAsync();

        await app.Db.InTransactionAsync(tx => new FeedStore(tx).AddAsync([Event(app, "new")], None), None);
        await EventScenario.SettleAsync(app, app.Tenant);
        Assert.Equal(["copied", "new"], (await new EventFeed(app.Db).ReadAsync(app.Tenant.Id, EventCursor.Start, EventFilter.All, 10, None)).Events.Select(one => one.Data.TaskId));
        var raised = await BaseAsync(app);
        await app.RestartAsync();
        Assert.Equal(raised, await BaseAsync(app)); // Once is enough.
    }

    private static async Task ReadBesideWritersAsync(Database database, TimeSpan writing, TimeSpan held)
    {
        await using var app = await TestApp.StartAsync(database);
        var (company, written) = (app.Tenant.Id, 0);
        var instances = new[] { await app.HasInstanceAsync("a"), await app.HasInstanceAsync("b") };
        using var end = new CancellationTokenSource(writing);
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = writer; !end.IsCancellationRequested; i++)
            {
                await app.Db.InTransactionAsync(tx => WriteAsync(app, tx, instances[i % 2]), None);
                Interlocked.Increment(ref written);
            }
        })).ToList();
        writers.Add(Task.Run(async () =>
        {
            await Task.Delay(writing / 5, TimeProvider.System);
            await app.Db.InTransactionAsync(
                async tx =>
                {
                    await new FeedStore(tx).AddAsync([Event(app, "held")], None);
                    await Task.Delay(held, TimeProvider.System);
                },
                None);
            Interlocked.Increment(ref written);
        }));

        var (feed, place, seen) = (new EventFeed(app.Db), EventCursor.Start, new List<Event>());
        var begun = TimeProvider.System.GetTimestamp();
        for (var all = Task.WhenAll(writers); ;)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < writing + TimeSpan.FromMinutes(2), $"{seen.Count} of {written} events were seen: the reader has passed the others");
            var isDone = all.IsCompleted;
            var page = await feed.ReadAsync(company, place, EventFilter.All, 7, None);
            seen.AddRange(page.Events);
            place = page.Next;
            if (isDone && !page.HasMore && seen.Count >= written)
            {
                await all;
                break;
            }
        }

        Assert.True(written > 20, $"Only {written} events: the test tests nothing");
        Assert.Equal(written, seen.Count);
        Assert.Equal(seen.Count, seen.Select(one => one.Id).Distinct().Count());
        Assert.All(instances, of => Assert.Equal(Enumerable.Range(1, seen.Count(one => one.FlowInstanceId == of.Id)), seen.Where(one => one.FlowInstanceId == of.Id).Select(one => (int)one.Sequence)));
        Assert.Equal(seen.Select(one => one.Cursor).Order(Comparer<EventCursor>.Create((a, b) => (a.Turn, a.Sequence, a.Id).CompareTo((b.Turn, b.Sequence, b.Id)))), seen.Select(one => one.Cursor));
    }

    private static Event Event(TestApp app, string name) => new(app.Tenant.Id, app.NextId(), EventTypes.TaskCreated, app.Clock.GetUtcNow(), new EventData { TaskId = name });

    /// <summary>Adds the next event of an instance, under the instance's lock, as the engine does.</summary>
    private static async Task WriteAsync(TestApp app, IDbSession tx, Run of)
    {
        var run = (await new RunStore(tx).LockAsync(of.CompanyId, of.Id, None))!;
        await tx.ExecuteAsync($"update flow_instances set event_count = event_count + 1 where company_id = {of.CompanyId} and id = {of.Id}", None);
        await new FeedStore(tx).AddAsync([Event(app, "") with { Type = EventTypes.Paused, Sequence = run.EventCount + 1, FlowInstanceId = of.Id }], None);
    }

    private static async Task<long> BaseAsync(TestApp app) => (await app.Db.QueryAsync($"select base from event_turns", row => row.GetInt64(0), None)).Single();
}
