using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

/// <summary>Removes what an integration leaves behind, in batches: all its objects when it is removed, or the values of fields that its schema has lost.</summary>
internal sealed class RemoveCrmData(Db db, ProspectReaction reaction, TimeProvider clock)
{
    private readonly int _batch = db.Dialect.Slice(500);

    /// <summary>
    /// Deletes some objects of a removed integration. Its contacts and leads are then deleted in the CRM, so their flow instances end. The request
    /// is done when none is left.
    /// </summary>
    /// <returns>The request with its new progress; null if another worker holds it now.</returns>
    public Task<CrmRequest?> RemoveAsync(LeasedCrmRequest held, CancellationToken ct) => db.InTransactionAsync(async tx =>
    {
        var (request, objects) = (held.Request, new CrmObjectStore(tx));
        var gone = await objects.DeleteSomeAsync(request, _batch, ct);
        var prospects = gone.Where(one => CrmObjectType.IsProspect(one.ObjectType)).Select(one => one.Id).Distinct(StringComparer.Ordinal).ToList();
        await reaction.DeleteAsync(tx, request.CompanyId, await WithoutNewOnesAsync(tx, request.CompanyId, prospects, ct), clock.GetUtcNow(), ct);
        await new CrmIntegrationStore(tx).DeleteFieldsAsync(request.CompanyId, request.IntegrationId, ct);
        return await SaveAsync(tx, gone.Count < _batch ? (request with { SuccessCount = 1 }).End() : request, held.Fence, ct);
    }, ct);

    /// <summary>Leaves out the ids that the company's next integration has uploaded in the meantime: its prospects stay.</summary>
    private static async Task<IReadOnlyList<string>> WithoutNewOnesAsync(IDbSession tx, long companyId, List<string> ids, CancellationToken ct)
    {
        var (integrations, objects) = (new CrmIntegrationStore(tx), new CrmObjectStore(tx));
        if (ids.Count == 0 || (await integrations.ListAsync(companyId, ct)).SingleOrDefault() is not { } next)
        {
            return ids;
        }

        await integrations.LockAsync(companyId, next.Id, ct); // Whatever its uploads write is visible then, or comes later.
        var contacts = await objects.FindAsync(companyId, next.Id, CrmObjectType.Contact, ids, ct);
        var leads = await objects.FindAsync(companyId, next.Id, CrmObjectType.Lead, ids, ct);
        return [.. ids.Except(contacts.Concat(leads).Select(one => one.Id), StringComparer.Ordinal)];
    }

    /// <summary>Removes the values of lost fields from all objects of a type, and then the request, which no client has made.</summary>
    public async Task CleanAsync(LeasedCrmRequest held, CancellationToken ct)
    {
        for (var last = ""; last is not null;)
        {
            var after = last;
            last = await db.InTransactionAsync(tx => CleanAsync(tx, held, after, ct), ct);
        }
    }

    /// <returns>The id of the last object that was looked at; null: all is done.</returns>
    private async Task<string?> CleanAsync(IDbSession tx, LeasedCrmRequest held, string after, CancellationToken ct)
    {
        var (request, integrations, objects, requests) = (held.Request, new CrmIntegrationStore(tx), new CrmObjectStore(tx), new CrmRequestStore(tx));
        var integration = await integrations.LockAsync(request.CompanyId, request.IntegrationId, ct);
        if (await SaveAsync(tx, request, held.Fence, ct) is null)
        {
            return null;
        }

        var some = integration is null ? [] : await objects.ListAsync(request, after, _batch, ct);
        if (some.Count > 0)
        {
            var schema = await integrations.ListSchemaAsync(integration!, request.ObjectType!, ct);
            await objects.ReplaceAsync(request, some.Select(one => one.Clean(request.ObjectType!, schema)).Except(some).ToList(), ct);
        }

        if (some.Count == _batch)
        {
            return some[^1].Id;
        }

        await requests.DeleteAsync(request, ct);
        return null;
    }

    /// <summary>Deletes the lines that nobody will import, and then the request.</summary>
    public async Task DeleteLinesAsync(LeasedCrmRequest held, CancellationToken ct)
    {
        while (await db.InTransactionAsync(tx => DeleteSomeLinesAsync(tx, held, ct), ct))
        {
        }
    }

    /// <returns>Whether there may be more.</returns>
    private async Task<bool> DeleteSomeLinesAsync(IDbSession tx, LeasedCrmRequest held, CancellationToken ct)
    {
        if (await SaveAsync(tx, held.Request, held.Fence, ct) is null)
        {
            return false; // Another worker deletes them now.
        }

        if (await new CrmRequestStore(tx).DeleteSomeLinesAsync(held.Request, _batch, ct) == _batch)
        {
            return true;
        }

        await new CrmRequestStore(tx).DeleteAsync(held.Request, ct);
        return false;
    }

    private Task<CrmRequest?> SaveAsync(IDbSession tx, CrmRequest after, long fence, CancellationToken ct) =>
        new CrmRequestStore(tx).AdvanceAsync(after, fence, clock.GetUtcNow() + CrmWorker.Lease, ct);
}
