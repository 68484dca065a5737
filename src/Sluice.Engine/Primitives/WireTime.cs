using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;

namespace Sluice.Engine.Primitives;

/// <summary>
/// Reads and writes times as in JSON: ISO-8601 in the company's time zone, with the offset of the zone at that time [seed]. UTC is written as
/// <c>Z</c>, milliseconds only when they are not zero.
/// </summary>
internal static partial class WireTime
{
    public const int MaxLength = 29; // 2019-01-20T00:00:00.000-08:00

    private const int LargestOffset = 18 * 3600; // As NodaTime. .NET allows 14 hours.
    private const int DigitsOfTick = 7;

    private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static string Write(DateTimeOffset time, DateTimeZone zone)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return System.Text.Encoding.ASCII.GetString(text[..Write(time.ToUnixTimeMilliseconds(), zone, text)]);
    }

    /// <summary>
    /// Reads any ISO-8601 date and time with an offset: the seconds may be missing, a fraction may be of any length, the offset may lack its colon
    /// or its minutes, and <c>t</c> and <c>z</c> may be small. What a fraction says beyond a tick, a ten-millionth of a second, is cut off.
    /// </summary>
    /// <returns>
    /// Null when the text is none. A time that its offset moves out of the years 1 to 9999 becomes the first or last moment of these years. To keep
    /// a time, check first that it is in <see cref="TimeRange"/>.
    /// </returns>
    public static DateTimeOffset? Read(string text)
    {
        if (Iso().Match(text) is not { Success: true } match || ReadLocal(match) is not { } local || ReadOffset(match) is not { } offset)
        {
            return null;
        }

        return new DateTimeOffset(Math.Clamp(local.Ticks - offset.Ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }

    /// <summary>Reads a time, or a date: the start of that day in the zone.</summary>
    /// <returns>Null when the text is neither, or a date in the first or the last year that can be counted.</returns>
    public static DateTimeOffset? ReadDayOrTime(string text, DateTimeZone zone) =>
        LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var day }
            ? day.Year is > 1 and < 9999 ? zone.AtStartOfDay(day).ToDateTimeOffset() : null
            : Read(text);

    /// <summary>The local time for a text. UTC where the offset of the zone leads out of the years that can be counted.</summary>
    public static LocalDateTime ToLocal(DateTimeOffset time, DateTimeZone zone)
    {
        var offset = Offset(time.ToUnixTimeMilliseconds(), zone);
        return LocalDateTime.FromDateTime(time.UtcDateTime.AddMinutes(offset));
    }

    /// <param name="milliseconds">Milliseconds since 1970-01-01, UTC. Beyond the years 1 to 9999, the first or last moment of these years is written.</param>
    /// <param name="zone">The company's time zone. UTC is written where its offset leads out of these years.</param>
    /// <param name="text">The target buffer: at least <see cref="MaxLength"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(long milliseconds, DateTimeZone zone, Span<byte> text)
    {
        var time = Math.Clamp(milliseconds, First, Last);
        var offset = Offset(time, zone);
        var length = WriteLocal(DateTimeOffset.FromUnixTimeMilliseconds(time + (offset * 60_000L)).DateTime, text);
        if (offset == 0)
        {
            text[length] = (byte)'Z';
            return length + 1;
        }

        text[length] = (byte)(offset < 0 ? '-' : '+');
        TwoDigits(text[(length + 1)..], Math.Abs(offset) / 60);
        text[length + 3] = (byte)':';
        TwoDigits(text[(length + 4)..], Math.Abs(offset) % 60);
        return length + 6;
    }

    /// <returns>The offset of the zone in minutes; 0 if the local time would be in no year that can be counted.</returns>
    private static int Offset(long milliseconds, DateTimeZone zone)
    {
        var offset = zone.GetUtcOffset(Instant.FromUnixTimeMilliseconds(milliseconds)).Seconds / 60;
        var local = milliseconds + (offset * 60_000L);
        return local >= First && local <= Last ? offset : 0;
    }

    private static DateTime? ReadLocal(Match match)
    {
        var (year, month, day) = (Number(match, "year"), Number(match, "month"), Number(match, "day"));
        var (hour, minute, second) = (Number(match, "hour"), Number(match, "minute"), Number(match, "second"));
        var isTime = year > 0 && month is > 0 and <= 12 && day > 0 && day <= DateTime.DaysInMonth(year, month) && hour < 24 && minute < 60 && second < 60;
        return isTime ? new DateTime(year, month, day, hour, minute, second).AddTicks(Ticks(match.Groups["fraction"].ValueSpan)) : null;
    }

    private static TimeSpan? ReadOffset(Match match)
    {
        var (hours, minutes, seconds) = (Number(match, "offsetHour"), Number(match, "offsetMinute"), Number(match, "offsetSecond"));
        var offset = (hours * 3600) + (minutes * 60) + seconds;
        return minutes < 60 && seconds < 60 && offset <= LargestOffset ? TimeSpan.FromSeconds(match.Groups["sign"].ValueSpan is "-" ? -offset : offset) : null;
    }

    private static int Ticks(ReadOnlySpan<char> fraction)
    {
        Span<char> digits = stackalloc char[DigitsOfTick];
        digits.Fill('0');
        fraction[..Math.Min(fraction.Length, DigitsOfTick)].CopyTo(digits);
        return int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <returns>0 if the part is missing.</returns>
    private static int Number(Match match, string part) =>
        match.Groups[part] is { Success: true } group ? int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("""
        ^(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})
        [Tt](?<hour>[0-9]{2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2})([.,](?<fraction>[0-9]+))?)?
        ([Zz]|(?<sign>[+-])(?<offsetHour>[0-9]{2})(:?(?<offsetMinute>[0-9]{2})(:?(?<offsetSecond>[0-9]{2}))?)?)\z
        """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Iso();

    /// <summary>Writes by hand: the framework's formatter takes five times as long, and a listing of 100 prospects contains 150 timestamps.</summary>
    private static int WriteLocal(DateTime local, Span<byte> text)
    {
        var (year, month, day) = local;
        TwoDigits(text, year / 100);
        TwoDigits(text[2..], year % 100);
        text[4] = text[7] = (byte)'-';
        TwoDigits(text[5..], month);
        TwoDigits(text[8..], day);
        text[10] = (byte)'T';
        TwoDigits(text[11..], local.Hour);
        text[13] = text[16] = (byte)':';
        TwoDigits(text[14..], local.Minute);
        TwoDigits(text[17..], local.Second);
        if (local.Millisecond == 0)
        {
            return 19;
        }

        text[19] = (byte)'.';
        text[20] = (byte)('0' + (local.Millisecond / 100));
        TwoDigits(text[21..], local.Millisecond % 100);
        return 23;
    }

    private static void TwoDigits(Span<byte> text, int value) => (text[0], text[1]) = ((byte)('0' + (value / 10)), (byte)('0' + (value % 10)));
}
