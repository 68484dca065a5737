using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Instances;

/// <summary>Unassigns prospects: finishes their instances and records in the history who did it, in one transaction.</summary>
internal sealed class UnassignFlowInstances(Db db, IdMaker ids, TimeProvider clock)
{
    /// <returns>
    /// The instances that this call removed, in request order. Ids that are unknown, of another company or finished are absent [seed].
    /// Null if <paramref name="refuseUnknown"/> is set and an id is unknown [rec]; then nothing is removed.
    /// </returns>
    public Task<List<long>?> ByIdAsync(IReadOnlyList<long> instanceIds, bool refuseUnknown, Actor by, CancellationToken ct) => db.InTransactionAsync(async tx =>
        refuseUnknown && await new FlowInstanceStore(tx).CountAsync(by.CompanyId, instanceIds, ct) < instanceIds.Count
            ? null
            : await RemoveAsync(tx, instanceIds, by, ct), ct);

    /// <returns>The instances that this call removed, oldest first; empty for an unknown prospect [rec].</returns>
    public Task<List<long>> ByProspectAsync(string crmId, long? flowId, Actor by, CancellationToken ct) => db.InTransactionAsync(async tx =>
        await RemoveAsync(tx, await new FlowInstanceStore(tx).FindOpenAsync(by.CompanyId, crmId, flowId, ct), by, ct), ct);

    private async Task<List<long>> RemoveAsync(IDbSession tx, IReadOnlyList<long> instanceIds, Actor by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var removed = (await new FlowInstanceStore(tx).FinishAsync(by.CompanyId, instanceIds, FlowInstanceStatus.Finished, FinishReason.RemovedManually, now, ct)).ToHashSet();
        if (removed.Count > 0)
        {
            await new ToDoStore(tx).DismissOfAsync(by.CompanyId, [.. removed], now, ct);
            await new MessageStore(tx).CancelOfAsync(by.CompanyId, [.. removed], ct);
            await new EventStore(tx).AddAsync([.. removed.Select(id => new InstanceEvent(ids.Next(), id, now, InstanceEvent.Removed, by))], ct);
        }

        return instanceIds.Where(removed.Contains).ToList();
    }
}
