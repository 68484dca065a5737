using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Server.Dev.Clock;

namespace Sluice.Tests.Server.Dev.Clock;

public sealed class ClockTests
{
    private const string Url = "/sluice/v1/clock";

    private static readonly TestOptions Dev = new() { IsDev = true };

    [Theory, EveryDatabase]
    public async Task The_clock_can_be_read_set_advanced_and_frozen(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        Assert.Equal("2026-03-02T01:00:00-08:00", await NowAsync(app));
        Assert.Equal("2026-03-05T01:00:00-08:00", (string?)(await MoveAsync(app, new { advance = "3d" }))["now"]);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("2026-03-05T01:01:00-08:00", await NowAsync(app)); // It keeps running.
        Assert.Equal("2026-05-04T08:00:00-07:00", (string?)(await MoveAsync(app, new { set = "2026-05-04T15:00:00Z" }))["now"]);

        Assert.True((bool)(await MoveAsync(app, new { freeze = true }))["frozen"]!);
        app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("2026-05-04T08:00:00-07:00", await NowAsync(app));
        Assert.Equal("2026-05-04T10:00:00-07:00", (string?)(await MoveAsync(app, new { advance = "PT2H" }))["now"]); // It stays frozen.
        app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False((bool)(await MoveAsync(app, new { freeze = false }))["frozen"]!);
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("2026-05-04T10:05:00-07:00", await NowAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task The_clock_keeps_its_state_over_a_restart(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        await MoveAsync(app, new { advance = "30d" });

        await app.RestartAsync();
        Assert.Equal("2026-04-01T02:00:00-07:00", await NowAsync(app));

        await MoveAsync(app, new { freeze = true });
        app.Clock.Advance(TimeSpan.FromDays(2));
        await app.RestartAsync();
        Assert.Equal("2026-04-01T02:00:00-07:00", await NowAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task Work_that_comes_due_during_an_advance_happens_in_order_and_each_at_its_own_time(Database database)
    {
        var (due, companyId) = (new Queue<DateTimeOffset>([At(1), At(1), At(5), At(30), At(100)]), 0L);
        var work = new DueWork(
            _ => Task.FromResult<DateTimeOffset?>(due.Count == 0 ? null : due.Peek()),
            _ => Task.FromResult<List<InstanceEvent>>([new(1, 2, due.Dequeue(), InstanceEvent.StepBegun, Actor.Engine(companyId), "{}")]),
            (move, _) => move(),
            (_, _) => Task.CompletedTask);
        await using var app = await TestApp.StartAsync(database, Dev with { Adjust = services => services.AddSingleton(work) });
        companyId = app.Tenant.Id;

        var reply = await MoveAsync(app, new { advance = "30d" });

        Assert.Equal(
            ["2026-03-03T01:00:00-08:00", "2026-03-03T01:00:00-08:00", "2026-03-07T01:00:00-08:00", "2026-04-01T02:00:00-07:00"],
            reply["events"]!.AsArray().Select(one => (string?)one!["at"]));
        Assert.Equal(4, (int)reply["eventCount"]!);
        Assert.False((bool)reply["isCut"]!);
        Assert.Single(due);

        Assert.Empty((await MoveAsync(app, new { set = "2026-01-01T00:00:00Z" }))["events"]!.AsArray());
        Assert.Single(due);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Work_that_another_worker_holds_does_not_stop_the_clock(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev with { Adjust = services => services.AddSingleton(Idle(_ => Task.FromResult<DateTimeOffset?>(At(0)))) });

        Assert.Equal("2026-03-02T02:00:00-08:00", (string?)(await MoveAsync(app, new { advance = "1h" }))["now"]);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Only_one_call_moves_the_clock_at_a_time(Database database)
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var app = await TestApp.StartAsync(database, Dev with
        {
            Adjust = services => services.AddSingleton(Idle(async _ =>
            {
                begun.TrySetResult();
                await go.Task;
                return null;
            })),
        });

        var first = AskAsync(app, new { advance = "1d" });
        await begun.Task;
        Assert.Equal(HttpStatusCode.Conflict, (await AskAsync(app, new { freeze = true })).Status);
        Assert.Equal("2026-03-03T01:00:00-08:00", (string?)(await ShowAsync(app)).Json["advancingTo"]);
        go.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await first).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(app, new { freeze = true })).Status);
    }

    [Theory, EveryDatabase]
    public async Task A_faulty_request_does_not_move_the_clock(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var key = await app.HasKeyAsync([Scopes.Manage]);
        foreach (var body in (string[])
        [
            "{}", """{"advance":"3d","freeze":true}""", """{"advance":"-3d"}""", """{"advance":"0d"}""", """{"advance":"3"}""", """{"advance":3}""", """{"advance":null}""",
            """{"advance":"20w3653d"}""", """{"advance":"999999d"}""", """{"advance":"P1M"}""", """{"set":"tomorrow"}""", """{"set":"2026-05-04T15:00:00"}""", """{"set":"1999-01-01T00:00:00Z"}""",
            """{"set":"2081-01-01T00:00:00Z"}""", """{"set":"2040-01-01T00:00:00Z"}""", """{"freeze":"yes"}""", """{"freeze":1}""", "[]", "", "{",
        ])
        {
            Assert.Equal((body, HttpStatusCode.BadRequest), (body, (await app.PostTextAsync(Url, body, key)).Status));
        }

        Assert.Equal("2026-03-02T01:00:00-08:00", await NowAsync(app));
        Assert.Empty(await app.Db.QueryAsync($"select number from dev_clock", row => row.GetInt32(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task There_is_no_dev_clock_in_production(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        Assert.Equal(HttpStatusCode.NotFound, (await ShowAsync(app)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(app, new { advance = "3d" })).Status);
    }

    [Theory, EveryDatabase]
    public async Task Ids_keep_growing_wherever_the_clock_is_moved(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var ids = new List<long> { app.NextId() };
        foreach (var body in (object[])[new { advance = "365d" }, new { set = "2020-01-01T00:00:00Z" }, new { freeze = true }, new { advance = "3650d" }])
        {
            await MoveAsync(app, body);
            ids.Add(app.NextId());
        }

        Assert.Equal(ids.Distinct().Order(), ids);
    }

    [Theory, EveryDatabase]
    public async Task A_start_frees_the_leases_of_a_dead_process_although_the_clock_is_frozen(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        await app.HasInstanceAsync("ada");
        await MoveAsync(app, new { freeze = true });
        await app.Db.ExecuteAsync($"""
            insert into sweeps (company_id, id, kind, subject_id, after_id, lease_until, fence, created_at)
            values ({app.Tenant.Id}, 1, {FinishReason.FlowDeleted.Word()}, {app.Tenant.Flow.Id}, 0, {At(1)}, 1, 0)
            """, CancellationToken.None);

        await app.RestartAsync();

        Assert.Equal([FinishReason.FlowDeleted.Word()], (await MoveAsync(app, new { advance = "1s" }))["events"]!.AsArray().Select(one => (string?)one!["type"]));
    }

    [Theory, EveryDatabase]
    public async Task A_key_expires_by_the_dev_clock(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var key = await app.HasKeyAsync(Scopes.All, expiresAt: At(10));

        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/v2/workspaces", key)).Status);
        await MoveAsync(app, new { advance = "11d" });
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync("/v2/workspaces", key)).Status);
    }

    private static async Task<JsonNode> MoveAsync(TestApp app, object body)
    {
        var reply = await AskAsync(app, body);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply.Json;
    }

    private static async Task<string?> NowAsync(TestApp app) => (string?)(await ShowAsync(app)).Json["now"];

    private static async Task<Reply> AskAsync(TestApp app, object body) => await app.PostAsync(Url, body, await app.HasKeyAsync([Scopes.Manage]));

    private static async Task<Reply> ShowAsync(TestApp app) => await app.GetAsync(Url, await app.HasKeyAsync([Scopes.Manage]));

    private static DueWork Idle(Func<CancellationToken, Task<DateTimeOffset?>> nextDue) =>
        new(nextDue, _ => Task.FromResult<List<InstanceEvent>>([]), (move, _) => move(), (_, _) => Task.CompletedTask);

    private static DateTimeOffset At(int days) => new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero).AddDays(days);
}
