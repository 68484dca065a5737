using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Server.Dev.Clock;

/// <summary>
/// Moves the clock of <c>sluice dev</c>, one move at a time. On the way forward, all work that comes due runs in order, each piece at its own
/// time and before this returns: the same data and the same moves give the same history. On the way backward, nothing runs.
/// </summary>
internal sealed class MoveClock(MovableClock clock, Db db, DueWork work) : IDisposable
{
    public const int MaxEvents = 10_000;

    /// <summary>How often a long move saves its state: after a crash, at most this much is repeated.</summary>
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);

    /// <summary>How far the clock skips if work is still due after a full run: such work has failed and rests a while, so waiting is useless.</summary>
    private static readonly TimeSpan SkipAfterFailure = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>The target of a move that is in progress.</summary>
    public DateTimeOffset? Target { get; private set; }

    /// <param name="companyId">The company whose events are returned. All companies share the clock.</param>
    /// <param name="target">Maps the present time to the target time.</param>
    /// <param name="isFrozen">Maps the present state to whether the clock stands still after the move.</param>
    /// <param name="ct">Ends the move; the clock stays at the time it has reached.</param>
    /// <returns>Null if another move is in progress.</returns>
    public async Task<MoveResult?> RunAsync(long companyId, Func<DateTimeOffset, DateTimeOffset> target, Func<ClockState, bool> isFrozen, CancellationToken ct)
    {
        if (!await _gate.WaitAsync(TimeSpan.Zero, ct))
        {
            return null;
        }

        try
        {
            return await work.RunExclusiveAsync(() => RunAloneAsync(new MoveResult(companyId), target, isFrozen(clock.State), ct), ct);
        }
        finally
        {
            Target = null;
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<MoveResult> RunAloneAsync(MoveResult result, Func<DateTimeOffset, DateTimeOffset> target, bool isFrozen, CancellationToken ct)
    {
        var now = TruncateToMilliseconds(clock.GetUtcNow());
        var end = TruncateToMilliseconds(target(now));
        Target = end;
        try
        {
            if (end > now)
            {
                clock.State = clock.Frozen(now); // No time passes by itself during the move, or the result would depend on this machine's speed.
                await work.ExtendIdLeaseAsync(end, ct);
                await RunDueAsync(result, end, isFrozen, ct);
            }

            clock.State = clock.Frozen(end);
        }
        finally
        {
            await SettleAsync(isFrozen);
        }

        return result with { Now = clock.GetUtcNow() };
    }

    private async Task RunDueAsync(MoveResult result, DateTimeOffset end, bool isFrozen, CancellationToken ct)
    {
        var (at, saved) = (clock.GetUtcNow(), clock.GetTimestamp());
        for (var hasRun = false; await work.NextDueAsync(ct) is { } due; hasRun = true)
        {
            at = due > at ? due : hasRun ? at + SkipAfterFailure : at;
            if (at > end)
            {
                return;
            }

            clock.State = clock.Frozen(at);
            result.Add(await work.RunDueAsync(ct));
            if (clock.GetElapsedTime(saved) > SaveEvery)
            {
                await new ClockStore(db).SaveAsync(FinalState(isFrozen), ct);
                saved = clock.GetTimestamp();
            }
        }
    }

    /// <summary>Saves and sets the final state. After a cancelled move, the clock stays at the time it has reached.</summary>
    private async Task SettleAsync(bool isFrozen)
    {
        var state = FinalState(isFrozen);
        await new ClockStore(db).SaveAsync(state, CancellationToken.None);
        clock.State = state;
    }

    /// <summary>Cuts to whole milliseconds, which the database keeps.</summary>
    private static DateTimeOffset TruncateToMilliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private ClockState FinalState(bool isFrozen) => isFrozen ? clock.Frozen(clock.GetUtcNow()) : clock.Running(clock.GetUtcNow());
}

/// <summary>The engine's due work, as functions that the server passes in at start.</summary>
/// <param name="NextDueAsync">Finds when work is due next; null if nothing comes due without a new request.</param>
/// <param name="RunDueAsync">Runs all work that is due now.</param>
/// <param name="RunExclusiveAsync">Runs a move while the background workers stand still.</param>
/// <param name="ExtendIdLeaseAsync">Extends the node's id lease to the given time, because ids embed the time.</param>
internal sealed record DueWork(
    Func<CancellationToken, Task<DateTimeOffset?>> NextDueAsync,
    Func<CancellationToken, Task<List<InstanceEvent>>> RunDueAsync,
    Func<Func<Task<MoveResult>>, CancellationToken, Task<MoveResult>> RunExclusiveAsync,
    Func<DateTimeOffset, CancellationToken, Task> ExtendIdLeaseAsync);

/// <summary>The result of a move.</summary>
internal sealed record MoveResult(long CompanyId)
{
    public DateTimeOffset Now { get; init; }

    /// <summary>The first <see cref="MoveClock.MaxEvents"/> events.</summary>
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
