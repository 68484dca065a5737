using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

/// <summary>
/// Imports the lines of an upload, one slice at a time. One transaction, which checks the lease's fencing token, writes the slice, the count of
/// processed lines and the errors. So each line counts exactly once, no matter when a worker dies, and a slice is never half written. Valid
/// lines are stored; invalid lines are reported. While a slice is written, the next one is read and parsed: neither holds the writer.
/// </summary>
internal sealed partial class ImportCrmLines(Db db, IdMaker ids, ProspectReaction reaction, TimeProvider clock, ILogger<ImportCrmLines> logger)
{
    private const string NotStored = "The line could not be stored"; // [inf]

    /// <summary>More lines at once would hold SQLite's only writer, which all companies share, for too long.</summary>
    private readonly int _most = db.Dialect.IsShared ? 1000 : 200;

    /// <summary>Imports all lines that are left, or stops when another worker holds the request.</summary>
    public async Task RunAsync(LeasedCrmRequest held, CancellationToken ct)
    {
        var next = ReadAsync(held.Request, held.Request.LinesDone, ct);
        for (CrmRequest? request = held.Request; request is { Status: CrmRequest.InProgress };)
        {
            var slice = await next;
            next = slice.IsLast ? next : ReadAsync(request, slice.Lines[^1].Number, ct);
            try
            {
                request = await ImportAsync(held with { Request = request }, slice, ct);
            }
            finally
            {
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // Nothing may be read any more when this returns.
            }
        }
    }

    /// <summary>Reads and parses the next lines, beside the transaction that writes the ones before.</summary>
    private Task<CrmSlice> ReadAsync(CrmRequest request, long after, CancellationToken ct) => Task.Run(
        async () =>
        {
            var lines = await new CrmRequestStore(db).ListLinesAsync(request, after, _most, ct);
            var schema = await new CrmIntegrationStore(db).ListSchemaAsync(request.CompanyId, request.IntegrationId, request.ObjectType!, ct);
            return CrmSlice.Read(request.ObjectType!, lines, schema, isLast: lines.Count < _most, clock.GetUtcNow());
        },
        ct);

    /// <summary>
    /// Imports a slice. If the database refuses something in it, imports each half alone, until the line is found that it refuses: that line is
    /// reported, and all others are stored.
    /// </summary>
    private async Task<CrmRequest?> ImportAsync(LeasedCrmRequest held, CrmSlice slice, CancellationToken ct)
    {
        try
        {
            return await db.InTransactionAsync(tx => TryAsync(tx, held, slice, ct), ct);
        }
        catch (Exception fault) when (slice.Lines.Count == 1 && DbFaults.MayBeOfOneRow(fault) && !ct.IsCancellationRequested)
        {
            LogRefused(slice.Lines[0].Number, fault);
            return await db.InTransactionAsync(tx => SkipAsync(tx, held, slice, ct), ct);
        }
        catch (Exception fault) when (slice.Lines.Count > 1 && DbFaults.MayBeOfOneRow(fault) && !ct.IsCancellationRequested)
        {
            var (first, second) = slice.Halve(held.Request.ObjectType!, clock.GetUtcNow());
            return await ImportAsync(held, first, ct) is { } after ? await ImportAsync(held with { Request = after }, second, ct) : null;
        }
    }

    private async Task<CrmRequest?> TryAsync(IDbSession tx, LeasedCrmRequest held, CrmSlice read, CancellationToken ct)
    {
        var request = held.Request;
        var integrations = new CrmIntegrationStore(tx);
        if (await integrations.LockAsync(request.CompanyId, request.IntegrationId, ct) is not { } integration)
        {
            return await FailAsync(tx, request.Fail("The integration was removed"), held.Fence, ct); // [inf]
        }

        var schema = await integrations.ListSchemaAsync(integration, request.ObjectType!, ct);
        var slice = read.WasReadBy(schema) ? read : CrmSlice.Read(request.ObjectType!, read.Lines, schema, read.IsLast, clock.GetUtcNow());
        var after = request.Add(slice.Errors) with { SuccessCount = request.SuccessCount + slice.Objects.Count };
        if (await SaveAsync(tx, held, after, slice, ct) is not { } saved)
        {
            return null;
        }

        await PutAsync(tx, saved, slice.Objects, ct);
        return saved;
    }

