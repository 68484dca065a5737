using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>
/// Processes bulk assignments one after the other. Each row is one transaction that checks the lease's fencing token, so each row is
/// processed exactly once, no matter when a worker dies. After a worker is killed, its job waits until the lease ends.
/// </summary>
internal sealed partial class BulkWorker : BackgroundService
{
    private const int MaxTries = 5;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly Db _db;
    private readonly AssignBulkRow _rows;
    private readonly IdMaker _ids;
    private readonly TimeProvider _clock;
    private readonly ILogger<BulkWorker> _logger;
    private readonly LeaseLoop _loop;

    public BulkWorker(Db db, AssignBulkRow rows, IdMaker ids, TimeProvider clock, ILogger<BulkWorker> logger)
    {
        (_db, _rows, _ids, _clock, _logger) = (db, rows, ids, clock, logger);
        _loop = new LeaseLoop(RunOneAsync, LogFailed);
    }

    /// <summary>Tells the worker that there is a new job.</summary>
    public void Wake() => _loop.Wake();

    /// <returns>Whether there was a job.</returns>
    public async Task<bool> RunOneAsync(CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        if (await _db.InTransactionAsync(tx => new BulkStore(tx).LeaseAsync(now, Lease, ct), ct) is not { } held)
        {
            return false;
        }

        foreach (var item in await new BulkStore(_db).ListItemsAsync(held.Job, ct))
        {
            if (item.Result is null && !await RunRowAsync(held, item, ct))
            {
                return true; // Another worker holds the job now.
            }
        }

        await _db.InTransactionAsync(tx => EndAsync(tx, held, ct), ct);
        return true;
    }

    private async Task EndAsync(IDbSession tx, LeasedBulkJob held, CancellationToken ct)
    {
        if (!await new BulkStore(tx).EndAsync(held, BulkJobStatus.Completed, ct))
        {
            return; // Another worker holds the job now.
        }

        var job = held.Job;
        var assigned = (await new BulkStore(tx).ListItemsAsync(job, ct)).ToLookup(item => item.Result?.Status == BulkResult.Assigned);
        var data = new EventData
        {
            JobId = job.Id,
            OwnerId = WireId.Write(job.OwnerId),
            Status = BulkJobStatus.Completed.ToText(),
            Succeeded = assigned[true].Count(),
            Failed = assigned[false].Count(),
            Actor = EventActor.Of(job.ApiKeyId, null, job.RequestId),
        };
        await new FeedStore(tx).AddAsync([new Event(job.CompanyId, _ids.Next(), EventTypes.BulkCompleted, _clock.GetUtcNow(), data) { FlowId = job.FlowId }], ct);
    }

    public override void Dispose()
    {
        _loop.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _loop.RunAsync(stoppingToken);

    /// <summary>Does one row. A row that the database refuses has failed, and stops no other row.</summary>
    /// <returns>False if this worker no longer holds the job.</returns>
    private async Task<bool> RunRowAsync(LeasedBulkJob held, BulkItem item, CancellationToken ct)
    {
        var isGivenUp = held.Fence > MaxTries; // Five earlier holders did not finish.
        try
        {
            return await _db.InTransactionAsync(tx => RunRowAsync(tx, held, item, isGivenUp, ct), ct);
        }
        catch (Exception fault) when (!isGivenUp && DbFaults.MayBeOfOneRow(fault) && !ct.IsCancellationRequested)
        {
            LogRefused(item.Position, fault);
            return await _db.InTransactionAsync(tx => RunRowAsync(tx, held, item, isGivenUp: true, ct), ct);
        }
    }

    private async Task<bool> RunRowAsync(IDbSession tx, LeasedBulkJob held, BulkItem item, bool isGivenUp, CancellationToken ct)
    {
        var jobs = new BulkStore(tx);
        if (!await jobs.HoldsAsync(held, ct))
        {
            return false;
        }

        var result = isGivenUp
            ? AssignBulkRow.Failed(item.Prospect.CrmId, "UnexpectedError", "The row could not be done")
            : await _rows.RunAsync(tx, held.Job, item.Prospect, ct);
        await jobs.SetResultAsync(held.Job, item.Position, result, ct);
        return true;
    }

    [LoggerMessage(2, LogLevel.Warning, "The database refused row {Position} of a bulk assignment; the other rows are done")]
    private partial void LogRefused(int position, Exception fault);

    [LoggerMessage(1, LogLevel.Error, "A bulk assignment was interrupted; a worker continues it when its lease ends")]
    private partial void LogFailed(Exception fault);
}
