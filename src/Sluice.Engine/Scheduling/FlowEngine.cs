using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>
/// What happens by itself: steps come due, mail leaves, pauses and patience end. The same for a worker in the background, for a clock that is
/// moved by hand and for the simulation; one caller at a time, so that they do not get between each other.
/// </summary>
internal sealed class FlowEngine(Db db, DueRuns runs, Sweeps sweeps, SendMail mail, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private bool _isHeld;

    /// <summary>Does one batch of all that is due now but mail, which has a worker of its own.</summary>
    public Task<EnginePass> RunOnceAsync(CancellationToken ct) => RunOnceAsync(isBackground: false, ct);

    /// <summary>The same, but nothing while somebody runs the engine by hand.</summary>
    public Task<EnginePass> RunOnceInBackgroundAsync(CancellationToken ct) => RunOnceAsync(isBackground: true, ct);

    /// <summary>Keeps the background out while the work runs, so that what happens, and when, depends on the work alone.</summary>
    public async Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        await HoldAsync(true, ct);
        try
        {
            return await work();
        }
        finally
        {
            await HoldAsync(false, CancellationToken.None);
        }
    }

    /// <summary>Until nothing is due at this instant. Not for a running clock under load: it might not come to an end.</summary>
    public async Task<List<InstanceEvent>> RunDueAsync(CancellationToken ct)
    {
        var events = new List<InstanceEvent>();
        for (var (pass, mailed) = await RunAllOnceAsync(ct); pass.DidWork || mailed.Seen > 0; (pass, mailed) = await RunAllOnceAsync(ct))
        {
            events.AddRange(pass.Events);
            events.AddRange(mailed.Events);
        }

        return events;
    }

    /// <returns>When the engine next has something to do; null: never, if nobody does anything.</returns>
    public async Task<DateTimeOffset?> NextDueAsync(CancellationToken ct)
    {
        if (await new SweepStore(db).AnyAsync(ct))
        {
            return clock.GetUtcNow();
        }

        DateTimeOffset?[] next = [await new RunStore(db).FindNextDueAsync(ct), await mail.NextDueAsync(ct)];
        return next.Min();
    }

    public void Dispose() => _one.Dispose();

    private async Task<(EnginePass Pass, (int Seen, List<InstanceEvent> Events) Mailed)> RunAllOnceAsync(CancellationToken ct) =>
        (await RunOnceAsync(ct), await mail.RunOnceAsync(ct));

    private async Task<EnginePass> RunOnceAsync(bool isBackground, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            return isBackground && _isHeld ? new EnginePass(false, []) : await PassAsync(ct);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task HoldAsync(bool isHeld, CancellationToken ct)
    {
        await _one.WaitAsync(ct); // Whoever is at it comes to its end.
        _isHeld = isHeld;
        _one.Release();
        await mail.HoldAsync(isHeld, ct);
    }

    private async Task<EnginePass> PassAsync(CancellationToken ct)
    {
        var (swept, events) = await sweeps.RunOnceAsync(ct);
        var (claimed, begun) = await runs.RunOnceAsync(ct);
        return new EnginePass(swept || claimed > 0, [.. events, .. begun]);
    }
}

/// <param name="DidWork">Whether there may be more.</param>
internal sealed record EnginePass(bool DidWork, List<InstanceEvent> Events);
