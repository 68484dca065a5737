namespace Sluice.Engine.Primitives;

/// <summary>
/// The times that the server keeps. They end long before the last moment that .NET and the time zones can count (the end of the year 9999) and
/// begin long after the first, so that no offset, wait or pause that is added to a kept time leads beyond.
/// </summary>
internal static class TimeRange
{
    /// <summary>Follows the name of a field.</summary>
    public const string Sentence = "should be a time from 1900-01-01T00:00:00Z to 9999-01-01T00:00:00Z";

    public static readonly DateTimeOffset Earliest = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Latest = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static bool Contains(DateTimeOffset time) => time >= Earliest && time <= Latest;

    /// <summary>Adds a span. A sum beyond the range becomes its end.</summary>
    public static DateTimeOffset Add(DateTimeOffset time, TimeSpan span)
    {
        var ticks = Math.Clamp((decimal)time.UtcTicks + span.Ticks, Earliest.UtcTicks, Latest.UtcTicks);
        return new DateTimeOffset((long)ticks, TimeSpan.Zero);
    }
}
