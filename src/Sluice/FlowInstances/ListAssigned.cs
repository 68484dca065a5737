using Sluice.Crm;

namespace Sluice.FlowInstances;

/// <summary>Finds the flow instances of prospects, in the order asked for, each prospect's oldest first [inf].</summary>
internal sealed class ListAssigned(FlowInstanceStore instances, Names names)
{
    /// <summary>Open ones only [seed]. An id that is nobody's finds nothing.</summary>
    public async Task<List<NamedInstance>> OfProspectsAsync(long companyId, IReadOnlyList<string> crmIds, CancellationToken ct)
    {
        var possible = crmIds.All(Prospect.IsPossibleCrmId) ? crmIds : [.. crmIds.Where(Prospect.IsPossibleCrmId)];
        return await SortAndNameAsync(companyId, await instances.ListOpenAsync(companyId, possible, ct), ct);
    }

    /// <summary>Finished ones too [doc].</summary>
    public async Task<List<NamedInstance>> ByIdAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) =>
        await SortAndNameAsync(companyId, await instances.ListAsync(companyId, ids, ct), ct);

    private async ValueTask<List<NamedInstance>> SortAndNameAsync(long companyId, List<FlowInstance> found, CancellationToken ct)
    {
        found.Sort(static (one, other) => (one.Position, one.CreatedAt, one.Id).CompareTo((other.Position, other.CreatedAt, other.Id)));
        return await names.NameAsync(companyId, found, ct);
    }
}