    private Task<CrmRequest?> SkipAsync(IDbSession tx, LeasedCrmRequest held, CrmSlice slice, CancellationToken ct) =>
        SaveAsync(tx, held, held.Request.Add([new CrmLineError(slice.Lines[0].Number, NotStored)]), slice, ct);

    /// <summary>Ends the request, and leaves its lines to a worker that deletes them.</summary>
    private async Task<CrmRequest?> FailAsync(IDbSession tx, CrmRequest failed, long fence, CancellationToken ct)
    {
        var saved = await AdvanceAsync(tx, failed, fence, ct);
        await (saved is null ? Task.CompletedTask : new CrmRequestStore(tx).AddAsync(saved.ToLeftover(), clock.GetUtcNow(), DateTimeOffset.UnixEpoch, ct));
        return saved;
    }

    /// <summary>Saves the progress and deletes the lines that are done.</summary>
    private async Task<CrmRequest?> SaveAsync(IDbSession tx, LeasedCrmRequest held, CrmRequest after, CrmSlice slice, CancellationToken ct)
    {
        var done = after with { LinesDone = slice.Lines.Count > 0 ? slice.Lines[^1].Number : after.LinesDone };
        var saved = await AdvanceAsync(tx, slice.IsLast ? done.End() : done, held.Fence, ct);
        await (saved is null ? Task.CompletedTask : new CrmRequestStore(tx).DeleteLinesAsync(saved, held.Request.LinesDone, saved.LinesDone, ct));
        return saved;
    }

    private async Task<CrmRequest?> AdvanceAsync(IDbSession tx, CrmRequest after, long fence, CancellationToken ct)
    {
        var saved = await new CrmRequestStore(tx).AdvanceAsync(after, fence, clock.GetUtcNow() + CrmWorker.Lease, ct);
        await (saved is null ? Task.CompletedTask : new FeedStore(tx).AddAsync([.. CrmFeed.Of(saved, ids, clock.GetUtcNow())], ct));
        return saved;
    }

    private async Task PutAsync(IDbSession tx, CrmRequest request, IReadOnlyList<CrmObject> objects, CancellationToken ct)
    {
        // If several lines describe one object, the newest modifiedDate wins; if these are equal, the last line wins.
        var newest = objects.Index().GroupBy(one => one.Item.Id, StringComparer.Ordinal)
            .Select(same => same.OrderBy(one => one.Item.ModifiedAt).ThenBy(one => one.Index).Last().Item).ToLookup(one => one.IsDeleted);
        var (store, put) = (new CrmObjectStore(tx), newest[false].ToList());
        var newer = await store.FindNewerAsync(request, put, ct);
        put.RemoveAll(one => newer.Contains(one.Id));
        await store.PutAsync(request, put, ct);
        var gone = await DeleteAsync(store, request, [.. newest[true]], ct);
        if (CrmObjectType.IsProspect(request.ObjectType!))
        {
            await reaction.PutAsync(tx, request.CompanyId, put.ConvertAll(one => ToProspect(request, one)), ct);
            await reaction.DeleteAsync(tx, request.CompanyId, gone, clock.GetUtcNow(), ct);
        }
    }

    /// <returns>
    /// The ids that are deleted now. They include ids that no upload contained, because the prospect may have been created another way, but
    /// not ids whose stored state is newer.
    /// </returns>
    private static async Task<List<string>> DeleteAsync(CrmObjectStore store, CrmRequest request, List<CrmObject> objects, CancellationToken ct)
    {
        if (objects.Count == 0)
        {
            return [];
        }

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
