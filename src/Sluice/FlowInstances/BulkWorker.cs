using Sluice.Storage;

namespace Sluice.FlowInstances;

/// <summary>
/// Does bulk assignments one after the other. A row is one transaction that names the fencing number of its lease, so that a row is done
/// once whoever dies when; a killed worker costs the wait until its lease ends.
/// </summary>
internal sealed partial class BulkWorker(Db db, BulkRow rows, TimeProvider clock, ILogger<BulkWorker> logger) : BackgroundService
{
    private const int MaxTries = 5;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _work = new(0, 1);

    /// <summary>There is a new job: do not wait for the next look.</summary>
    public void Wake()
    {
        if (_work.CurrentCount == 0)
        {
            try
            {
                _work.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else woke it in the same moment.
            }
        }
    }

    /// <returns>Whether there was a job.</returns>
    public async Task<bool> RunOneAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await db.InTransactionAsync(tx => new BulkStore(tx).LeaseAsync(now, Lease, ct), ct) is not { } held)
        {
            return false;
        }

        foreach (var item in await new BulkStore(db).ItemsAsync(held.Job, ct))
        {
            if (item.Result is null && !await db.InTransactionAsync(tx => RunRowAsync(tx, held, item, ct), ct))
            {
                return true; // It is another worker's now.
            }
        }

        await new BulkStore(db).EndAsync(held, BulkJobStatus.Completed, ct);
        return true;
    }

    public override void Dispose()
    {
        _work.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await RunOneAsync(stoppingToken))
                {
                    await _work.WaitAsync(Idle, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return; // What is not done stays leased, and is taken up after a restart.
            }
            catch (Exception fault)
            {
                LogFailed(fault);
                await _work.WaitAsync(Idle, CancellationToken.None);
            }
        }
    }

    /// <returns>False where the job is not this holder's any more.</returns>
    private async Task<bool> RunRowAsync(IDbSession tx, LeasedBulkJob held, BulkItem item, CancellationToken ct)
    {
        var jobs = new BulkStore(tx);
        if (!await jobs.HoldsAsync(held, ct))
        {
            return false;
        }

        var result = held.Fence > MaxTries
            ? BulkRow.Failed(item.Prospect.CrmId, "UnexpectedError", "The row could not be done") // It has brought down five holders.
            : await rows.RunAsync(tx, held.Job, item.Prospect, ct);
        await jobs.SetResultAsync(held.Job, item.Position, result, ct);
        return true;
    }

    [LoggerMessage(1, LogLevel.Error, "A bulk assignment was interrupted; it goes on when its lease ends")]
    private partial void LogFailed(Exception fault);
}
