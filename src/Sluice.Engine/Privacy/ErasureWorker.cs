using Sluice.Engine.Companies;
using Sluice.Engine.Crm;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Privacy;

/// <summary>
/// Erases data that somebody asked to erase. After a worker is killed, its request waits until the lease ends; then another one starts over, and finds
/// only what is left.
/// </summary>
internal sealed partial class ErasureWorker : BackgroundService
{
    /// <summary>An upload that came earlier and is not done can bring the address back at any moment. An erasure does not wait for it for longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly Db _db;
    private readonly EraseRecords _records;
    private readonly EraseTraces _traces;
    private readonly IdMaker _ids;
    private readonly TimeProvider _clock;
    private readonly ILogger<ErasureWorker> _logger;
    private readonly LeaseLoop _loop;

    public ErasureWorker(Db db, EraseRecords records, EraseTraces traces, IdMaker ids, TimeProvider clock, ILogger<ErasureWorker> logger)
    {
        (_db, _records, _traces, _ids, _clock, _logger) = (db, records, traces, ids, clock, logger);
        _loop = new LeaseLoop(RunOneAsync, LogFailed);
    }

    /// <summary>Tells the worker that there is a new request.</summary>
    public void Wake() => _loop.Wake();

    /// <returns>Whether a request was finished; if not, there was none, or it must wait.</returns>
    public async Task<bool> RunOneAsync(CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        if (await _db.InTransactionAsync(tx => new ErasureStore(tx).LeaseAsync(now, Lease, ct), ct) is not { } held)
        {
            return false;
        }

        if (held.Erasure.Address is not null && !await EraseAsync(held, ct))
        {
            return false;
        }

        await _db.ForgetDeletedAsync(ct);
        await _db.InTransactionAsync(tx => new ErasureStore(tx).FinishAsync(held, _clock.GetUtcNow(), ct), ct);
        return true;
    }

    public override void Dispose()
    {
        _loop.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _loop.RunAsync(stoppingToken);

    /// <returns>False: the request is not done, or another worker has it.</returns>
    private async Task<bool> EraseAsync(LeasedErasure held, CancellationToken ct)
    {
        var (erasure, companyId) = (held.Erasure, held.Erasure.CompanyId);
        var companyKey = (await new CompanyStore(_db).GetAsync(companyId, ct)).CursorKey;

        // Asked first: an upload that ends during the erasure may have written before or after it.
        var mustWait = _clock.GetUtcNow() - erasure.CreatedAt < Patience && await new CrmErasureStore(_db).AnyOpenAsync(companyId, erasure.CreatedAt, ct);
        if (!await _records.RunAsync(held, companyKey, Lease, ct))
        {
            return await IsRefusedAsync(held, ct);
        }

        var traces = await _traces.RunAsync(companyId, erasure.Address!, ct);
        if (!await KeepAsync(held, traces, isDone: !mustWait, ct) || !mustWait)
        {
            return !mustWait;
        }

        await new ErasureStore(_db).ReleaseAsync(held, _clock.GetUtcNow(), ct);
        return false;
    }

    /// <returns>False: another worker has the request now.</returns>
    private Task<bool> KeepAsync(LeasedErasure held, ErasedCounts traces, bool isDone, CancellationToken ct) => _db.InTransactionAsync(
        async tx =>
        {
            var store = new ErasureStore(tx);
            if (await store.LockAsync(held, ct) is not { } erasure)
            {
                return false;
            }

            // In one transaction with its hash: at no time is the person missing from the stop list.
            traces += new ErasedCounts(0, 0, 0, await new SuppressionStore(tx).EraseAsync(erasure.CompanyId, erasure.Address!, ct));
            if (!traces.IsNone)
            {
                // The records may have been found before: then the suppression is there already.
                await new SuppressionStore(tx).AddErasedAsync(erasure.CompanyId, _ids.Next(), erasure.KeyHash, _clock.GetUtcNow(), erasure.By.ApiKeyId, erasure.By.RequestId, ct);
            }

            await store.ProgressAsync(erasure, traces, _clock.GetUtcNow() + Lease, ct);
            await (isDone ? store.ForgetAddressAsync(erasure, ErasureStatus.Done, ct) : Task.CompletedTask);
            return true;
        },
        ct);

    private async Task<bool> IsRefusedAsync(LeasedErasure held, CancellationToken ct)
    {
        var isRefused = await new ErasureStore(_db).FindAsync(held.Erasure.CompanyId, held.Erasure.Id, ct) is { Status: ErasureStatus.Refused, FinishedAt: null };
        if (isRefused)
        {
            LogRefused(held.Erasure.Id, RequestErasure.MaxRecords);
        }

        return isRefused;
    }

    [LoggerMessage(1, LogLevel.Error, "An erasure was interrupted; a worker continues it when its lease ends")]
    private partial void LogFailed(Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "The erasure {ErasureId} was refused: more than {MaxRecords} records have the address; an operator may run sluice privacy erase --yes-all")]
    private partial void LogRefused(long erasureId, int maxRecords);
}
