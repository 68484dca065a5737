using Sluice.Engine.Instances;

namespace Sluice.Engine.Flows.Authoring;

internal static class StopFlow
{
    /// <summary>Closes the flow to prospects, and ends it for all who are in it now: a sweep ends their instances, and with them the mail that waits.</summary>
    /// <returns>The flow as it is then. Whoever is assigned after it was enabled again stays in it.</returns>
    public static async Task<Flow> RunAsync(AuthoringSession session, Flow flow)
    {
        var stopped = flow with { Enabled = false };
        await new FlowAuthoringStore(session.Tx).UpdateAsync(stopped, session.Ct);
        await new SweepStore(session.Tx).AddAsync(session.Ids, session.CompanyId, FinishReason.RemovedManually, flow.Id, session.Now, session.Ct);
        return stopped;
    }
}
