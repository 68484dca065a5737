using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

/// <summary>
/// Replaces the schema of an object type. A client sends the whole list each time [doc]. A field that is deleted loses its values at once, and so
/// does one that gets another type.
/// </summary>
internal sealed class SetCrmSchema(Db db, IdMaker ids, CrmWorker worker, TimeProvider clock)
{
    /// <param name="sent">Sound fields, each name once.</param>
    /// <returns>The names of the fields that the list lacks; if there are any, nothing has changed. Null: there is no such integration.</returns>
    public async Task<IReadOnlyList<string>?> RunAsync(long companyId, long integrationId, string objectType, IReadOnlyList<CrmField> sent, CancellationToken ct)
    {
        var (missing, isCleaning) = await db.InTransactionAsync(tx => RunAsync(tx, companyId, integrationId, objectType, sent, ct), ct);
        if (isCleaning)
        {
            worker.Wake();
        }

        return missing;
    }

    private async Task<(IReadOnlyList<string>? Missing, bool IsCleaning)> RunAsync(
        IDbSession tx, long companyId, long integrationId, string objectType, IReadOnlyList<CrmField> sent, CancellationToken ct)
    {
        var store = new CrmIntegrationStore(tx);
        if (await store.LockAsync(companyId, integrationId, ct) is not { } integration)
        {
            return (null, false);
        }

        var known = (await store.ListSchemaAsync(integration, objectType, ct)).ToDictionary(field => field.UniqueName, StringComparer.Ordinal);
        var missing = known.Keys.Except(sent.Select(field => field.UniqueName), StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            return (missing, false);
        }

        var kept = sent.Where(field => !field.IsDeleted).Select(field => field with { Id = IdOf(field, known) }).ToList();
        await store.SetFieldsAsync(integration, objectType, kept, ct);
        await store.DeleteFieldsAsync(integration, objectType, [.. sent.Where(field => field.IsDeleted).Select(field => field.UniqueName)], ct);
        var losesValues = known.Values.Select(field => field.Id).Except(kept.Select(field => field.Id)).Any();
        if (losesValues)
        {
            var now = clock.GetUtcNow();
            await new CrmRequestStore(tx).AddAsync(CrmRequest.Cleaning(integration, objectType, ids.Next()), now, now, ct);
        }

        return ([], losesValues);
    }

    private long IdOf(CrmField field, Dictionary<string, CrmField> known) =>
        known.TryGetValue(field.UniqueName, out var before) && before.IsOfType(field.Type) ? before.Id : ids.Next();
}
