using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>A day that a text names.</summary>
/// <param name="Day">Null: it can be read in two ways, or there is no such day.</param>
/// <param name="EndsRange">Whether it is the second day of a range that was written as one, such as <c>Nov 24-28</c>.</param>
internal sealed record DateSpan(int Begin, int End, LocalDate? Day, bool HasYear, bool IsWeekday, bool EndsRange);

/// <summary>Finds days in folded text: with the month's name, in numbers, as a weekday, or as "tomorrow".</summary>
internal static class DateText
{
    private const int MaxDates = 40;

    private const string Weekday = @"(?:(?<w>" + DateWords.Weekdays + "|" + DateWords.ShortWeekdays + @")\.?,? (?:the |den |dem |dia |el |le |il )?)?";

    public static List<DateSpan> Find(string folded, LocalDate writtenOn, DateOrder order) =>
        [.. Any.Matches(folded).Take(MaxDates).Select(match => Read(match, folded, writtenOn, order)).OfType<DateSpan>()];

    private static DateSpan? Read(Match match, string folded, LocalDate writtenOn, DateOrder order)
    {
        var (begin, end) = (match.Index, match.Index + match.Length);
        if (match.Groups["alone"].Success)
        {
            return new(begin, end, NextWeekday(match.Groups["alone"].Value, folded[end..Math.Min(folded.Length, end + 30)], writtenOn), HasYear: true, IsWeekday: true, EndsRange: false);
        }

        if (match.Groups["tomorrow"].Success)
        {
            return new(begin, end, writtenOn.PlusDays(1), HasYear: true, IsWeekday: true, EndsRange: false);
        }

        if (match.Groups["a"].Success)
        {
            return IsNoDate(match, folded, end) ? null : Numeric(match, begin, end, writtenOn, order);
        }

        var (year, range) = (YearOf(match), match.Groups["e"]);
        var month = match.Groups["mm"].Success ? Number(match.Groups["mm"]) : DateWords.Month(match.Groups["m"].Value);
        var day = Dated(year, month, Number(range.Success ? range : match.Groups["d"]), writtenOn);
        return new(begin, end, SuitsWeekday(match, day, range.Success) ? day : null, year is not null, IsWeekday: false, EndsRange: range.Success);
    }

    private static DateSpan Numeric(Match match, int begin, int end, LocalDate writtenOn, DateOrder order)
    {
        var (first, second, year) = (Number(match.Groups["a"]), Number(match.Groups["b"]), YearOf(match));
        var (dayFirst, monthFirst) = (Dated(year, second, first, writtenOn), Dated(year, first, second, writtenOn));
        var day = match.Groups["s"].Value == "." || order == DateOrder.DayFirst ? dayFirst ?? (match.Groups["s"].Value == "/" ? monthFirst : null)
            : order == DateOrder.MonthFirst ? monthFirst ?? dayFirst
            : OnlyOneOf(Soon(dayFirst), Soon(monthFirst));
        return new(begin, end, SuitsWeekday(match, day, isRange: false) ? day : null, year is not null, IsWeekday: false, EndsRange: false);

        LocalDate? Soon(LocalDate? date) => date >= writtenOn && Period.DaysBetween(writtenOn, date.Value) <= 270 ? date : null;
    }

    /// <summary>Whether the numbers mean something else: "24/7", a time, an amount, a part of a telephone number.</summary>
    private static bool IsNoDate(Match match, string folded, int end) =>
        match.Value.EndsWith("24/7", StringComparison.Ordinal)
        || (!match.Groups["y"].Success && (match.Groups["s"].Value == "-" || AfterAmount.IsMatch(folded[end..Math.Min(folded.Length, end + 12)])));

    private static LocalDate? OnlyOneOf(LocalDate? one, LocalDate? other) => one is null || one == other ? other : other is null ? one : null;

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    private static int? YearOf(Match match) => match.Groups["y"].Success ? Number(match.Groups["y"]) is var year && year < 100 ? 2000 + year : year : null;

    /// <summary>Without a year, the next such day counts.</summary>
    private static LocalDate? Dated(int? year, int month, int day, LocalDate writtenOn) =>
        year is { } given ? Exact(given, month, day) : Exact(writtenOn.Year, month, day) is { } thisYear && thisYear >= writtenOn ? thisYear : Exact(writtenOn.Year + 1, month, day);

    private static LocalDate? Exact(int year, int month, int day) =>
        year is > 1900 and < 9000 && month is >= 1 and <= 12 && day >= 1 && day <= CalendarSystem.Iso.GetDaysInMonth(year, month) ? new LocalDate(year, month, day) : null;

    /// <summary>A weekday that does not suit its date: the text is old, or the date was read wrongly.</summary>
    private static bool SuitsWeekday(Match match, LocalDate? day, bool isRange) =>
        isRange || day is null || !match.Groups["w"].Success || DateWords.Weekday(match.Groups["w"].Value) is not { } weekday || weekday == day.Value.DayOfWeek;

    /// <returns>Null for the weekday of the day on which it was written: it may be that day, or the one a week later.</returns>
    private static LocalDate? NextWeekday(string name, string after, LocalDate writtenOn)
    {
        var weekday = DateWords.Weekday(name)!.Value;
        if (NextWeek.IsMatch(after))
        {
            return writtenOn.Next(IsoDayOfWeek.Monday).PlusDays((int)weekday - 1);
        }

        return weekday == writtenOn.DayOfWeek ? null : writtenOn.Next(weekday);
    }

    private static readonly Regex Any = new(@"(?<![\d\p{L}])(?:"
        + @"(?<y>20\d\d)[-/.](?<mm>\d{1,2})[-/.](?<d>\d{1,2})(?!\d)"
        + "|" + Weekday + @"(?<d>\d{1,2})(?:st|nd|rd|th|er|º|ª|°|\.)?(?: of| de)? ?(?<m>" + DateWords.Months + @")\b\.?(?:,? (?:de |del )?(?<y>20\d\d))?"
        + "|" + Weekday + "(?<m>" + DateWords.Months + @")\.? (?:the )?(?<d>\d{1,2})(?:st|nd|rd|th)?(?![\d:])(?: ?[-–] ?(?<e>\d{1,2})(?:st|nd|rd|th)?(?![\d:]))?(?:,? (?<y>20\d\d))?"
        + "|" + Weekday + @"(?<a>\d{1,2})(?<s>[./-])(?<b>\d{1,2})(?:\k<s>(?<y>(?:20)?\d\d)(?!\d)|\.?(?![\d/]))"
        + "|(?<alone>" + DateWords.Weekdays + @")\b(?! ?- ?feira)"
        + @"|(?<tomorrow>tomorrow|morgen|demain|manana|domani|amanha)\b"
        + ")");

    private static readonly Regex AfterAmount = new(@"^ ?(uhr|h\b|am\b|pm\b|a\.m|p\.m|%|€|\$|eur|kg|km|mb|gb)");

    private static readonly Regex NextWeek = new(@"^,? (of )?(next week|(der )?(nachsten|kommenden|nachste|kommende) woche|(de )?la semaine prochaine|(de )?la (proxima|semana que) |(da )?proxima semana|volgende week|(della )?(prossima settimana|settimana prossima))");
}
