namespace Sluice.Simulation;

/// <summary>A clock that stands still until it is set.</summary>
internal sealed class SimClock(DateTimeOffset start) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;

    /// <summary>
    /// Makes a timer that never fires, because nothing runs concurrently here. On a machine so busy that a mail is under way for twenty seconds, its claim would
    /// be renewed meanwhile, and a check that reads twice would see another commit in between.
    /// </summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
