using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Server.Dev.Clock;

/// <summary>
/// Moves the clock of <c>sluice dev</c>. Forward, everything that comes due on the way happens in its order, each at its own time and before
/// this returns: the same data and the same moves give the same history. Backward nothing happens. One move at a time.
/// </summary>
internal sealed class MoveClock(MovableClock clock, Db db, DueWork work) : IDisposable
{
    public const int MaxEvents = 10_000;

    /// <summary>How much of a long move is done again after a crash.</summary>
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);

    /// <summary>What is still due after all that is due was done has failed, and is left alone for a while: the clock must not wait for it in vain.</summary>
    private static readonly TimeSpan Held = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Where a move that is under way will end.</summary>
    public DateTimeOffset? Target { get; private set; }

    /// <param name="companyId">Whose events are told. The clock is everybody's.</param>
    /// <param name="target">From the time that it is to the time that it shall be.</param>
    /// <param name="isFrozen">From the state that it is in to whether it stands still afterwards.</param>
    /// <param name="ct">Stops where it is.</param>
    /// <returns>Null where another move is under way.</returns>
    public async Task<Moved?> RunAsync(long companyId, Func<DateTimeOffset, DateTimeOffset> target, Func<ClockState, bool> isFrozen, CancellationToken ct)
    {
        if (!await _one.WaitAsync(TimeSpan.Zero, ct))
        {
            return null;
        }

        try
        {
            return await work.AloneAsync(() => RunAloneAsync(new Moved(companyId), target, isFrozen(clock.State), ct), ct);
        }
        finally
        {
            Target = null;
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<Moved> RunAloneAsync(Moved moved, Func<DateTimeOffset, DateTimeOffset> target, bool isFrozen, CancellationToken ct)
    {
        var now = Whole(clock.GetUtcNow());
        var end = Whole(target(now));
        Target = end;
        try
        {
            if (end > now)
            {
                clock.State = clock.Frozen(now); // Nothing passes by itself meanwhile, or it would depend on this machine's speed.
                await work.PrepareAsync(end, ct);
                await RunDueAsync(moved, end, isFrozen, ct);
            }

            clock.State = clock.Frozen(end);
        }
        finally
        {
            await SettleAsync(isFrozen);
        }

        return moved with { Now = clock.GetUtcNow() };
    }

    private async Task RunDueAsync(Moved moved, DateTimeOffset end, bool isFrozen, CancellationToken ct)
    {
        var (at, saved) = (clock.GetUtcNow(), clock.GetTimestamp());
        for (var hasRun = false; await work.NextDueAsync(ct) is { } due; hasRun = true)
        {
            at = due > at ? due : hasRun ? at + Held : at;
            if (at > end)
            {
                return;
            }

            clock.State = clock.Frozen(at);
            moved.Add(await work.RunDueAsync(ct));
            if (clock.GetElapsedTime(saved) > SaveEvery)
            {
                await new ClockStore(db).SaveAsync(AsAfter(isFrozen), ct);
                saved = clock.GetTimestamp();
            }
        }
    }

    /// <summary>Also after a move that was cut off: then it is as late as it came.</summary>
    private async Task SettleAsync(bool isFrozen)
    {
        var state = AsAfter(isFrozen);
        await new ClockStore(db).SaveAsync(state, CancellationToken.None);
        clock.State = state;
    }

    /// <summary>What the database keeps.</summary>
    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private ClockState AsAfter(bool isFrozen) => isFrozen ? clock.Frozen(clock.GetUtcNow()) : clock.Running(clock.GetUtcNow());
}

/// <summary>What there is to do at its time. Told at start.</summary>
/// <param name="NextDueAsync">Null: nothing, if nobody does anything.</param>
/// <param name="RunDueAsync">All that is due now.</param>
/// <param name="AloneAsync">Keeps out who else would do it meanwhile.</param>
/// <param name="PrepareAsync">For all that will be made until then.</param>
internal sealed record DueWork(
    Func<CancellationToken, Task<DateTimeOffset?>> NextDueAsync,
    Func<CancellationToken, Task<List<InstanceEvent>>> RunDueAsync,
    Func<Func<Task<Moved>>, CancellationToken, Task<Moved>> AloneAsync,
    Func<DateTimeOffset, CancellationToken, Task> PrepareAsync);

/// <summary>What a move came to.</summary>
internal sealed record Moved(long CompanyId)
{
    public DateTimeOffset Now { get; init; }

    /// <summary>The first of them.</summary>
    public List<InstanceEvent> Events { get; } = [];

    public long EventCount { get; private set; }

    public void Add(IReadOnlyList<InstanceEvent> events)
    {
        foreach (var one in events.Where(one => one.By.CompanyId == CompanyId))
        {
            EventCount++;
            if (Events.Count < MoveClock.MaxEvents)
            {
                Events.Add(one);
            }
        }
    }
}
