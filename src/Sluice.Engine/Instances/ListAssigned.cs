using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>Lists flow instances in the order of the requested ids; those of one prospect come oldest first [inf].</summary>
internal sealed class ListAssigned(Db db, FlowInstanceStore instances)
{
    /// <summary>Lists the open instances of prospects [seed]. Ignores unknown CRM ids.</summary>
    public Task<AssignedInstances> OfProspectsAsync(long companyId, IReadOnlyList<string> crmIds, CancellationToken ct) =>
        OfProspectsAsync(companyId, CrmIds.Of([.. crmIds.Where(Prospect.IsPossibleCrmId)]), ct);

    /// <summary>Does the same for ids that have passed <see cref="Prospect.IsPossibleCrmId"/>.</summary>
    public async Task<AssignedInstances> OfProspectsAsync(long companyId, CrmIds crmIds, CancellationToken ct)
    {
        var found = crmIds.Count == 0 ? [] : await db.FindAsync(FlowInstanceStore.OpenOfProspects, companyId, crmIds.Json, ct);
        Sort(found);
        return new AssignedInstances(crmIds, found);
    }

    /// <summary>Lists instances by id, open and finished [doc].</summary>
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
                found.Sort(Compare); // Rows normally arrive in index order, but no database guarantees it.
                return;
            }
        }
    }

    private static int Compare(FlowInstance one, FlowInstance other) =>
        one.Position != other.Position ? one.Position.CompareTo(other.Position)
        : one.CreatedAt != other.CreatedAt ? one.CreatedAt.CompareTo(other.CreatedAt)
        : one.Id.CompareTo(other.Id);
}

/// <summary>Flow instances in answer order. An instance's position is the index of its prospect's id in <paramref name="CrmIds"/>.</summary>
internal sealed record AssignedInstances(CrmIds CrmIds, List<FlowInstance> Instances);
