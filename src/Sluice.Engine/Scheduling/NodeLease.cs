using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>
/// What a node has of the database alone: ids that nobody else is given, and the time. Looks each second, in memory; asks twice a minute.
/// While the database is away there is nothing to make ids for.
/// </summary>
internal sealed partial class NodeLease(Db db, IdMaker ids, TimeProvider clock, ILogger<NodeLease> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Early = NodeStore.Length / 2;

    private readonly NodeStore _nodes = new(db);
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Before the first request.</summary>
    public async Task BeginAsync(CancellationToken ct)
    {
        await SetClockAsync(ct);
        ids.Range = await _nodes.TakeAsync(clock.GetUtcNow(), ct);
    }

    /// <summary>If it is time.</summary>
    public async Task RenewAsync(CancellationToken ct)
    {
        if (clock.GetUtcNow() < ids.Range!.Until - Early)
        {
            return;
        }

        await SetClockAsync(ct);
        await ReachAsync(clock.GetUtcNow(), ct);
    }

    /// <summary>Ids until that time and longer. A clock that is about to be moved asks ahead: ids that tell the time need no luck then.</summary>
    public async Task ReachAsync(DateTimeOffset now, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            await ExtendAsync(now, ct);
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
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

        // It was away so long that its number was given to another, or it never heard that the last time it was made longer.
        ids.Range = await _nodes.TakeAsync(now, ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look); // Real seconds, whatever the business clock is set to.
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

    [LoggerMessage(1, LogLevel.Warning, "This node's ids could not be renewed: {Reason}; they last for a while, and it tries again each second")]
    private partial void LogNotRenewed(string reason);
}
