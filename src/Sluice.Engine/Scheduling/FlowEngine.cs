using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>
/// Does everything that happens by itself: begins due steps, sends mail, ends pauses and expired tasks. The background worker, the dev clock and
/// the simulation all use it, one caller at a time, so that they do not interfere with each other.
/// </summary>
internal sealed class FlowEngine(Db db, ProcessDueInstances runs, Sweeps sweeps, SendMail mail, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private bool _isHeld;

    /// <summary>Processes one batch of all due work except mail, which has a worker of its own.</summary>
    public Task<EnginePass> RunOnceAsync(CancellationToken ct) => RunOnceAsync(isBackground: false, ct);

    /// <summary>Does the same, but nothing while somebody runs the engine by hand.</summary>
    public Task<EnginePass> RunOnceInBackgroundAsync(CancellationToken ct) => RunOnceAsync(isBackground: true, ct);

    /// <summary>Keeps the background workers out while the work runs, so that the events and their times depend on the work alone.</summary>
    public async Task<T> RunExclusiveAsync<T>(Func<Task<T>> work, CancellationToken ct)
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

    /// <summary>Runs until nothing is due at this instant. With a running clock and under load, it might never return.</summary>
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

    /// <returns>When the engine next has something to do; null: never, unless somebody does something.</returns>
    public async Task<DateTimeOffset?> NextDueAsync(CancellationToken ct)
    {
        if (await new SweepStore(db).AnyAsync(ct))
        {
            return clock.GetUtcNow();
        }

        DateTimeOffset?[] next = [await new RunStore(db).FindNextDueAsync(ct), await mail.NextDueAsync(ct)];
        return next.Min();
    }

    public void Dispose() => _gate.Dispose();

    private async Task<(EnginePass Pass, (int Seen, List<InstanceEvent> Events) Mailed)> RunAllOnceAsync(CancellationToken ct) =>
        (await RunOnceAsync(ct), await mail.RunOnceAsync(ct));

    private async Task<EnginePass> RunOnceAsync(bool isBackground, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            return isBackground && _isHeld ? new EnginePass(false, []) : await PassAsync(ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task HoldAsync(bool isHeld, CancellationToken ct)
    {
        await _gate.WaitAsync(ct); // Waits for the end of a pass that is running.
        _isHeld = isHeld;
        _gate.Release();
        await mail.HoldAsync(isHeld, ct);
    }

    private async Task<EnginePass> PassAsync(CancellationToken ct)
    {
        var (swept, events) = await sweeps.RunOnceAsync(ct);
        var (claimed, begun) = await runs.RunOnceAsync(ct);
        return new EnginePass(swept || claimed > 0, [.. events, .. begun]);
    }
}

/// <param name="DidWork">Whether the pass did work; if so, there may be more.</param>
internal sealed record EnginePass(bool DidWork, List<InstanceEvent> Events);
