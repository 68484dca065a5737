using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>Finds the flow instances of prospects, in the order asked for, each prospect's oldest first [inf].</summary>
internal sealed class ListAssigned(Db db, FlowInstanceStore instances)
{
    /// <summary>Open ones only [seed]. An id that is nobody's finds nothing.</summary>
    public Task<AssignedInstances> OfProspectsAsync(long companyId, IReadOnlyList<string> crmIds, CancellationToken ct) =>
        OfProspectsAsync(companyId, CrmIds.Of([.. crmIds.Where(Prospect.IsPossibleCrmId)]), ct);

    /// <summary>The same for ids that prospects could bear.</summary>
    public async Task<AssignedInstances> OfProspectsAsync(long companyId, CrmIds crmIds, CancellationToken ct)
    {
        var found = crmIds.Count == 0 ? [] : await db.FindAsync(FlowInstanceStore.OpenOfProspects, companyId, crmIds.Json, ct);
        Sort(found);
        return new AssignedInstances(crmIds, found);
    }

    /// <summary>Finished ones too [doc].</summary>
    public async Task<AssignedInstances> ByIdAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct)
    {
        var rows = await instances.ListAsync(companyId, ids, ct);
        var (found, crmIds) = (rows.ConvertAll(row => row.Instance), Enumerable.Repeat("", ids.Count).ToArray());
        foreach (var (instance, crmId) in rows)
        {
            crmIds[instance.Position] = crmId;
        }

        Sort(found);
        return new AssignedInstances(CrmIds.Of(crmIds), found);
    }

    private static void Sort(List<FlowInstance> found)
    {
        for (var i = 1; i < found.Count; i++)
        {
            if (Compare(found[i - 1], found[i]) > 0)
            {
                found.Sort(Compare); // The index has them in order, and so they come, but no database promises it.
                return;
            }
        }
    }

    private static int Compare(FlowInstance one, FlowInstance other) =>
        one.Position != other.Position ? one.Position.CompareTo(other.Position)
        : one.CreatedAt != other.CreatedAt ? one.CreatedAt.CompareTo(other.CreatedAt)
        : one.Id.CompareTo(other.Id);
}

/// <summary>Flow instances as they are to be shown, and by their positions whose they are.</summary>
internal sealed record AssignedInstances(CrmIds CrmIds, List<FlowInstance> Instances);
