using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

/// <summary>
/// Imports the lines of an upload, one batch at a time. One transaction, which checks the lease's fencing token, writes the batch, the count of
/// processed lines and the errors. So each line counts exactly once, no matter when a worker dies, and a batch is never half written. Valid
/// lines are stored; invalid lines are reported.
/// </summary>
internal sealed partial class ImportCrmLines(Db db, IdMaker ids, ProspectReaction reaction, TimeProvider clock, ILogger<ImportCrmLines> logger)
{
    private const string NotStored = "The line could not be stored"; // [inf]

    /// <summary>More lines at once would hold SQLite's only writer, which all companies share, for too long.</summary>
    private readonly int _batch = db.Dialect.IsShared ? 1000 : 200;

    /// <returns>The request with its new progress; null if another worker holds it now.</returns>
    public async Task<CrmRequest?> RunAsync(LeasedCrmRequest held, CancellationToken ct)
    {
        var lines = await new CrmRequestStore(db).ListLinesAsync(held.Request, _batch, ct);
        return await ImportAsync(held, lines, isLast: lines.Count < _batch, ct);
    }

    /// <summary>
    /// Imports lines. If the database refuses something in them, imports each half alone, until the line is found that it refuses: that line is
    /// reported, and all others are stored.
    /// </summary>
    private async Task<CrmRequest?> ImportAsync(LeasedCrmRequest held, List<CrmLine> lines, bool isLast, CancellationToken ct)
    {
        try
        {
            return await db.InTransactionAsync(tx => TryAsync(tx, held, lines, isLast, ct), ct);
        }
        catch (Exception fault) when (lines.Count == 1 && DbFaults.MayBeOfOneRow(fault) && !ct.IsCancellationRequested)
        {
            LogRefused(lines[0].Number, fault);
            return await db.InTransactionAsync(tx => SkipAsync(tx, held, lines[0], isLast, ct), ct);
        }
        catch (Exception fault) when (lines.Count > 1 && DbFaults.MayBeOfOneRow(fault) && !ct.IsCancellationRequested)
        {
            var half = lines.Count / 2;
            return await ImportAsync(held, lines[..half], isLast: false, ct) is { } first
                ? await ImportAsync(held with { Request = first }, lines[half..], isLast, ct)
                : null;
        }
    }

    private async Task<CrmRequest?> TryAsync(IDbSession tx, LeasedCrmRequest held, List<CrmLine> lines, bool isLast, CancellationToken ct)
    {
        var request = held.Request;
        var integrations = new CrmIntegrationStore(tx);
        if (await integrations.LockAsync(request.CompanyId, request.IntegrationId, ct) is not { } integration)
        {
            return await FailAsync(tx, request.Fail("The integration was removed"), held.Fence, ct); // [inf]
        }

        var reader = new CrmLineReader(request.ObjectType!, await integrations.ListSchemaAsync(integration, request.ObjectType!, ct), clock.GetUtcNow());
        var (objects, errors) = Read(lines, reader);
        var after = request.Add(errors) with
        {
            SuccessCount = request.SuccessCount + objects.Count,
            LinesDone = lines.Count > 0 ? lines[^1].Number : request.LinesDone,
        };
        if (await SaveAsync(tx, isLast ? after.End() : after, held.Fence, after.LinesDone, ct) is not { } saved)
        {
            return null;
        }

        await PutAsync(tx, saved, objects, ct);
        return saved;
    }

    private Task<CrmRequest?> SkipAsync(IDbSession tx, LeasedCrmRequest held, CrmLine line, bool isLast, CancellationToken ct)
    {
        var after = held.Request.Add([new CrmLineError(line.Number, NotStored)]) with { LinesDone = line.Number };
        return SaveAsync(tx, isLast ? after.End() : after, held.Fence, after.LinesDone, ct);
    }

    /// <summary>Ends the request, and leaves its lines to a worker that deletes them.</summary>
    private async Task<CrmRequest?> FailAsync(IDbSession tx, CrmRequest failed, long fence, CancellationToken ct)
    {
        var saved = await SaveAsync(tx, failed, fence, failed.LinesDone, ct);
        await (saved is null ? Task.CompletedTask : new CrmRequestStore(tx).AddAsync(saved.ToLeftover(), clock.GetUtcNow(), DateTimeOffset.UnixEpoch, ct));
        return saved;
    }

    /// <summary>Saves the progress and deletes the lines that are done.</summary>
    private async Task<CrmRequest?> SaveAsync(IDbSession tx, CrmRequest after, long fence, long linesDone, CancellationToken ct)
    {
        var requests = new CrmRequestStore(tx);
        var saved = await requests.AdvanceAsync(after, fence, clock.GetUtcNow() + CrmWorker.Lease, ct);
        if (saved is not null)
        {
            await requests.DeleteLinesAsync(saved, linesDone, ct);
            await new FeedStore(tx).AddAsync([.. CrmFeed.Of(saved, ids, clock.GetUtcNow())], ct);
        }

        return saved;
    }

    private static (List<CrmObject> Objects, List<CrmLineError> Errors) Read(List<CrmLine> lines, CrmLineReader reader)
    {
        var (objects, errors) = (new List<CrmObject>(), new List<CrmLineError>());
        foreach (var line in lines)
        {
            var (found, fault) = reader.Read(line);
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
            await reaction.PutAsync(tx, request.CompanyId, [.. newest[false].Where(one => taken.Contains(one.Id)).Select(one => ToProspect(request, one))], ct);
            await reaction.DeleteAsync(tx, request.CompanyId, gone, clock.GetUtcNow(), ct);
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
        var kept = (await store.FindAsync(request.CompanyId, request.IntegrationId, request.ObjectType!, ids, ct)).Select(one => one.Id).ToHashSet(StringComparer.Ordinal);
        return ids.FindAll(id => !kept.Contains(id));
    }

    private Prospect ToProspect(CrmRequest request, CrmObject one) => Prospect.FromCrmId(request.CompanyId, ids.Next(), one.Id, clock.GetUtcNow()) with
    {
        Kind = request.ObjectType!,
        FirstName = one.Person.FirstName,
        LastName = one.Person.LastName,
        Email = one.Person.Email,
        Title = one.Person.Title,
        PhoneNumber = one.Person.PhoneNumber,
        ConvertedTo = one.Person.ConvertedTo,
    };

    [LoggerMessage(1, LogLevel.Warning, "The database refused line {Line} of an upload; the other lines are imported")]
    private partial void LogRefused(long line, Exception fault);
}
