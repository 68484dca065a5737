using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

/// <summary>
/// Works on the requests of integrations that take time: uploads, removals, and what a changed schema leaves behind. A request on which it fails
/// three times in the same way is given up, and its status says so: a client must not wait for ever.
/// </summary>
internal sealed partial class CrmWorker : BackgroundService
{
    private const int MaxFaults = 3;

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Db _db;
    private readonly ImportCrmLines _import;
    private readonly RemoveCrmData _remove;
    private readonly IdMaker _ids;
    private readonly TimeProvider _clock;
    private readonly ILogger<CrmWorker> _logger;
    private readonly LeaseLoop _loop;

    public CrmWorker(Db db, ImportCrmLines import, RemoveCrmData remove, IdMaker ids, TimeProvider clock, ILogger<CrmWorker> logger)
    {
        (_db, _import, _remove, _ids, _clock, _logger) = (db, import, remove, ids, clock, logger);
        _loop = new LeaseLoop(RunOneAsync, fault => LogFailed(0, fault));
    }

    /// <summary>Tells the worker that there is a new request.</summary>
    public void Wake() => _loop.Wake();

    /// <returns>True if there was a request to work on.</returns>
    public async Task<bool> RunOneAsync(CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        if (await _db.InTransactionAsync(tx => new CrmRequestStore(tx).LeaseAsync(now, Lease, ct), ct) is not { } held)
        {
            return false;
        }

        try
        {
            await RunAsync(held, ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            LogFailed(held.Request.Id, fault);
            await _db.InTransactionAsync(tx => NoteFaultAsync(tx, held, DbFaults.Name(fault), ct), ct);
        }

        return true;
    }

    public override void Dispose()
    {
        _loop.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _loop.RunAsync(stoppingToken);

    private Task RunAsync(LeasedCrmRequest held, CancellationToken ct) => held.Request switch
    {
        { Status: CrmRequest.Receiving } => _db.InTransactionAsync(tx => new CrmRequestStore(tx).AbandonAsync(held.Request, ct), ct), // The receiver died.
        { IsLeftover: true } => _remove.DeleteLinesAsync(held, ct),
        { IsCleaning: true } => _remove.CleanAsync(held, ct),
        { IsRemoval: true } => RemoveAsync(held, ct),
        _ => _import.RunAsync(held, ct),
    };

    private async Task RemoveAsync(LeasedCrmRequest held, CancellationToken ct)
    {
        for (CrmRequest? request = held.Request; request is { Status: CrmRequest.InProgress };)
        {
            request = await _remove.RemoveAsync(held with { Request = request }, ct);
        }
    }

    /// <summary>Notes how the worker failed, and lets any worker try again soon; after the third time in a row, gives the request up.</summary>
    private async Task NoteFaultAsync(IDbSession tx, LeasedCrmRequest held, string name, CancellationToken ct)
    {
        var (requests, key) = (new CrmRequestStore(tx), held.Request);
        if (await requests.FindAsync(key.CompanyId, key.IntegrationId, key.ClientRequestId, ct) is not { Status: CrmRequest.InProgress } request)
        {
            return;
        }

        var noted = request with { Fault = name, FaultCount = request.Fault == name ? request.FaultCount + 1 : 1 };
        var isGivenUp = noted.FaultCount >= MaxFaults;
        var after = isGivenUp ? noted.Fail($"The server failed three times in the same way; its log says why. Lines after {noted.LinesDone} are not imported") : noted; // [inf]
        if (await requests.SaveProgressAsync(after, held.Fence, _clock.GetUtcNow() + Pause, ct) && isGivenUp)
        {
            await requests.AddAsync(after.ToLeftover(), _clock.GetUtcNow(), DateTimeOffset.UnixEpoch, ct);
            await new FeedStore(tx).AddAsync([.. CrmFeed.Of(after, _ids, _clock.GetUtcNow())], ct);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Work on the CRM request {Id} was interrupted; a worker continues it")]
    private partial void LogFailed(long id, Exception fault);
}
