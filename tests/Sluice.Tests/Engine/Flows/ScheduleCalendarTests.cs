using NodaTime;
using NodaTime.TimeZones;
using Sluice.Engine.Flows;

namespace Sluice.Tests.Engine.Flows;

/// <summary>Tests the calendar rules around every clock change of every time zone in ten years, against NodaTime's mapping of local times.</summary>
public sealed class ScheduleCalendarTests
{
    private static readonly Instant From = Instant.FromUtc(2020, 1, 1, 0, 0);
    private static readonly Instant To = Instant.FromUtc(2030, 1, 1, 0, 0);

    private static readonly SendingWindow[] Windows =
    [
        SendingWindow.Default,
        new(0, 1440, 0b111_1111),
        new(90, 180, 0b100_0001), // 01:30 to 03:00 on Sunday and Monday, when most clocks change.
        new(1380, 1440, 0b110_0000),
    ];

    /// <summary>Minutes from a clock change to the end of a wait.</summary>
    private static readonly int[] Around = [-2881, -1440, -721, -89, -60, -30, -1, 0, 1, 29, 59, 61, 89, 720, 1441];

    private static readonly int[] Waits = [0, 1440, 59, 2 * 1440, 1439, 7 * 1440, 1, 366 * 1440];

    [Fact]
    public void A_task_is_due_on_the_first_working_day_at_the_local_time_at_which_the_wait_ends() => Everywhere((zone, change, window) =>
    {
        foreach (var (done, wait) in EndingAround(change))
        {
            var due = Due(done, wait, isMail: false, zone, window).InZone(zone);
            var (end, local) = EndOf(done, wait, zone);

            Assert.True(due.ToInstant() >= end, "It is due before the wait ends");
            Assert.True(IsWorking(due.Date, window), "It is due on a day off");
            Assert.True(due.TimeOfDay == local.TimeOfDay || IsMissing(zone, due.Date, local) || IsMissing(zone, due.Date.PlusDays(-1), local), "It is due at another local time, and no gap explains it");
            for (var day = local.Date; day < due.Date; day = day.PlusDays(1))
            {
                Assert.True(!IsWorking(day, window) || IsMissing(zone, day, local), "A working day was skipped");
            }
        }
    });

    [Fact]
    public void Mail_leaves_at_the_first_open_moment_after_the_wait() => Everywhere((zone, change, window) =>
    {
        foreach (var (done, wait) in EndingAround(change))
        {
            var due = Due(done, wait, isMail: true, zone, window);
            var (end, _) = EndOf(done, wait, zone);

            Assert.True(due >= end, "It leaves before the wait ends");
            Assert.True(IsOpen(due, zone, window), "It leaves while the window is closed");
            Assert.True(due == end || !IsOpen(due - Duration.FromMilliseconds(1), zone, window), "The window was open earlier");
            for (var at = end; at < due; at += Duration.FromMinutes(window.Ends - window.Begins))
            {
                Assert.True(!IsOpen(at, zone, window), "An open window was skipped");
            }
        }
    });

    [Fact]
    public void Mail_that_is_ready_later_never_leaves_earlier() => Everywhere((zone, change, window) =>
    {
        var last = Instant.MinValue;
        foreach (var minutes in Around)
        {
            var opens = NextOpening(change + Duration.FromMinutes(minutes), zone, window);

            Assert.True(opens >= last, "The later mail leaves first");
            Assert.Equal(opens, NextOpening(opens, zone, window));
            last = opens;
        }
    });

    [Fact]
    public void A_longer_wait_of_days_never_ends_earlier() => Everywhere((zone, change, window) =>
    {
        foreach (var isMail in (bool[])[false, true])
        {
            var dues = Enumerable.Range(1, 9).Select(days => Due(change - Duration.FromMinutes((5 * 1440) + 17), days * 1440, isMail, zone, window)).ToList();

            Assert.Equal(dues.Order(), dues);
        }
    });

    private static void Everywhere(Action<DateTimeZone, Instant, SendingWindow> check)
    {
        var changes = 0;
        foreach (var zone in TzdbDateTimeZoneSource.Default.CanonicalIdMap.Values.Distinct().Select(id => DateTimeZoneProviders.Tzdb[id]))
        {
            foreach (var change in zone.GetZoneIntervals(From, To).Where(stretch => stretch.HasStart && stretch.Start >= From).Select(stretch => stretch.Start))
            {
                changes++;
                foreach (var window in Windows)
                {
                    Check(zone, change, window, check);
                }
            }
        }

        Assert.InRange(changes, 1_000, 100_000);
    }

    private static void Check(DateTimeZone zone, Instant change, SendingWindow window, Action<DateTimeZone, Instant, SendingWindow> check)
    {
        try
        {
            check(zone, change, window);
        }
        catch (Xunit.Sdk.XunitException fault)
        {
            Assert.Fail($"{zone.Id} at {change}, {window}: {fault.Message}");
        }
    }

    /// <summary>Combines every distance from the clock change with one of the waits. Another change gives another combination.</summary>
    private static IEnumerable<(Instant Done, int Wait)> EndingAround(Instant change) =>
        from minutes in Around.Index()
        let wait = Waits[(minutes.Index + (int)(change.ToUnixTimeSeconds() / 86_400 % Waits.Length)) % Waits.Length]
        select (change + Duration.FromMinutes(minutes.Item - wait), wait);

    /// <returns>The end of the wait, and its local time. If the clocks skip that local time, it is the skipped one.</returns>
    private static (Instant End, LocalDateTime Local) EndOf(Instant done, int wait, DateTimeZone zone)
    {
        if (wait == 0 || wait % 1440 != 0)
        {
            var end = done + Duration.FromMinutes(wait);
            return (end, end.InZone(zone).LocalDateTime);
        }

        var local = done.InZone(zone).LocalDateTime.PlusDays(wait / 1440);
        var map = zone.MapLocal(local);
        var offset = map.EarlyInterval.WallOffset; // In a gap, the offset before the change moves the time forward.
        return (local.WithOffset(offset).ToInstant(), local);
    }

    private static Instant Due(Instant done, int wait, bool isMail, DateTimeZone zone, SendingWindow window) =>
        Instant.FromDateTimeOffset(Schedule.NextStep(done.ToDateTimeOffset(), wait, isMail, zone, window));

    private static Instant NextOpening(Instant now, DateTimeZone zone, SendingWindow window) =>
        Instant.FromDateTimeOffset(Schedule.NextOpening(now.ToDateTimeOffset(), zone, window));

    private static bool IsOpen(Instant at, DateTimeZone zone, SendingWindow window)
    {
        var local = at.InZone(zone).LocalDateTime;
        var minute = local.TimeOfDay.TickOfDay / NodaConstants.TicksPerMinute;
        return IsWorking(local.Date, window) && minute >= window.Begins && minute < window.Ends;
    }

    /// <summary>Whether the clocks skip this time of day on this day. Some gaps end on the next day.</summary>
    private static bool IsMissing(DateTimeZone zone, LocalDate day, LocalDateTime local) => zone.MapLocal(day + local.TimeOfDay).Count == 0;

    private static bool IsWorking(LocalDate date, SendingWindow window) => (window.WorkingDays >> ((int)date.DayOfWeek - 1) & 1) == 1;
}
