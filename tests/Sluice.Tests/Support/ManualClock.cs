namespace Sluice.Tests.Support;

/// <summary>
/// A clock that stands still until a test moves it. It gives the time of day and the timestamps that measure durations. Timers run in real time, so
/// waiting takes real time.
/// </summary>
internal sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private long _now = start.UtcTicks;
    private long _timestamp;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _now), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _timestamp);

    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _now, by.Ticks);
        Interlocked.Add(ref _timestamp, by.Ticks);
    }

    /// <summary>Moves the time of day only, as when a machine's clock is corrected. Timestamps stay, as on a real machine.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);
}
