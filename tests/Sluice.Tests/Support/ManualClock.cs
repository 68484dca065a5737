namespace Sluice.Tests.Support;

/// <summary>
/// Time stands still until a test moves it: the time of day and the timestamps that ages are measured with. Timers are real: a wait
/// takes as long as it takes.
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

    /// <summary>The time of day jumps, as when a machine's clock is put right; timestamps, as on any machine, do not.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);
}
