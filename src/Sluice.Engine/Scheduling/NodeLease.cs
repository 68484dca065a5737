using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>
/// Renews what this node gets from the database: its id lease (a range of ids that no other node may make) and the time. Checks every second in
/// memory and asks the database about once a minute. While the database is unreachable, nothing can be stored, so no ids are needed.
/// </summary>
internal sealed partial class NodeLease(Db db, IdMaker ids, TimeProvider clock, ILogger<NodeLease> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Early = NodeStore.Length / 2;

    private readonly NodeStore _nodes = new(db);
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Takes the first id lease. Called before the first request.</summary>
    public async Task BeginAsync(CancellationToken ct)
    {
        await SetClockAsync(ct);
        ids.Range = await _nodes.LeaseAsync(clock.GetUtcNow(), ct);
    }

    /// <summary>Renews the id lease if less than 30 seconds of it remain.</summary>
    public async Task RenewAsync(CancellationToken ct)
    {
        if (clock.GetUtcNow() < ids.Range!.Until - Early)
        {
            return;
        }

        await SetClockAsync(ct);
        await ExtendPastAsync(clock.GetUtcNow(), ct);
    }

    /// <summary>Extends the id lease past <paramref name="now"/>. Called before the dev clock jumps, because ids embed the time.</summary>
    public async Task ExtendPastAsync(DateTimeOffset now, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            await ExtendAsync(now, ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    public override void Dispose()
    {
        _gate.Dispose();
        base.Dispose();
    }

    private async Task ExtendAsync(DateTimeOffset now, CancellationToken ct)
    {
        var until = (now > ids.Range!.Until ? now : ids.Range.Until) + NodeStore.Length;
        if (await _nodes.ExtendAsync(ids.Range, until, ct))
        {
            ids.Range.Extend(until);
            return;
        }

        // Either this node was away so long that another node got its number, or an earlier extension was stored but its confirmation was lost.
        ids.Range = await _nodes.LeaseAsync(now, ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look); // Real seconds, whatever the dev clock shows.
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await RenewAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotRenewed(fault.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private Task SetClockAsync(CancellationToken ct) => clock is DatabaseClock shared ? shared.SetAsync(ct) : Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "This node's id lease could not be renewed: {Reason}; some ids are left, and the node tries again every second")]
    private partial void LogNotRenewed(string reason);
}
