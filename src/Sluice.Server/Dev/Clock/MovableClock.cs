namespace Sluice.Server.Dev.Clock;

/// <summary>
/// The clock of <c>sluice dev</c>. It can be set, advanced and stopped, and otherwise runs at the machine's speed. Only the time of day
/// moves. Timestamps and timers stay the machine's, so limits per second, ages of cached values and waits are real.
/// </summary>
internal sealed class MovableClock(TimeProvider machine) : TimeProvider
{
    private ClockState _state = ClockState.Machine;

    public ClockState State
    {
        get => Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, value);
    }

    public override long TimestampFrequency => machine.TimestampFrequency;

    public DateTimeOffset MachineTime => machine.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => State is var state && state.FrozenAt is { } frozen ? frozen : machine.GetUtcNow() + state.Offset;

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);

    /// <returns>The state in which the clock shows this time and runs on from it.</returns>
    public ClockState Running(DateTimeOffset at) => new(CeilingToMilliseconds(at - machine.GetUtcNow()), null);

    public ClockState Frozen(DateTimeOffset at) => new(CeilingToMilliseconds(at - machine.GetUtcNow()), at);

    /// <summary>Rounds up to whole milliseconds, which the database keeps: a state that is read back equals the state that was written.</summary>
    private static TimeSpan CeilingToMilliseconds(TimeSpan ahead) => TimeSpan.FromMilliseconds(Math.Ceiling(ahead.TotalMilliseconds));
}

/// <param name="Offset">How far it is ahead of the machine's clock.</param>
/// <param name="FrozenAt">Null if the clock runs.</param>
internal sealed record ClockState(TimeSpan Offset, DateTimeOffset? FrozenAt)
{
    public static readonly ClockState Machine = new(TimeSpan.Zero, null);
}
