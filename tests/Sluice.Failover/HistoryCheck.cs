using Sluice.Engine.Instances;

namespace Sluice.Failover;

/// <summary>
/// Compares the answers that the writers got with the final content of the database. Everything that an answer reports must be there, and its call
/// must have done nothing else. A call without an answer may have been done or not. Times in the database are not used: a call reads the clock
/// before it waits for a lock, so those times can overlap where the calls did not.
/// </summary>
internal sealed class HistoryCheck(IReadOnlyList<Operation> history, StoredState stored)
{
    private readonly Dictionary<string, Operation> _byRequest = history
        .Where(one => one.RequestId is not null)
        .ToDictionary(one => one.RequestId!, StringComparer.Ordinal);

    private readonly HashSet<(long InstanceId, string Kind, string RequestId)> _events = [.. stored.Events.Select(one => (one.InstanceId, one.Kind, one.RequestId))];

    /// <returns>One sentence for each fault; empty if everything is as reported.</returns>
    public List<string> Faults() =>
    [
        .. LostAssigns(), .. LostUnassigns(), .. RemovedTwice(), .. DoneAndNotTold(), .. MoreThanAsked(), .. OpenTwice(), .. OpenTogether(),
    ];

    private IEnumerable<string> LostAssigns() =>
        from one in history
        where one.IsAnswered
        from entered in one.Entered
        where !(stored.Instances.TryGetValue(entered.InstanceId, out var found)
            && (found.CrmId, found.FlowId) == (entered.CrmId, entered.FlowId)
            && _events.Contains((entered.InstanceId, InstanceEvent.Assigned, one.RequestId!)))
        select $"lost assign: request {one.RequestId} reported that instance {entered.InstanceId} was created, but it is not stored";

    private IEnumerable<string> LostUnassigns() =>
        from one in history
        where one.IsAnswered
        from id in one.Removed
        where !(stored.Instances.TryGetValue(id, out var found) && !found.IsOpen && _events.Contains((id, InstanceEvent.Removed, one.RequestId!)))
        select $"lost unassign: request {one.RequestId} reported that instance {id} was removed, but it was not";

    private IEnumerable<string> RemovedTwice() =>
        from one in history
        where one.IsAnswered
        from id in one.Removed
        group one.RequestId by id into told
        where told.Count() > 1
        select $"removed twice: instance {told.Key} by requests {string.Join(", ", told)}";

    private IEnumerable<string> DoneAndNotTold() =>
        from stored in stored.Events
        where _byRequest.TryGetValue(stored.RequestId, out var one) && one.IsAnswered
            && !(stored.Kind == InstanceEvent.Removed ? one.Removed.Contains(stored.InstanceId) : one.Entered.Any(entered => entered.InstanceId == stored.InstanceId))
        select $"done but not reported: {stored.Kind} instance {stored.InstanceId} by request {stored.RequestId}";

    /// <summary>An event of an unknown request id comes from a call that was cut off. There cannot be more such ids than calls that were cut off.</summary>
    private IEnumerable<string> MoreThanAsked()
    {
        var strangers = stored.Events.Select(one => one.RequestId).Where(id => !_byRequest.ContainsKey(id)).Distinct(StringComparer.Ordinal).Count();
        var cutOff = history.Count(one => one.RequestId is null);
        return strangers > cutOff ? [$"more effects than calls: {strangers} unknown request ids, but only {cutOff} calls were cut off"] : [];
    }

    private IEnumerable<string> OpenTwice() =>
        from one in stored.Instances
        where one.Value.IsOpen
        group one by (one.Value.CrmId, Flow: one.Value.IsExclusive ? 0 : one.Value.FlowId) into same
        where same.Count() > 1
        select $"open twice in the end: {string.Join(", ", same.Select(one => one.Key))} of prospect {same.Key.CrmId}";

    private IEnumerable<string> OpenTogether() =>
        from life in Lives()
        group life by (life.One.CrmId, Flow: life.One.IsExclusive ? 0 : life.One.FlowId) into same
        from pair in Neighbours([.. same.OrderBy(life => life.From)])
        where pair.Earlier.To > pair.Later.From
        select $"open together: {pair.Earlier.Id} and {pair.Later.Id} of prospect {same.Key.CrmId}";

    /// <summary>When an instance was certainly open: from the answer that reported it to the start of the call that removed it.</summary>
    private IEnumerable<Life> Lives()
    {
        var removals = stored.Events.Where(one => one.Kind == InstanceEvent.Removed).ToLookup(one => one.InstanceId);
        return
            from operation in history
            from entered in operation.Entered
            where stored.Instances.ContainsKey(entered.InstanceId)
            let to = removals[entered.InstanceId].Select(one => _byRequest.TryGetValue(one.RequestId, out var remover) ? remover.Start : operation.End).DefaultIfEmpty(long.MaxValue).Min()
            where to > operation.End
            select new Life(entered.InstanceId, stored.Instances[entered.InstanceId], operation.End, to);
    }

    private static IEnumerable<(Life Earlier, Life Later)> Neighbours(List<Life> lives) => lives.Zip(lives.Skip(1));

    private sealed record Life(long Id, StoredInstance One, long From, long To);
}
