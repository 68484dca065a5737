using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

/// <summary>
/// Processes uploads, one batch of lines at a time. One transaction, which checks the lease's fencing token, writes the batch, the count of
/// processed lines and the errors. So each line counts exactly once, no matter when a worker dies, and a batch is never half written. Valid
/// lines are stored; invalid lines are reported.
/// </summary>
internal sealed partial class CrmWorker : BackgroundService
{
    private const int Batch = 1000;
    private const int MaxErrorsReported = 20; // [doc]

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly Db _db;
    private readonly IdMaker _ids;
    private readonly ProspectReaction _reaction;
    private readonly TimeProvider _clock;
    private readonly ILogger<CrmWorker> _logger;
    private readonly LeaseLoop _loop;

    public CrmWorker(Db db, IdMaker ids, ProspectReaction reaction, TimeProvider clock, ILogger<CrmWorker> logger)
    {
        (_db, _ids, _reaction, _clock, _logger) = (db, ids, reaction, clock, logger);
        _loop = new LeaseLoop(RunOneAsync, LogFailed);
    }

    /// <summary>Tells the worker that there is a new upload.</summary>
    public void Wake() => _loop.Wake();

    /// <returns>True if there was an upload to process.</returns>
    public async Task<bool> RunOneAsync(CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        if (await _db.InTransactionAsync(tx => new CrmRequestStore(tx).LeaseAsync(now, Lease, ct), ct) is not { } held)
        {
            return false;
        }

        if (held.Request.Status == CrmRequest.Receiving)
        {
            await _db.InTransactionAsync(tx => new CrmRequestStore(tx).DeleteReceivingAsync(held.Request, ct), ct); // The receiver died.
            return true;
        }

        for (CrmRequest? request = held.Request; request is { Status: CrmRequest.InProgress };)
        {
            var before = request;
            request = await _db.InTransactionAsync(tx => RunBatchAsync(tx, before, held.Fence, ct), ct);
        }

        return true;
    }

    public override void Dispose()
    {
        _loop.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _loop.RunAsync(stoppingToken);

    /// <returns>The request with its new progress; null if another worker holds it now.</returns>
    private async Task<CrmRequest?> RunBatchAsync(IDbSession tx, CrmRequest request, long fence, CancellationToken ct)
    {
        var requests = new CrmRequestStore(tx);
        var lines = await requests.ListLinesAsync(request, Batch, ct);
        var (objects, errors) = Read(lines, request.ObjectType!);
        var after = request with
        {
            Errors = [.. request.Errors.Concat(errors).Take(MaxErrorsReported)],
            ErrorCount = request.ErrorCount + errors.Count,
            SuccessCount = request.SuccessCount + objects.Count,
            LinesDone = lines.Count > 0 ? lines[^1].Number : request.LinesDone,
        };
        after = lines.Count == Batch ? after : after with { Status = after is { ErrorCount: > 0, SuccessCount: 0 } ? CrmRequest.Failed : CrmRequest.Done };
        if (!await requests.SaveProgressAsync(after, fence, _clock.GetUtcNow() + Lease, ct))
        {
            return null;
        }

        await PutAsync(tx, after, objects, ct);
        await requests.DeleteLinesAsync(after, after.LinesDone, ct);
        return after;
    }

    private static (List<CrmObject> Objects, List<CrmLineError> Errors) Read(List<CrmLine> lines, string objectType)
    {
        var (objects, errors) = (new List<CrmObject>(), new List<CrmLineError>());
        foreach (var line in lines)
        {
            var (found, fault) = CrmLineReader.Read(line, objectType);
            if (found is not null)
            {
                objects.Add(found);
            }
            else
            {
                errors.Add(new CrmLineError(line.Number, fault!));
            }
        }

        return (objects, errors);
    }

    private async Task PutAsync(IDbSession tx, CrmRequest request, List<CrmObject> objects, CancellationToken ct)
    {
        // If several lines describe one object, the newest modifiedDate wins; if these are equal, the last line wins.
        var newest = objects.Index().GroupBy(one => one.Item.Id, StringComparer.Ordinal)
            .Select(same => same.OrderBy(one => one.Item.ModifiedAt).ThenBy(one => one.Index).Last().Item).ToLookup(one => one.IsDeleted);
        var store = new CrmObjectStore(tx);
        var taken = (await store.PutAsync(request, [.. newest[false]], ct)).ToHashSet(StringComparer.Ordinal);
        var gone = await DeleteAsync(store, request, [.. newest[true]], ct);
        if (CrmObjectType.IsProspect(request.ObjectType!))
        {
            var prospects = new ProspectStore(tx);
            await prospects.PutAsync([.. newest[false].Where(one => taken.Contains(one.Id)).Select(one => ToProspect(request, one))], ct);
            await prospects.DeleteAsync(request.CompanyId, gone, _clock.GetUtcNow(), ct);
            await (gone.Count > 0 ? _reaction.RunAsync(tx, request.CompanyId, gone, _clock.GetUtcNow(), ct) : Task.CompletedTask);
        }
    }

    /// <returns>
    /// The ids that are deleted now. They include ids that no upload contained, because the prospect may have been created another way, but
    /// not ids whose stored state is newer.
    /// </returns>
    private static async Task<List<string>> DeleteAsync(CrmObjectStore store, CrmRequest request, List<CrmObject> objects, CancellationToken ct)
    {
        var ids = objects.ConvertAll(one => one.Id);
        await store.DeleteAsync(request, objects, ct);
        var kept = (await store.FindAsync(request.CompanyId, request.IntegrationId, request.ObjectType!, ids, ct)).Select(one => one.ObjectId).ToHashSet(StringComparer.Ordinal);
        return ids.FindAll(id => !kept.Contains(id));
    }

    private Prospect ToProspect(CrmRequest request, CrmObject one) => Prospect.FromCrmId(request.CompanyId, _ids.Next(), one.Id, _clock.GetUtcNow()) with
    {
        Kind = request.ObjectType!,
        FirstName = one.Person.FirstName,
        LastName = one.Person.LastName,
        Email = one.Person.Email,
        Title = one.Person.Title,
        PhoneNumber = one.Person.PhoneNumber,
    };

    [LoggerMessage(1, LogLevel.Error, "An upload was interrupted; a worker continues it when its lease ends")]
    private partial void LogFailed(Exception fault);
}
