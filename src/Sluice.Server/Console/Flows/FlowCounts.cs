using Sluice.Engine.Instances;

namespace Sluice.Server.Console.Flows;

/// <summary>How many people are where in which flow, made of the counts of the newest instances.</summary>
internal sealed class FlowCounts(List<InstanceCount> counts)
{
    private readonly ILookup<long, InstanceCount> _byFlow = counts.ToLookup(one => one.FlowId);

    /// <summary>Whether there are more instances than were counted.</summary>
    public bool IsCut { get; } = counts.Sum(one => one.Instances) >= OverviewStore.MaxCounted;

    public long Assigned(long flowId) => Sum(flowId, _ => true);

    public long InFlow(long flowId) => Sum(flowId, one => one.IsOpen);

    public long Paused(long flowId) => Sum(flowId, one => one.Status == InstanceStatus.Paused);

    public long Replied(long flowId) => Sum(flowId, one => one.Replied || one.Status == InstanceStatus.FinishedResponse);

    public long Ended(long flowId, FinishReason reason) => Sum(flowId, one => one.Reason == reason);

    /// <summary>Those who are at this step now.</summary>
    public long At(long flowId, int step) => Sum(flowId, one => one.IsOpen && one.StepOrder == step);

    /// <summary>Those who are or ended at this step or after it.</summary>
    public long Reached(long flowId, int step) => Sum(flowId, one => one.StepOrder >= step);

    /// <summary>Those who ended at this step for this reason.</summary>
    public long EndedAt(long flowId, int step, FinishReason reason) => Sum(flowId, one => one.Reason == reason && one.StepOrder == step);

    private long Sum(long flowId, Func<InstanceCount, bool> which) => _byFlow[flowId].Where(which).Sum(one => one.Instances);
}
