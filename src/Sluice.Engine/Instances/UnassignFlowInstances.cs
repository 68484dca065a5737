using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>Unassigns prospects: finishes their instances and records in the history who did it, in one transaction.</summary>
internal sealed class UnassignFlowInstances(Db db, EndInstances end, TimeProvider clock)
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

    private Task<List<long>> RemoveAsync(IDbSession tx, IReadOnlyList<long> instanceIds, Actor by, CancellationToken ct) =>
        end.RunInBulkAsync(tx, instanceIds, FinishReason.RemovedManually, by, clock.GetUtcNow(), ct);
}
