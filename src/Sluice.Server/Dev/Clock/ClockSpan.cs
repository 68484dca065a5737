using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime.Text;

namespace Sluice.Server.Dev.Clock;

/// <summary>How far to advance, as people and as ISO 8601 write it: 3d, 90m, 1d12h; PT2H, P3D. Elapsed time: a day is 24 hours.</summary>
internal static partial class ClockSpan
{
    private const int MaxLength = 64;

    /// <returns>Null when it is neither.</returns>
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

    /// <summary>Months and years have no length of their own.</summary>
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
