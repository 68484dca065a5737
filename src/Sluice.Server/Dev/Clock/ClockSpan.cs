using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime.Text;

namespace Sluice.Server.Dev.Clock;

/// <summary>Parses how far to advance, in short form (3d, 90m, 1d12h) or in ISO 8601 (PT2H, P3D). It is elapsed time: a day is 24 hours.</summary>
internal static partial class ClockSpan
{
    private const int MaxLength = 64;

    /// <returns>Null if the text is neither.</returns>
    public static TimeSpan? Read(string text) => text.Length > MaxLength ? null : text.StartsWith('P') ? ReadIso(text) : ReadPlain(text);

    private static TimeSpan? ReadPlain(string text)
    {
        if (Plain().Match(text) is not { Success: true } match || text.Length == 0)
        {
            return null;
        }

        return TimeSpan.FromDays((7 * Number(match, "w")) + Number(match, "d")) + TimeSpan.FromHours(Number(match, "h"))
            + TimeSpan.FromMinutes(Number(match, "m")) + TimeSpan.FromSeconds(Number(match, "s"));
    }

    /// <summary>Refuses months and years, because they have no fixed length.</summary>
    private static TimeSpan? ReadIso(string text)
    {
        try
        {
            return PeriodPattern.NormalizingIso.Parse(text) is { Success: true, Value: { Years: 0, Months: 0 } period } ? period.ToDuration().ToTimeSpan() : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static int Number(Match match, string unit) => match.Groups[unit] is { Success: true } group ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^((?<w>[0-9]{1,6})w)?((?<d>[0-9]{1,6})d)?((?<h>[0-9]{1,6})h)?((?<m>[0-9]{1,6})m)?((?<s>[0-9]{1,6})s)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();
}
