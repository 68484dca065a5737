using NodaTime;
using NodaTime.Text;

namespace Sluice.Engine.Primitives;

/// <summary>
/// Reads and writes times as in JSON: ISO-8601 in the company's time zone, with the offset of the zone at that time [seed]. UTC is written as
/// <c>Z</c>, milliseconds only when they are not zero.
/// </summary>
internal static class WireTime
{
    public const int MaxLength = 29; // 2019-01-20T00:00:00.000-08:00

    private static readonly Instant Earliest = Instant.FromUnixTimeSeconds(-62135596800);

    public static string Write(DateTimeOffset time, DateTimeZone zone)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return System.Text.Encoding.ASCII.GetString(text[..Write(time.ToUnixTimeMilliseconds(), zone, text)]);
    }

    /// <returns>
    /// Null when the text is not ISO-8601 with an offset. A time that its offset moves out of the years 1 to 9999 becomes the first or last moment
    /// of these years. NodaTime's own conversion would throw there, and also at offsets over 14 hours.
    /// </returns>
    public static DateTimeOffset? Read(string text)
    {
        if (OffsetDateTimePattern.ExtendedIso.Parse(text) is not { Success: true } parsed || parsed.Value is not { Year: >= 1 } time)
        {
            return null;
        }

        var utc = time.LocalDateTime.ToDateTimeUnspecified().Ticks - time.Offset.Ticks;
        return new DateTimeOffset(Math.Clamp(utc, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }

    /// <param name="milliseconds">Milliseconds since 1970-01-01, UTC.</param>
    /// <param name="zone">The company's time zone.</param>
    /// <param name="text">The target buffer: at least <see cref="MaxLength"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(long milliseconds, DateTimeZone zone, Span<byte> text)
    {
        var instant = Instant.FromUnixTimeMilliseconds(milliseconds);
        var offset = zone.GetUtcOffset(instant < Earliest ? Earliest : instant).Seconds / 60;
        var local = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds + (offset * 60_000L)).DateTime;
        var length = WriteLocal(local, text);
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
