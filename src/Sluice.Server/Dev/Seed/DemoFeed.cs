using Sluice.Engine.Events;
using Sluice.Engine.Instances;

namespace Sluice.Server.Dev.Seed;

/// <summary>Makes the feed of the demo company: what happened to its instances in the last thirty days.</summary>
internal static class DemoFeed
{
    /// <returns>The oldest first.</returns>
    public static List<Event> Build(DemoInstanceRows rows)
    {
        var runs = rows.Instances.ToDictionary(one => one.Id);
        var events = rows.Events.GroupBy(one => one.FlowInstanceId).SelectMany(of => of.OrderBy(one => one.At).Select((one, i) => ToEvent(runs[of.Key], one, sequence: i + 1)));
        return [.. events.Where(one => one.At >= DemoTime.Now - EventFeed.Kept).OrderBy(one => one.At)];
    }

    private static Event ToEvent(Run run, InstanceEvent noted, long sequence)
    {
        var before = run with { Status = run.Status == InstanceStatus.Pending ? InstanceStatus.Pending : InstanceStatus.Running, FinishReason = null, PauseReason = null };
        return sequence == 1
            ? InstanceFeed.OfAssignment(before, noted)
            : InstanceFeed.OfChange(new InstanceChange(before, new Transition(run, noted.Kind, Effects.None), noted.By), noted, sequence);
    }
}
