using Sluice.Engine.Instances;

namespace Sluice.Engine.Flows.Authoring;

internal static class DeleteFlow
{
    /// <summary>Hides the flow from every list and closes it to prospects. A sweep ends the instances that are open in it.</summary>
    public static async Task RunAsync(AuthoringSession session, Flow flow)
    {
        await new FlowStore(session.Tx).DeleteAsync(flow, session.Now, session.Ct);
        await new SweepStore(session.Tx).AddAsync(session.Ids, session.CompanyId, FinishReason.FlowDeleted, flow.Id, session.Now, session.Ct);
    }
}
