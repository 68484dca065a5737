using NodaTime;
using NodaTime.Text;

namespace Sluice.Engine.Primitives;

/// <summary>Days of the calendar as whole numbers, counted from 1970-01-01.</summary>
internal static class Days
{
    /// <summary>The last day that a text may name: the end of the year 9998.</summary>
    public static readonly int Last = Of(new LocalDate(9998, 12, 31));

    private static readonly LocalDate First = new(1970, 1, 1);

    public static int Of(DateTimeOffset time, DateTimeZone zone) => Of(WireTime.ToLocal(time, zone).Date);

    public static int Of(LocalDate date) => Period.DaysBetween(First, date);

    /// <summary>Writes a day as <c>2026-11-27</c>.</summary>
    public static string Write(int day) => LocalDatePattern.Iso.Format(ToDate(day));

    /// <returns>Null: the text is no day.</returns>
    public static int? Find(string text) => LocalDatePattern.Iso.Parse(text) is { Success: true, Value: { Year: >= 1970 and <= 9998 } date } ? Of(date) : null;

    public static LocalDate ToDate(int day) => First.PlusDays(day);

    /// <summary>The Monday of the week.</summary>
    public static int Monday(int day) => day - ((day + 3) % 7);

    /// <summary>When the day begins in a zone.</summary>
    public static DateTimeOffset Begin(int day, DateTimeZone zone) => zone.AtStartOfDay(ToDate(day)).ToDateTimeOffset();
}
