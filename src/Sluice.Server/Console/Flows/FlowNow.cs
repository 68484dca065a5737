using Sluice.Engine.Instances;

namespace Sluice.Server.Console.Flows;

/// <summary>How many people are where in which flow at this moment.</summary>
internal sealed class FlowNow(IEnumerable<OpenCount> counts)
{
    private readonly ILookup<long, OpenCount> _byFlow = counts.ToLookup(one => one.FlowId);

    public long InFlow(long flowId) => _byFlow[flowId].Sum(one => one.Instances);

    public long Paused(long flowId) => _byFlow[flowId].Where(one => one.Status == InstanceStatus.Paused).Sum(one => one.Instances);

    public long At(long flowId, int step) => _byFlow[flowId].Where(one => one.StepOrder == step).Sum(one => one.Instances);
}
