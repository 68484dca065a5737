using Sluice.Crm;
using Sluice.Http;

namespace Sluice.FlowInstances;

/// <summary>Finds the flow instances of prospects, in the order asked for, each prospect's oldest first [inf].</summary>
internal sealed class ListAssigned(FlowInstanceStore instances, Names names)
{
    /// <summary>Open ones only [seed]. An id that is nobody's finds nothing.</summary>
    public async Task<List<FlowInstance>> OfProspectsAsync(Caller caller, IReadOnlyList<string> crmIds, CancellationToken ct)
    {
        var possible = crmIds.All(Prospect.IsPossibleCrmId) ? crmIds : [.. crmIds.Where(Prospect.IsPossibleCrmId)];
        return await NameAndSortAsync(caller, await instances.ListOpenAsync(caller.CompanyId, possible, ct), ct);
    }

    /// <summary>Finished ones too [doc].</summary>
    public async Task<List<FlowInstance>> ByIdAsync(Caller caller, IReadOnlyList<long> ids, CancellationToken ct) =>
        await NameAndSortAsync(caller, await instances.ListAsync(caller.CompanyId, ids, ct), ct);

    private async ValueTask<List<FlowInstance>> NameAndSortAsync(Caller caller, List<FlowInstance> found, CancellationToken ct)
    {
        await names.ReadAsync(caller.CompanyId, found, ct);
        found.Sort(static (one, other) => (one.Position, one.CreatedAt, one.Id).CompareTo((other.Position, other.CreatedAt, other.Id)));
        return found;
    }
}
