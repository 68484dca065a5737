using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows.Authoring;

internal static class DeleteFlow
{
    /// <summary>Hides the flow from every list and closes it to prospects. A sweep ends the instances that are open in it.</summary>
    public static async Task RunAsync(IDbSession tx, IdMaker ids, Flow flow, DateTimeOffset now, CancellationToken ct)
    {
        await new FlowStore(tx).DeleteAsync(flow, now, ct);
        await new SweepStore(tx).AddAsync(ids, flow.CompanyId, FinishReason.FlowDeleted, flow.Id, now, ct);
    }
}
