using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Hosting;

/// <summary>Runs four servers on one PostgreSQL in real time. In most tests the clocks of two machines are wrong by an hour.</summary>
[Slow]
public sealed class ManyNodesTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory, OnlyOn(Database.Postgres), Slow]
    public async Task A_limit_of_three_calls_a_second_holds_over_all_nodes_whatever_their_clocks_say(Database database)
    {
        await using var nodes = await Nodes.StartAsync(database, TimeSpan.Zero, TimeSpan.Zero, Hour, -Hour);
        var tenant = await nodes.First.HasTenantAsync("Limited", limits: new CompanyLimits(3, 0));

        // Three calls may pass at each of 0, 1, 2, 3 and 4 seconds: fifteen. Because four nodes ask the database, each second loses up to a tenth, and more on a busy machine.
        var replies = await nodes.HammerAsync(tenant.Key, TimeSpan.FromSeconds(4.75));

        Assert.InRange(replies.Count(reply => reply.Status == OK), 13, 15);
        Assert.All(replies.Where(reply => reply.Status != OK), reply => Assert.Equal((TooManyRequests, "1"), (reply.Status, reply.Header("Retry-After"))));
        Assert.True(replies.Count > 60, $"Only {replies.Count} calls were made");
    }

    [Theory, OnlyOn(Database.Postgres), Slow]
    public async Task A_larger_limit_is_divided_among_the_nodes_and_kept(Database database)
    {
        await using var nodes = await Nodes.StartAsync(database, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        var tenant = await nodes.First.HasTenantAsync("Limited", limits: new CompanyLimits(100, 0));

        var replies = await nodes.HammerAsync(tenant.Key, TimeSpan.FromSeconds(2.5), callers: 16);

        Assert.True(replies.Count > 300, $"Only {replies.Count} calls were made");
        Assert.InRange(replies.Count(reply => reply.Status == OK), 180, 300);
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_key_revoked_on_one_node_is_refused_by_all_within_five_seconds(Database database)
    {
        await using var nodes = await Nodes.StartAsync(database, TimeSpan.Zero, TimeSpan.Zero, Hour, -Hour);
        var key = await nodes.First.HasKeyAsync();
        Assert.All(await nodes.AskAllAsync(key), status => Assert.Equal(OK, status));

        var revoked = TimeProvider.System.GetTimestamp();
        Assert.True(await nodes.First.Services.GetRequiredService<ApiKeyStore>().RevokeAsync(key.AccessKey, TimeProvider.System.GetUtcNow(), CancellationToken.None));
        await Eventually.UntilAsync(async () => (await nodes.AskAllAsync(key)).All(status => status == Unauthorized));

        Assert.InRange(TimeProvider.System.GetElapsedTime(revoked).TotalSeconds, 0, 5);
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task Four_nodes_that_look_for_bulk_assignments_do_each_one_once(Database database)
    {
        await using var nodes = await Nodes.StartAsync(database, TimeSpan.Zero, TimeSpan.Zero, Hour, -Hour);
        var app = nodes.First;
        await app.HasProspectsAsync(120);

        var jobs = await Task.WhenAll(Enumerable.Range(0, 12).Select(job => nodes.BeginBulkAsync(job, size: 10)));
        foreach (var id in jobs)
        {
            await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/flows/prospects/bulk-assignments/{id}"), reply => (string?)reply.Json["status"] == "COMPLETED");
        }

        Assert.Equal((120, 120), (await CountAsync(app, "flow_instances"), await CountAsync(app, "instance_events")));
        Assert.Equal([1L], await app.Db.QueryAsync($"select distinct fence from bulk_jobs", row => row.GetInt64(0), CancellationToken.None));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task Every_background_loop_does_its_work_once_over_four_nodes(Database database)
    {
        await using var nodes = await Nodes.StartAsync(database, new TestOptions { RunsEngine = true }, TimeSpan.Zero, TimeSpan.Zero, Hour, -Hour);
        var work = await BackgroundWork.OfAsync(nodes.First);

        await work.BeginAsync(nodes.First.Db);
        await Eventually.UntilAsync(() => work.IsDoneAsync(nodes.First.Db));

        await work.VerifyAsync();
        Assert.Equal(
            [1L],
            await nodes.First.Db.QueryAsync($"select fence from bulk_jobs union select fence from crm_requests union select fence from messages", row => row.GetInt64(0), CancellationToken.None));
    }

    private static async Task<long> CountAsync(TestApp app, string table) =>
        (await app.Db.QueryAsync($"select count(*) from {new SqlText(table)}", row => row.GetInt64(0), CancellationToken.None)).Single();

    private sealed class Nodes(List<TestApp> all) : IAsyncDisposable
    {
        public TestApp First => all[0];

        /// <param name="wrong">By how much the clock of each machine is wrong.</param>
        public static Task<Nodes> StartAsync(Database kind, params TimeSpan[] wrong) => StartAsync(kind, new TestOptions(), wrong);

        public static async Task<Nodes> StartAsync(Database kind, TestOptions options, params TimeSpan[] wrong)
        {
            var first = await TestApp.StartAsync(kind, Timed(options, wrong[0]));
            return new Nodes([first, .. await Task.WhenAll(wrong[1..].Select(by => first.HasAnotherNodeAsync(options => Timed(options, by))))]);
        }

        /// <summary>Calls without pause for the given time; each caller takes the nodes in turn.</summary>
        public async Task<List<Reply>> HammerAsync(ApiKeyCredentials key, TimeSpan time, int callers = 4)
        {
            var start = TimeProvider.System.GetTimestamp();
            var replies = await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
            {
                var mine = new List<Reply>();
                for (var i = caller; TimeProvider.System.GetElapsedTime(start) < time; i++)
                {
                    mine.Add(await all[i % all.Count].GetAsync("/v2/workspaces", key));
                    await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System);
                }

                return mine;
            }));
            return [.. replies.SelectMany(mine => mine)];
        }

        public async Task<HttpStatusCode[]> AskAllAsync(ApiKeyCredentials key) => [.. (await Task.WhenAll(all.Select(node => node.GetAsync("/v2/workspaces", key)))).Select(reply => reply.Status)];

        /// <summary>Begins a bulk assignment: of the prospects p0, p1, …, each job takes the next <paramref name="size"/>.</summary>
        public async Task<string> BeginBulkAsync(int job, int size)
        {
            var reply = await all[job % all.Count].PostAsync(
                "/v2/flows/prospects/bulk-assignments",
                new
                {
                    flowId = WireId.Write(First.Tenant.Flow.Id),
                    flowInstanceOwnerEmail = TestApp.RepEmail,
                    prospects = Enumerable.Range(job * size, size).Select(i => new { crmId = $"p{i}" }),
                });
            return (string)reply.Json["id"]!;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var node in all.AsEnumerable().Reverse())
            {
                await node.DisposeAsync();
            }
        }

        private static TestOptions Timed(TestOptions options, TimeSpan wrong) => options with
        {
            Adjust = services => services.AddSingleton<TimeProvider>(provider => new DatabaseClock(provider.GetRequiredService<Db>(), new WrongClock(wrong))),
        };
    }

    private sealed class WrongClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
