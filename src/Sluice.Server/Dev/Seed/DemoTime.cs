namespace Sluice.Server.Dev.Seed;

/// <summary>The calendar of the demo company. Its times are fixed, so that the seed gives the same company on every day.</summary>
internal static class DemoTime
{
    private const int WorkBegins = 16; // UTC: eight in the morning in Los Angeles, nine in summer
    private const int WorkHours = 8;

    /// <summary>
    /// The present of the demo company: nine o'clock on a Monday in Los Angeles, on the first working day after the clocks went back. A week has
    /// just begun, steps are due, and the times in listings show both offsets of the time zone.
    /// </summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 2, 17, 0, 0, TimeSpan.Zero);

    /// <summary>Returns the given day, at the hour of <see cref="Now"/>.</summary>
    public static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 17, 0, 0, TimeSpan.Zero);

    /// <summary>Draws a time within the working hours of that day; for a weekend, of the Friday before.</summary>
    public static DateTimeOffset AtWork(DateTimeOffset day, SeedRandom random)
    {
        var friday = day.DayOfWeek switch { DayOfWeek.Saturday => -1, DayOfWeek.Sunday => -2, _ => 0 };
        var midnight = new DateTimeOffset(day.UtcDateTime.Date, TimeSpan.Zero);
        return midnight.AddDays(friday).AddHours(WorkBegins) + random.UpTo(TimeSpan.FromHours(WorkHours) - TimeSpan.FromSeconds(1));
    }

    /// <summary>Moves a time on a weekend to the same hour of the next Monday.</summary>
    public static DateTimeOffset NotAtWeekend(DateTimeOffset time) =>
        time.AddDays(time.DayOfWeek switch { DayOfWeek.Saturday => 2, DayOfWeek.Sunday => 1, _ => 0 });
}
