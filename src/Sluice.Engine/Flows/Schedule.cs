using NodaTime;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Flows;

/// <summary>
/// Computes when a step is due [decision 35]. It calculates in the owner's time zone and reads no clock and no database.
/// </summary>
internal static class Schedule
{
    public const int MinutesADay = 24 * 60;

    /// <summary>A step that was done later, which only a damaged database can say, counts as done at this time: after a wait of a year and a weekend, it would be in no year that can be counted.</summary>
    private static readonly DateTimeOffset LastStart = TimeRange.Latest.AddYears(-2);

    /// <summary>
    /// A wait of whole days ends that many days later at the same local time; any other wait ends after that many minutes. A local time that
    /// does not exist moves forward by the length of the gap; for one that occurs twice, the first counts. After the wait, automatic mail
    /// leaves when the window is next open, and a person's step is due on the next working day, at the same local time.
    /// </summary>
    public static DateTimeOffset NextStep(DateTimeOffset done, int waitMinutes, bool isAutomaticMail, DateTimeZone zone, SendingWindow window)
    {
        var from = Instant.FromDateTimeOffset(done < LastStart ? done : LastStart).InZone(zone);

        // A wait of zero must not go through local time: in the second of two repeated hours, the same local time would be an hour ago.
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
    /// Finds the first moment at which mail may leave: <paramref name="now"/> itself if the window is open. An opening inside a gap moves to the
    /// end of the gap. It searches one interval of constant UTC offset after another, because clock changes can remove an opening, repeat it, or
    /// skip a whole day.
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

    /// <summary>Whether automatic mail may leave, and people's steps may be due, on that day.</summary>
    public static bool IsWorkingDay(IsoDayOfWeek day, SendingWindow window) => (window.WorkingDays & (1 << ((int)day - 1))) != 0;

    private static DateTimeOffset OnceWaited(ZonedDateTime waited, bool isAutomaticMail, SendingWindow window) => isAutomaticMail
        ? NextOpening(waited.ToDateTimeOffset(), waited.Zone, window)
        : OnWorkingDay(waited, waited.LocalDateTime, window);

    /// <param name="due">When the wait ends.</param>
    /// <param name="local">The local time of the wait's end, ignoring a clock-change gap. A step that moves to a later day has this local time again.</param>
    private static DateTimeOffset OnWorkingDay(ZonedDateTime due, LocalDateTime local, SendingWindow window)
    {
        // Checks again after each move, because a gap across midnight or over a whole day can move the due time out of the working day.
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

    /// <returns>0 if the day itself is a working day.</returns>
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
