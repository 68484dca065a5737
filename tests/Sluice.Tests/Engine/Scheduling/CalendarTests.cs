using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Scheduling;

/// <summary>Tests the calendar rules through the whole server. ScheduleCalendarTests tests the calculations alone, for all time zones.</summary>
public sealed class CalendarTests
{
    private const string OfficeHours = """{"from":"08:00","to":"18:00","days":["Mon","Tue","Wed","Thu","Fri"]}""";

    /// <summary>The test starts on Monday, 2 March 2026, at 01:00 in Los Angeles. There the clocks go forward on 8 March.</summary>
    [Theory, EveryDatabase]
    public async Task A_wait_of_seven_days_across_a_clock_change_ends_at_the_same_local_time(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var scenario = await ProspectScenario.BeginAsync(app, "call custom+7d");
        await scenario.AssignAsync();
        await scenario.DoAsync("done");
        Assert.Equal("2026-03-09T01:00:00-07:00", (string?)(await scenario.ExplainAsync())["nextAt"]);

        await scenario.DoAsync($"{(7 * 24 * 60) - 61}m"); // One minute too early: this week is an hour shorter than seven times 24 hours.
        Assert.Equal("Running step |  | ", await scenario.ShowAsync());
        await scenario.DoAsync("1m");
        Assert.Equal("Running to_do | step CUSTOM | ", await scenario.ShowAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_local_time_that_a_clock_change_skips_moves_forward(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        app.Clock.Advance(new TimeSpan(5, 1, 30, 0)); // Saturday, 02:30 in Los Angeles.
        var scenario = await ProspectScenario.BeginAsync(app, "call custom+1d");
        await scenario.AssignAsync();
        await scenario.DoAsync("done");

        Assert.Equal("2026-03-08T03:30:00-07:00", (string?)(await scenario.ExplainAsync())["nextAt"]);
    }

    [Theory, EveryDatabase]
    public async Task The_day_after_the_28th_is_the_29th_in_a_leap_year(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        app.Clock.Advance(new DateTimeOffset(2028, 2, 28, 18, 0, 0, TimeSpan.Zero) - app.Clock.GetUtcNow());
        var scenario = await ProspectScenario.BeginAsync(app, "call mail+1d call+1d", window: OfficeHours);
        await scenario.AssignAsync();
        await scenario.DoAsync("done, 1d");

        Assert.Equal(["2028-02-29T10:00:00-08:00"], (await scenario.MailAsync()).Select(mail => (string?)mail!["sentAt"]));
        Assert.Equal("2028-03-01T10:00:00-08:00", (string?)(await scenario.ExplainAsync())["nextAt"]);
    }

    [Theory, EveryDatabase]
    public async Task Mail_that_is_due_at_night_leaves_when_the_sending_window_opens(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var scenario = await ProspectScenario.BeginAsync(app, "mail call+9d", window: OfficeHours);
        await scenario.AssignAsync();
        await scenario.DoAsync("");
        Assert.Equal("2026-03-02T08:00:00-08:00", (string?)(await scenario.ExplainAsync())["nextAt"]);

        await scenario.DoAsync($"{(7 * 60) - 1}m");
        Assert.Empty(await scenario.MailAsync());
        await scenario.DoAsync("1m");
        Assert.Equal(["2026-03-02T08:00:00-08:00"], (await scenario.MailAsync()).Select(mail => (string?)mail!["sentAt"]));
    }

    /// <summary>
    /// The mail was queued in time, but could not be sent before the window closed in the evening. It waits for the next window, across a weekend
    /// and a clock change.
    /// </summary>
    [Theory, EveryDatabase]
    public async Task Mail_that_misses_its_window_waits_for_the_next_one(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        app.Clock.Advance(new TimeSpan(4, 16, 30, 0)); // Friday, 17:30 in Los Angeles.
        var scenario = await ProspectScenario.BeginAsync(app, "mail call+9d", window: OfficeHours);
        await scenario.AssignAsync();
        await scenario.DoAsync("60m");
        await using var sender = await app.HasAnotherNodeAsync(options => options with { Transport = new CaptureTransport() });

        await sender.RunAsync();
        Assert.Equal(["queued 2026-03-09T08:00:00-07:00"], (await scenario.MailAsync()).Select(mail => $"{mail!["state"]} {mail["dueAt"]}"));
        Assert.Contains("sending_window", (await scenario.ExplainAsync())["heldBy"]!.ToJsonString(), StringComparison.Ordinal);

        app.Clock.Advance(new DateTimeOffset(2026, 3, 9, 15, 0, 0, TimeSpan.Zero) - app.Clock.GetUtcNow());
        await sender.RunAsync();
        Assert.Equal(["sent 2026-03-09T08:00:00-07:00"], (await scenario.MailAsync()).Select(mail => $"{mail!["state"]} {mail["sentAt"]}"));
    }

    [Theory, EveryDatabase]
    public async Task An_owner_whose_time_zone_was_abolished_is_scheduled_in_utc(Database database)
    {
        await using var app = await TestApp.StartAsync(database); // It is 09:00 UTC.
        var scenario = await ProspectScenario.BeginAsync(app, "mail call+1d", window: OfficeHours, zone: "Mars/Olympus_Mons");
        await scenario.AssignAsync();
        await scenario.DoAsync("1d");

        Assert.Equal("Running to_do | step CALL | sent", await scenario.ShowAsync());
        Assert.Contains("time_zone", (await scenario.ExplainAsync())["heldBy"]!.ToJsonString(), StringComparison.Ordinal);
    }
}
