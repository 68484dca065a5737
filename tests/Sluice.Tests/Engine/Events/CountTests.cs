using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Tests.Server.Api.Manage.Events;

namespace Sluice.Tests.Engine.Events;

/// <summary>The counts that reports are made of are what the events count up to.</summary>
public sealed class CountTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>With SLUICE_TEST_PROSPECTS it takes as many prospects: bench/results has the run with a thousand.</summary>
    [Theory, EveryDatabase, Slow]
    public async Task After_ninety_days_the_counts_are_those_of_the_events(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var asked = Environment.GetEnvironmentVariable("SLUICE_TEST_PROSPECTS") is { } number ? int.Parse(number, CultureInfo.InvariantCulture) : (int?)null;
        await new QuarterYear(app, asked ?? (database == Database.Sqlite ? 200 : 30)).LiveAsync(() => OpenCounts.ShouldBeRightAsync(app));

        var (kept, counted) = (await KeptAsync(app), await CountAsync(app));

        Assert.Equal(counted, kept);
        TestContext.Current.TestOutputHelper?.WriteLine($"{await app.CountAsync("events")} events, {await app.CountAsync("event_counts")} rows of counts, {kept.Count} numbers that are equal");
        foreach (var counter in Enum.GetValues<Counter>())
        {
            Assert.True(database == Database.Postgres || kept.Any(one => one.Key.Counter == counter), $"Nothing counts for {counter}: the test tests too little");
        }

        await OpenCounts.ShouldStayRightAsync(app);
    }

    [Theory, EveryDatabase]
    public async Task Verify_finds_each_count_that_differs_and_none_of_days_whose_events_are_gone(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var verify = app.Services.GetRequiredService<VerifyCounts>();
        var flow = await app.HasMailFlowAsync();
        await AssignAsync(app, flow, "old");
        await app.RunAsync();
        app.Clock.Advance(TimeSpan.FromDays(40));
        await AssignAsync(app, flow, "new");
        await app.RunAsync();
        await EventScenario.SettleAsync(app, app.Tenant);

        var right = await verify.RunAsync(app.Tenant.Id, Zones.FindOrUtc(app.Tenant.Company.TimeZone), None);
        Assert.Empty(right.Differences);
        Assert.Equal(Days.Of(app.Clock.GetUtcNow().AddDays(-30), Zones.FindOrUtc(app.Tenant.Company.TimeZone)) + 1, right.From);
        await app.Db.ExecuteAsync($"update event_counts set sent = sent + 1", None); // Also of the day that cannot be checked.
        await app.Db.ExecuteAsync($"delete from event_counts where assigned > 0 and day >= {right.From}", None);

        var wrong = await verify.RunAsync(app.Tenant.Id, Zones.FindOrUtc(app.Tenant.Company.TimeZone), None);
        Assert.All(wrong.Differences, one => Assert.Equal((flow.Id, app.Tenant.User.Id), (one.Key.FlowId, one.Key.OwnerId)));
        Assert.Contains(wrong.Differences, one => (one.Kept[Counter.Assigned], one.Counted[Counter.Assigned]) == (0, 1));
        Assert.DoesNotContain(wrong.Differences, one => one.Key.Day < right.From);
    }

    /// <summary>Two transactions count the same things in another order, and each waits for the other's end: on PostgreSQL, rows that they shared would be a deadlock.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task Two_transactions_that_count_the_same_do_not_wait_for_each_other(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        long[] flows = [app.Tenant.Flow.Id, app.Tenant.Flow.Id + 1];
        var first = new TaskCompletionSource();
        var second = new TaskCompletionSource();

        Task RunAsync(long one, long other, TaskCompletionSource mine, Task theirs) => app.Db.InTransactionAsync(
            async tx =>
            {
                await CountAsync(app, tx, one);
                mine.TrySetResult();
                await theirs;
                await CountAsync(app, tx, other);
            },
            None);

        await Task.WhenAll(RunAsync(flows[0], flows[1], first, second.Task), RunAsync(flows[1], flows[0], second, first.Task)).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal([2, 2], (await app.Services.GetRequiredService<CountStore>().ListAsync(app.Tenant.Id, new CountFilter(0, int.MaxValue), CountGroups.Flow, 10, None)).Select(one => one.Counts[Counter.Sent]));
        var rows = await app.CountAsync($"event_counts where company_id = {app.Tenant.Id}");
        Assert.InRange(rows, 3, 4); // Three if the first has ended when the other one counts again: then slot 0 is free.
        await app.Db.InTransactionAsync(tx => CountAsync(app, tx, flows[0]), None); // Alone: it adds to a row that is there.
        Assert.Equal(rows, await app.CountAsync($"event_counts where company_id = {app.Tenant.Id}"));
    }

    [Theory, EveryDatabase]
    public async Task A_day_is_one_of_the_company_and_a_failed_transaction_counts_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var kolkata = await app.HasTenantAsync("Kolkata", "Asia/Kolkata");
        app.Clock.Advance(TimeSpan.FromHours(12)); // It is tomorrow in Kolkata.
        foreach (var tenant in (Tenant[])[app.Tenant, kolkata])
        {
            await app.Db.InTransactionAsync(tx => CountAsync(app, tx, 1, tenant), None);
            await Assert.ThrowsAsync<InvalidOperationException>(() => app.Db.InTransactionAsync(
                async tx =>
                {
                    await CountAsync(app, tx, 1, tenant);
                    throw new InvalidOperationException();
                },
                None));
        }

        var days = await app.Db.QueryAsync($"select company_id, day, sent from event_counts", row => (Company: row.GetInt64(0), Day: row.GetInt32(1), Sent: row.GetInt64(2)), None);
        Assert.Equal(
            new[] { (app.Tenant.Id, DayIn(app, TestApp.LosAngeles), 1L), (kolkata.Id, DayIn(app, "Asia/Kolkata"), 1L) }.Order(), days.Order());
        Assert.NotEqual(DayIn(app, TestApp.LosAngeles), DayIn(app, "Asia/Kolkata"));
    }

    private static int DayIn(TestApp app, string zone) => DayIn(app.Clock.GetUtcNow(), zone);

    private static int DayIn(DateTimeOffset at, string zone) => Period.DaysBetween(new LocalDate(1970, 1, 1), Instant.FromDateTimeOffset(at).InZone(DateTimeZoneProviders.Tzdb[zone]).Date);

    private static Task CountAsync(TestApp app, IDbSession tx, long flowId, Tenant? of = null) => new FeedStore(tx).AddAsync(
        [new Event((of ?? app.Tenant).Id, app.NextId(), EventTypes.MessageSent, app.Clock.GetUtcNow(), new EventData { Status = "sent", StepId = "1" }) { FlowId = flowId }], None);

    private static async Task AssignAsync(TestApp app, Sluice.Engine.Flows.Flow flow, string crmId)
    {
        await app.HasProspectWithEmailAsync(crmId);
        Assert.Single((await app.Services.GetRequiredService<AssignProspects>().RunAsync(new Assignment(flow, app.Tenant.User, [crmId], false, null), new Actor(app.Tenant.Id, null, "test", null), None)).Assigned);
    }

    private static async Task<Dictionary<(int Day, long Flow, int Step, long Owner, Counter Counter), long>> KeptAsync(TestApp app)
    {
        var all = CountGroups.Day | CountGroups.Flow | CountGroups.Step | CountGroups.Owner;
        var kept = await app.Services.GetRequiredService<CountStore>().ListAsync(app.Tenant.Id, new CountFilter(0, int.MaxValue), all, int.MaxValue, None);
        return kept.SelectMany(one => Enum.GetValues<Counter>().Select(counter => (one.Key, Counter: counter, Number: one.Counts[counter])))
            .Where(one => one.Number != 0)
            .ToDictionary(one => (one.Key.Day, one.Key.FlowId, one.Key.Step, one.Key.OwnerId, one.Counter), one => one.Number);
    }

    /// <summary>Counts the events in another way than the server: by what their JSON says.</summary>
    private static async Task<Dictionary<(int Day, long Flow, int Step, long Owner, Counter Counter), long>> CountAsync(TestApp app)
    {
        var steps = (await app.Db.QueryAsync($"select id, step_order from steps where company_id = {app.Tenant.Id}", row => (row.GetInt64(0), row.GetInt32(1)), None)).ToDictionary();
        var events = await app.Db.QueryAsync(
            $"select type, at, flow_id, data from events where company_id = {app.Tenant.Id}", row => (Type: row.GetString(0), At: DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), Flow: row.IsDBNull(2) ? 0 : row.GetInt64(2), Data: JsonNode.Parse(row.GetString(3))!), None);
        var counted = new Dictionary<(int, long, int, long, Counter), long>();
        foreach (var (type, at, flow, data) in events)
        {
            var day = DayIn(at, TestApp.LosAngeles);
            var step = (int?)data["step"] ?? ((string?)data["stepId"] is { } id ? steps[long.Parse(id, CultureInfo.InvariantCulture)] : 0);
            var owner = (string?)data["ownerId"] is { } user ? long.Parse(user, CultureInfo.InvariantCulture) : 0;
            foreach (var counter in CountersOf(type, data))
            {
                var key = (day, flow, counter is Counter.Replied or Counter.Meetings or Counter.Bounced or Counter.OptedOut or Counter.Complaints ? (int)data["heardStep"]! : step, owner, counter);
                counted[key] = counted.GetValueOrDefault(key) + 1;
            }
        }

        return counted;
    }

    private static IEnumerable<Counter> CountersOf(string type, JsonNode data)
    {
        IEnumerable<(bool Counts, Counter Counter)> all =
        [
            (type == "flow_instance.assigned", Counter.Assigned), (type == "flow_instance.step_begun", Counter.Entered),
            (type == "flow_instance.step_done" || (type == "flow_instance.finished" && (bool?)data["stepDone"] == true), Counter.Done),
            (type == "message.sent", Counter.Sent), (type == "task.done", Counter.TasksDone),
            (type == "flow_instance.removed", Counter.Removed), (type == "flow_instance.finished", Counter.Finished),
            ((string?)data["heard"] == "reply", Counter.Replied), ((string?)data["heard"] == "meeting", Counter.Meetings), ((string?)data["heard"] == "bounce", Counter.Bounced),
            ((string?)data["heard"] is "opt_out" or "complaint", Counter.OptedOut), ((string?)data["heard"] == "complaint", Counter.Complaints),
        ];
        return all.Where(one => one.Counts).Select(one => one.Counter);
    }
}
