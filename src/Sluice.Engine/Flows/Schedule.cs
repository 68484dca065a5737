using NodaTime;

namespace Sluice.Engine.Flows;

/// <summary>
/// When a step is due [decision 35]. All sums are made on the calendar of the owner's zone; no clock, no database.
/// </summary>
internal static class Schedule
{
    public const int MinutesADay = 24 * 60;

    /// <summary>
    /// A wait of whole days ends on that day at the same local time, any other after so many minutes. A local time that does not exist moves
    /// forward by the gap; of one that exists twice it is the earlier. From then on: a mail leaves when the window is open, and what a person
    /// does is due on a working day, at the same local time.
    /// </summary>
    public static DateTimeOffset NextStep(DateTimeOffset done, int waitMinutes, bool isAutomaticMail, DateTimeZone zone, SendingWindow window)
    {
        var from = Instant.FromDateTimeOffset(done).InZone(zone);

        // No wait at all is not "today at the same local time": in the second of two equal hours that would be an hour ago.
        if (waitMinutes == 0 || waitMinutes % MinutesADay != 0)
        {
            return OnceWaited(from.PlusMinutes(waitMinutes), isAutomaticMail, window);
        }

        var local = from.LocalDateTime.PlusDays(waitMinutes / MinutesADay);
        return isAutomaticMail
            ? NextOpening(local.InZoneLeniently(zone).ToDateTimeOffset(), zone, window)
            : OnWorkingDay(local.InZoneLeniently(zone), local, window);
    }

    public static bool IsOpen(DateTimeOffset now, DateTimeZone zone, SendingWindow window) =>
        IsOpen(Instant.FromDateTimeOffset(now).InZone(zone).LocalDateTime, window);

    /// <summary>
    /// The first moment from now on at which mail may leave: now itself when it is open. An opening that falls into a gap is at the end of
    /// the gap. Looked for in one stretch of constant offset after the other, as a day may lack its opening, or have it twice, or be left out.
    /// </summary>
    public static DateTimeOffset NextOpening(DateTimeOffset now, DateTimeZone zone, SendingWindow window)
    {
        for (var instant = Instant.FromDateTimeOffset(now); ;)
        {
            var stretch = zone.GetZoneInterval(instant);
            var local = instant.WithOffset(stretch.WallOffset).LocalDateTime;
            var opens = NextOpening(local, window).WithOffset(stretch.WallOffset).ToInstant();
            if (!stretch.HasEnd || opens < stretch.End)
            {
                return opens.ToDateTimeOffset();
            }

            instant = stretch.End;
        }
    }

    /// <summary>Whether mail may leave on that day, and what people do may be due.</summary>
    public static bool IsWorkingDay(IsoDayOfWeek day, SendingWindow window) => (window.WorkingDays & (1 << ((int)day - 1))) != 0;

    private static DateTimeOffset OnceWaited(ZonedDateTime waited, bool isAutomaticMail, SendingWindow window) => isAutomaticMail
        ? NextOpening(waited.ToDateTimeOffset(), waited.Zone, window)
        : OnWorkingDay(waited, waited.LocalDateTime, window);

    /// <param name="due">Where the wait ends.</param>
    /// <param name="local">The local time that it has, or would have if there were no gap: on Monday it is that again.</param>
    private static DateTimeOffset OnWorkingDay(ZonedDateTime due, LocalDateTime local, SendingWindow window)
    {
        // Again after a move: a gap over midnight, or over a whole day, may lead out of the working day.
        while (!IsWorkingDay(due.DayOfWeek, window))
        {
            local = local.PlusDays(1 + DaysUntilWorking(local.PlusDays(1).DayOfWeek, window));
            due = local.InZoneLeniently(due.Zone);
        }

        return due.ToDateTimeOffset();
    }

    private static bool IsOpen(LocalDateTime local, SendingWindow window) =>
        IsWorkingDay(local.DayOfWeek, window) && MinuteOf(local) >= window.Begins && MinuteOf(local) < window.Ends;

    private static LocalDateTime NextOpening(LocalDateTime local, SendingWindow window)
    {
        if (IsOpen(local, window))
        {
            return local;
        }

        var first = MinuteOf(local) < window.Begins ? local.Date : local.Date.PlusDays(1);
        return first.PlusDays(DaysUntilWorking(first.DayOfWeek, window)).At(LocalTime.FromMinutesSinceMidnight(window.Begins));
    }

    /// <returns>0 where the day is one.</returns>
    private static int DaysUntilWorking(IsoDayOfWeek day, SendingWindow window)
    {
        var days = 0;
        while (!IsWorkingDay((IsoDayOfWeek)((((int)day - 1 + days) % 7) + 1), window))
        {
            days = days < 7 ? days + 1 : throw new ArgumentOutOfRangeException(nameof(window), window.WorkingDays, "No day is a working day");
        }

        return days;
    }

    private static int MinuteOf(LocalDateTime local) => (local.Hour * 60) + local.Minute;
}
