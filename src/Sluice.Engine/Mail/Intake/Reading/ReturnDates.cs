using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>
/// Finds in an automatic reply until when its sender is away: in English, German, French, Spanish, Dutch, Portuguese and Italian. Where two days
/// would fit, or a day could be read in two ways, none is returned: a flow that resumes on a wrong day is worse than one that does not pause.
/// </summary>
internal static class ReturnDates
{
    private const int MaxText = 8_000;
    private const int MaxDaysAhead = 400;
    private const int MaxDaysAheadWithoutYear = 270;

    /// <param name="writtenOn">Days without a year, and weekdays, are counted from here.</param>
    /// <param name="languageTag">Such as <c>en-US</c>; it tells how numbers are ordered. Null: not known.</param>
    public static LocalDate? Find(string subject, string text, LocalDate writtenOn, string? languageTag = null)
    {
        var all = FoldedText.Of($"{subject}\n\n{text}");
        var folded = all.Length > MaxText ? all[..MaxText] : all;
        var named = DateRoles.Find(folded, writtenOn, DateOrders.Of(folded, languageTag));
        if (named.Exists(date => date.Role is DateRole.Return or DateRole.End && date.Day is null))
        {
            return null; // It names a day that can be read in two ways.
        }

        var (returns, ends) = (DaysOf(named, DateRole.Return), DaysOf(named, DateRole.End));
        return (returns.Count, ends.Count) switch
        {
            (1, 0) => Credible(returns[0]),
            (0, 1) => Credible(ends[0]),
            (1, 1) when returns[0].Day >= ends[0].Day => Credible(returns[0]),
            _ => null,
        };

        LocalDate? Credible(NamedDate date) =>
            date.Day is { } day && day >= writtenOn && Period.DaysBetween(writtenOn, day) <= (date.HasYear ? MaxDaysAhead : MaxDaysAheadWithoutYear) ? day : null;
    }

    /// <summary>The first working day after a day: who returns on that day has the mail of all days before to read.</summary>
    public static LocalDate WorkingDayAfter(LocalDate day)
    {
        do
        {
            day = day.PlusDays(1);
        }
        while (day.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday);

        return day;
    }

    private static List<NamedDate> DaysOf(List<NamedDate> named, DateRole role) => [.. named.Where(date => date.Role == role).DistinctBy(date => date.Day)];
}

internal enum DateRole
{
    /// <summary>The day stands there for another reason.</summary>
    Other,
    Start,
    End,
    Return,
}

/// <param name="Day">Null: it can be read in two ways, or there is no such day.</param>
internal sealed record NamedDate(DateRole Role, LocalDate? Day, bool HasYear);

/// <summary>How a text orders the numbers of a date.</summary>
internal enum DateOrder
{
    DayFirst,
    MonthFirst,

    /// <summary>English, and nothing says of which country.</summary>
    Either,
}

internal static class DateOrders
{
    /// <param name="languageTag">Such as <c>en-US</c>; null: not known.</param>
    public static DateOrder Of(string folded, string? languageTag)
    {
        var tag = (languageTag ?? "").Trim().ToLowerInvariant().Replace('_', '-');
        return tag.StartsWith("en-us", StringComparison.Ordinal) ? DateOrder.MonthFirst
            : tag.StartsWith("en-ca", StringComparison.Ordinal) ? DateOrder.Either
            : Numbers.Matches(folded).Select(Telling).FirstOrDefault(order => order is not null) is { } told ? told
            : tag.Length > 2 && tag.StartsWith("en-", StringComparison.Ordinal) ? DateOrder.DayFirst
            : English.Count(folded) > Others.Count(folded) ? DateOrder.Either : DateOrder.DayFirst;
    }

    /// <summary>A number over twelve is the day, so the other dates of the text have the same order.</summary>
    private static DateOrder? Telling(Match match) =>
        (int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture)) switch
        {
            (24, 7) => null,
            ( > 12 and <= 31, <= 12) => DateOrder.DayFirst,
            ( <= 12, > 12 and <= 31) => DateOrder.MonthFirst,
            _ => null,
        };

    private static readonly Regex Numbers = new(@"(?<![\d/.])(\d{1,2})/(\d{1,2})(?![\d.])");

    private static readonly Regex English = new(@"\b(the|will|and|my|with|i am|i'm|for|return|office)\b");

    private static readonly Regex Others = new(@"\b(ich|und|der|die|das|bin|nicht|je|et|le|la|les|vous|suis|el|los|estoy|por|para|ik|het|een|ben|van|niet|sono|il|di|per|che|eu|estou|nao|uma|de|du|des)\b");
}
