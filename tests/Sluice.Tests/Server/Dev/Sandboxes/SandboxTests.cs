using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Server.Dev.Sandboxes;

namespace Sluice.Tests.Server.Dev.Sandboxes;

public sealed class SandboxTests
{
    /// <summary>What happens each second happens only when the test says so.</summary>
    private static readonly TestOptions ByHand = TestSandbox.Dev with { Adjust = services => services.Remove(services.Single(one => one.ImplementationType == typeof(RunSandboxes))) };

    [Theory, EveryDatabase]
    public async Task A_sandbox_has_the_demo_data_of_its_seed_and_a_clock_that_stands_still(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev);
        var one = await TestSandbox.NewAsync(app, new { seed = 7, clock = "2026-11-03T10:00:00-08:00" });

        Assert.Equal("2026-11-03T10:00:00-08:00", await one.NowAsync());
        Assert.Equal("2026-11-03T10:00:00-08:00", (string?)one.Made["now"]);
        Assert.True((bool)one.Made["frozen"]!);
        Assert.NotEmpty((await one.GetAsync("/v2/users")).Each("users", "id"));
        Assert.DoesNotContain(one.Id, (await app.GetAsync("/v2/users")).Body, StringComparison.Ordinal);
        Assert.Equal([one.Id], (await app.GetAsync(TestSandbox.Url)).Each("sandboxes", "id"));
        Assert.Equal(one.Id, (string?)(await app.GetAsync($"{TestSandbox.Url}/{one.Id}")).Json["sandbox"]!["id"]);
    }

    [Theory, EveryDatabase]
    public async Task A_key_a_token_and_a_path_lead_to_the_sandbox_and_nothing_else_does(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev);
        var one = await TestSandbox.NewAsync(app);
        var users = (await one.GetAsync("/v2/users")).Body;

        Assert.Equal(users, (await app.SendAsync(HttpMethod.Get, "/v2/users", null, new AuthenticationHeaderValue("Bearer", one.Key.BearerToken))).Body);
        Assert.Equal(users, (await app.GetAsync($"/sandbox/{one.Id}/v2/users", one.Key)).Body);
        Assert.Equal("2026-11-02T09:00:00-08:00", (string?)(await app.SendAsync(HttpMethod.Get, $"/sandbox/{one.Id}/sluice/v1/clock", null, credential: null)).Json["now"]); // Keyless, as on every path of dev.
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync($"/sandbox/{one.Id}/v2/users")).Status); // The key of the server's own company.
        Assert.NotEqual(users, (await app.GetAsync("/v2/users")).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync("/sandbox/12345/sluice/v1/clock")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync(TestSandbox.Url, one.Key)).Status); // Sandboxes are made from outside.
    }

    [Theory, EveryDatabase]
    public async Task Moving_one_clock_moves_no_other(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev);
        var (one, other) = (await TestSandbox.NewAsync(app), await TestSandbox.NewAsync(app));
        var before = await other.DumpAsync();

        await one.AdvanceAsync("3d");

        Assert.Equal("2026-11-05T09:00:00-08:00", await one.NowAsync());
        Assert.Equal("2026-11-02T09:00:00-08:00", await other.NowAsync());
        Assert.Equal("2026-03-02T01:00:00-08:00", (string?)(await app.GetAsync("/sluice/v1/clock")).Json["now"]);
        Assert.Equal(before, await other.DumpAsync());
        await app.PostAsync("/sluice/v1/clock", new { advance = "30d" });
        Assert.Equal("2026-11-05T09:00:00-08:00", await one.NowAsync());
    }

    [Theory, EveryDatabase]
    public async Task Faults_mail_and_recorded_requests_are_those_of_one_sandbox(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev);
        var (one, other) = (await TestSandbox.NewAsync(app), await TestSandbox.NewAsync(app));

        await one.PostAsync("/sluice/v1/faults", new { path = "/v2/users", times = 1, status = 429 });
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/v2/users")).Status);
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/v2/users")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await one.GetAsync("/v2/users")).Status);
        await one.AdvanceAsync("2d");

        Assert.Contains("429", (await one.GetAsync("/sluice/v1/requests")).Each("requests", "status"));
        Assert.Equal(["200"], (await other.GetAsync("/sluice/v1/requests")).Each("requests", "status"));
        Assert.NotEqual((await one.GetAsync("/sluice/v1/messages?limit=100")).Body, (await other.GetAsync("/sluice/v1/messages?limit=100")).Body);
        Assert.Equal("""{"messages":[]}""", (await app.GetAsync("/sluice/v1/messages")).Body);
    }

    [Theory, EveryDatabase]
    public async Task A_write_is_answered_when_all_is_done_that_is_due(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev);
        var later = new { clock = "2026-11-05T09:00:00-08:00" }; // Steps of the demo data are due by then.
        var (one, other) = (await TestSandbox.NewAsync(app, later), await TestSandbox.NewAsync(app, later));
        Assert.Equal(0, (int)(await one.DiffAsync())["count"]!);

        await one.PostAsync("/sluice/v1/faults", new { path = "/v2", times = 1, status = 429 }); // Any write.
        await other.PostAsync("/sluice/v1/faults", new { path = "/v2", times = 1, status = 429 });

        Assert.NotEqual(0, (int)(await one.DiffAsync())["count"]!);
        Assert.Equal(0, (int)(await one.DiffAsync($"?from={other.Id}"))["count"]!);
    }

    [Theory, EveryDatabase]
    public async Task A_dropped_sandbox_is_gone_with_its_key(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev);
        var one = await TestSandbox.NewAsync(app);

        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Delete, $"{TestSandbox.Url}/{one.Id}")).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, (await one.GetAsync("/v2/users")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(HttpMethod.Delete, $"{TestSandbox.Url}/{one.Id}")).Status);
        Assert.Empty((await app.GetAsync(TestSandbox.Url)).Each("sandboxes", "id"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_sandbox_that_nobody_has_called_for_an_hour_is_dropped(Database database)
    {
        await using var app = await TestApp.StartAsync(database, ByHand);
        var (used, unused) = (await TestSandbox.NewAsync(app), await TestSandbox.NewAsync(app));
        var all = app.Services.GetRequiredService<Sluice.Server.Dev.Sandboxes.Sandboxes>();

        app.Clock.Advance(TimeSpan.FromMinutes(50));
        await used.GetAsync("/v2/users");
        await app.PostAsync("/sluice/v1/clock", new { advance = "30d" }); // Another clock: it drops nothing.
        await all.DropUnusedAsync();
        Assert.Equal([used.Id, unused.Id], (await app.GetAsync(TestSandbox.Url)).Each("sandboxes", "id"));

        app.Clock.Advance(TimeSpan.FromMinutes(15));
        await all.DropUnusedAsync();
        Assert.Equal([used.Id], (await app.GetAsync(TestSandbox.Url)).Each("sandboxes", "id"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Work_comes_due_by_itself_where_the_clock_runs(Database database)
    {
        await using var app = await TestApp.StartAsync(database, ByHand);
        var (one, frozen) = (await TestSandbox.NewAsync(app), await TestSandbox.NewAsync(app, new { clock = "2026-11-05T09:00:00-08:00" }));
        var all = app.Services.GetRequiredService<Sluice.Server.Dev.Sandboxes.Sandboxes>();
        var clock = all.Find(long.Parse(one.Id, CultureInfo.InvariantCulture))!.World!.Clock;
        clock.State = clock.Running(new DateTimeOffset(2026, 11, 5, 17, 0, 0, TimeSpan.Zero));

        await all.RunDueAsync(CancellationToken.None);

        Assert.NotEqual(0, (int)(await one.DiffAsync())["count"]!);
        Assert.Equal(0, (int)(await frozen.DiffAsync())["count"]!);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Another_company_sees_no_sandbox_and_production_has_none(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev);
        var (one, stranger) = (await TestSandbox.NewAsync(app), await app.HasTenantAsync());
        var snapshot = await one.SnapshotAsync();

        Assert.Equal("""{"sandboxes":[]}""", (await app.GetAsync(TestSandbox.Url, stranger.Key)).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync($"{TestSandbox.Url}/{one.Id}", stranger.Key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync($"{TestSandbox.Url}/{one.Id}/diff", stranger.Key)).Status);
        foreach (var what in (string[])["reset", "snapshots", "fork", "restore"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await app.PostAsync($"{TestSandbox.Url}/{one.Id}/{what}", what == "restore" ? new { snapshot } : new { }, stranger.Key)).Status);
        }

        var theirs = TestSandbox.From(app, await app.PostAsync(TestSandbox.Url, new { }, stranger.Key));
        Assert.Equal(HttpStatusCode.NotFound, (await app.PostAsync($"{TestSandbox.Url}/{theirs.Id}/restore", new { snapshot }, stranger.Key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync($"{TestSandbox.Url}/{theirs.Id}/diff?from={one.Id}", stranger.Key)).Status);

        await using var production = await TestApp.StartAsync(database);
        Assert.Equal(HttpStatusCode.NotFound, (await production.GetAsync(TestSandbox.Url)).Status);
        Assert.Null(production.Services.GetService<Sluice.Server.Dev.Sandboxes.Sandboxes>());
    }
}
