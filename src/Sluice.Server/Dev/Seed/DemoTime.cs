namespace Sluice.Server.Dev.Seed;

/// <summary>The calendar of the demo company. It stands still, so that a seed is the same whenever it is sown.</summary>
internal static class DemoTime
{
    private const int WorkBegins = 16; // UTC: eight in the morning in Los Angeles, nine in summer
    private const int WorkHours = 8;

    /// <summary>
    /// When the demo company was sown. Nine on a Monday in Los Angeles, the first working day after the clocks went back: a week has just
    /// begun, steps are due, and the times of its listings show both of the zone's offsets.
    /// </summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 2, 17, 0, 0, TimeSpan.Zero);

    /// <summary>That day at <see cref="Now"/>'s hour.</summary>
    public static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 17, 0, 0, TimeSpan.Zero);

    /// <summary>Some moment at work on that day, or on the Friday before.</summary>
    public static DateTimeOffset AtWork(DateTimeOffset day, Chance chance)
    {
        var friday = day.DayOfWeek switch { DayOfWeek.Saturday => -1, DayOfWeek.Sunday => -2, _ => 0 };
        var midnight = new DateTimeOffset(day.UtcDateTime.Date, TimeSpan.Zero);
        return midnight.AddDays(friday).AddHours(WorkBegins) + chance.Upto(TimeSpan.FromHours(WorkHours) - TimeSpan.FromSeconds(1));
    }

    /// <summary>The same hour on the Monday after, where it is a weekend.</summary>
    public static DateTimeOffset NotAtWeekend(DateTimeOffset time) =>
        time.AddDays(time.DayOfWeek switch { DayOfWeek.Saturday => 2, DayOfWeek.Sunday => 1, _ => 0 });
}
