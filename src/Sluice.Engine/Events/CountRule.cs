namespace Sluice.Engine.Events;

/// <summary>Says what an event counts for. It looks at nothing but the event, so the counts can be made again from the events that are kept.</summary>
internal static class CountRule
{
    /// <summary>What came from the prospect counts for the step that it answers. What is undone counts less than nothing.</summary>
    /// <returns>Nothing, one or several counts.</returns>
    public static IEnumerable<(CountKey Key, Counter Counter, int Times)> Of(Event one)
    {
        if (one.Day is not { } day)
        {
            return [];
        }

        CountKey KeyOf(int? step) => new(day, one.FlowId ?? 0, step ?? 0, one.OwnerId ?? 0);
        return
        [
            .. Done(one).Select(counter => (KeyOf(one.Step), counter, 1)),
            .. Heard(one).Select(counter => (KeyOf(one.Data.HeardStep), counter, 1)),
            .. Undone(one).Select(counter => (KeyOf(one.Step), counter, -1)),
        ];
    }

    /// <summary>Adds up what some events count for.</summary>
    public static Dictionary<CountKey, EventCounts> Sum(IEnumerable<Event> events)
    {
        var sums = new Dictionary<CountKey, EventCounts>();
        foreach (var (key, counter, times) in events.SelectMany(Of))
        {
            sums.TryAdd(key, new EventCounts());
            sums[key][counter] += times;
        }

        return sums;
    }

    private static Counter[] Done(Event one) => one.Type switch
    {
        EventTypes.Assigned => [Counter.Assigned],
        EventTypes.StepBegun => [Counter.Entered],
        EventTypes.StepDone => [Counter.Done],
        EventTypes.Removed => [Counter.Removed],
        EventTypes.Finished => one.Data.StepDone == true ? [Counter.Done, Counter.Finished] : [Counter.Finished],
        EventTypes.MessageSent => one.Data.StepId is null ? [] : [Counter.Sent], // An answer is no mail of the flow.
        EventTypes.TaskDone => [Counter.TasksDone],
        _ => [],
    };

    private static IEnumerable<Counter> Undone(Event one) => one.Type != EventTypes.TaskReopened ? []
        : [.. one.Data.OldStatus == "DONE" ? [Counter.TasksDone] : (Counter[])[], .. one is { FlowInstanceId: not null, Data.Kind: "step" } ? [Counter.Done] : (Counter[])[]];

    private static Counter[] Heard(Event one) => one.Data.Heard switch
    {
        EventData.HeardReply => [Counter.Replied],
        EventData.HeardMeeting => [Counter.Meetings],
        EventData.HeardBounce => [Counter.Bounced],
        EventData.HeardOptOut => [Counter.OptedOut],
        EventData.HeardComplaint => [Counter.OptedOut, Counter.Complaints],
        _ => [],
    };
}
