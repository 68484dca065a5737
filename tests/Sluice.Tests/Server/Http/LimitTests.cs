using System.Diagnostics;
using Sluice.Engine.Companies;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Http;

public sealed class LimitTests
{
    private const string Url = "/v2/workspaces";

    [Theory, EveryDatabase]
    [Wire(All, "doc", "Three calls a second: the fourth is refused with Retry-After 1", Refusal = true)]
    public async Task The_fourth_call_in_a_second_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var tenant = await app.HasTenantAsync(limits: Company.DefaultLimits);

        await PassesAsync(app, tenant.Key, calls: 3);
        await RefusesAsync(app, tenant.Key, retryAfter: "1");

        // Refused calls do not count and do not prolong the wait.
        app.Clock.Advance(TimeSpan.FromMilliseconds(999));
        await RefusesAsync(app, tenant.Key, retryAfter: "1");
        app.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await PassesAsync(app, tenant.Key, calls: 3);
        await RefusesAsync(app, tenant.Key, retryAfter: "1");
    }

    [Theory, EveryDatabase]
    [Wire(All, "inf", "The limit holds for any one second, not for seconds of the clock, so there is no burst when the second changes")]
    public async Task No_period_of_one_second_holds_more_than_three_calls(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var tenant = await app.HasTenantAsync(limits: Company.DefaultLimits);
        foreach (var _ in (int[])[0, 400, 800])
        {
            await PassesAsync(app, tenant.Key);
            app.Clock.Advance(TimeSpan.FromMilliseconds(400));
        }

        await PassesAsync(app, tenant.Key); // At 1.2 s: the call at 0 s is over a second old.
        await RefusesAsync(app, tenant.Key, retryAfter: "1");
        app.Clock.Advance(TimeSpan.FromMilliseconds(200)); // At 1.4 s: the call at 0.4 s is a second old.
        await PassesAsync(app, tenant.Key);
        await RefusesAsync(app, tenant.Key, retryAfter: "1");
    }

    [Theory, EveryDatabase]
    [Wire(All, "doc", "10,000 calls a day: the next is refused, with the seconds to midnight UTC in Retry-After", Refusal = true)]
    public async Task A_call_over_the_limit_of_the_day_is_refused_until_midnight(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var tenant = await app.HasTenantAsync(limits: Company.DefaultLimits);
        await HasSpentTodayAsync(app, tenant, 9_999);

        await PassesAsync(app, tenant.Key);
        await RefusesAsync(app, tenant.Key, retryAfter: "54000"); // It is 09:00 UTC: 15 hours are left.
        app.Clock.Advance(TimeSpan.FromHours(15) - TimeSpan.FromMilliseconds(1));
        await RefusesAsync(app, tenant.Key, retryAfter: "1");
        app.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await PassesAsync(app, tenant.Key);
    }

    [Theory, EveryDatabase]
    [Wire(All, "doc", "A refused call does not count towards the day's limit")]
    public async Task A_call_over_the_limit_of_the_second_does_not_count_for_the_day(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var tenant = await app.HasTenantAsync(limits: new CompanyLimits(1, 2));

        await PassesAsync(app, tenant.Key);
        await RefusesAsync(app, tenant.Key, retryAfter: "1");
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await PassesAsync(app, tenant.Key);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await RefusesAsync(app, tenant.Key, retryAfter: "53998");
    }

    [Theory, EveryDatabase]
    [Wire(All, "inf", "The count of the day's calls survives a restart")]
    public async Task The_count_of_the_days_calls_survives_a_restart(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var tenant = await app.HasTenantAsync(limits: new CompanyLimits(0, 7));
        await PassesAsync(app, tenant.Key, calls: 4);

        await app.RestartAsync();
        await PassesAsync(app, tenant.Key, calls: 3);
        await app.RestartAsync();

        await RefusesAsync(app, tenant.Key, retryAfter: "54000");
    }

    [Theory, EveryDatabase]
    [Wire(All, "doc", "The limits belong to the company; all its keys share them")]
    public async Task Limits_belong_to_a_company_and_its_keys_share_them(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var acme = await app.HasTenantAsync(limits: new CompanyLimits(3, 4));
        var globex = await app.HasTenantAsync("Globex", limits: new CompanyLimits(3, 4));
        var second = await app.HasKeyAsync(of: acme);

        await PassesAsync(app, acme.Key, calls: 2);
        await PassesAsync(app, second);
        await RefusesAsync(app, second, retryAfter: "1");
        await RefusesAsync(app, acme.Key, retryAfter: "1");
        await PassesAsync(app, globex.Key, calls: 3);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await PassesAsync(app, second);
        await RefusesAsync(app, acme.Key, retryAfter: "53999");
        await PassesAsync(app, globex.Key);
    }

    [Theory, EveryDatabase]
    [Wire(All, "doc", "Each limit can be changed or switched off for a company")]
    public async Task Limits_can_be_changed_and_switched_off_per_company(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var tenant = await app.HasTenantAsync(limits: new CompanyLimits(1, 1));
        await PassesAsync(app, tenant.Key);
        await RefusesAsync(app, tenant.Key, retryAfter: "54000");

        await app.HasSettingsAsync(company => company with { Limits = new CompanyLimits(5, 0) }, of: tenant);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await PassesAsync(app, tenant.Key, calls: 5);
        await RefusesAsync(app, tenant.Key, retryAfter: "1");

        await app.HasSettingsAsync(company => company with { Limits = new CompanyLimits(0, 0) }, of: tenant);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await PassesAsync(app, tenant.Key, calls: 20);
    }

    [Theory, EveryDatabase]
    public async Task Limits_can_be_switched_off_for_the_server(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Limits = false });
        var tenant = await app.HasTenantAsync(limits: new CompanyLimits(1, 1));

        await PassesAsync(app, tenant.Key, calls: 20);
        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Get, Url, null, tenant.Key.Bearer())).Status);
    }

    [Theory, EveryDatabase]
    [Wire(All, "inf", "A call with bad credentials does not count towards the company's limits")]
    public async Task A_call_with_bad_credentials_does_not_count(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var tenant = await app.HasTenantAsync(limits: new CompanyLimits(3, 3));
        for (var call = 0; call < 10; call++)
        {
            var reply = await app.SendAsync(HttpMethod.Get, Url, null, Credential.Basic(tenant.Key.AccessKey, "wrong"));
            Assert.Equal(Unauthorized, reply.Status);
        }

        await PassesAsync(app, tenant.Key, calls: 3);
    }

    [Theory, EveryDatabase]
    [Wire(All, "inf", "Repeated failed logins from one address are slowed down; good credentials from it are not")]
    public async Task Repeated_failed_logins_are_slowed_down_and_good_credentials_are_not(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.GetAsync(Url);
        var first = await TimeAsync(() => FailAsync(app, times: 20));
        var slowed = await TimeAsync(() => FailAsync(app, times: 1));
        var good = await TimeAsync(() => PassesAsync(app, app.Tenant.Key, calls: 3));
        app.Clock.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromMilliseconds(1));
        var forgiven = await TimeAsync(() => FailAsync(app, times: 1));

        // A slowed call waits one second; a timer may end it a little early. The other calls may take up to 0.9 s, as on a busy machine.
        Assert.InRange(slowed.TotalSeconds, 0.9, 30);
        Assert.InRange((first / 20).TotalSeconds, 0, 0.9);
        Assert.InRange((good / 3).TotalSeconds, 0, 0.9);
        Assert.InRange(forgiven.TotalSeconds, 0, 0.9);
    }

    private static async Task PassesAsync(TestApp app, ApiKeyCredentials key, int calls = 1)
    {
        for (var call = 0; call < calls; call++)
        {
            Assert.Equal(OK, (await app.GetAsync(Url, key)).Status);
        }
    }

    private static async Task RefusesAsync(TestApp app, ApiKeyCredentials key, string retryAfter)
    {
        var reply = await app.GetAsync(Url, key);
        reply.ShouldRefuse(TooManyRequests, "API request limit exceeded");
        Assert.Equal(retryAfter, reply.Header("Retry-After"));
    }

    private static async Task FailAsync(TestApp app, int times)
    {
        for (var time = 0; time < times; time++)
        {
            Assert.Equal(Unauthorized, (await app.SendAsync(HttpMethod.Get, Url, null, credential: null)).Status);
        }
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task HasSpentTodayAsync(TestApp app, Tenant tenant, int calls)
    {
        var today = app.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 86_400_000;
        await app.Db.ExecuteAsync($"insert into quota_days (company_id, day, used) values ({tenant.Id}, {today}, {calls})", CancellationToken.None);
    }
}
