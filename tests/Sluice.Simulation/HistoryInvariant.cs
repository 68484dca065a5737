using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

using static Sluice.Simulation.ViolationException;

namespace Sluice.Simulation;

/// <summary>
/// Checks the history of each instance: it begins with the assignment, records each move when it is made, and its last event matches the
/// instance's finish reason. After the end, only news that changes nothing is added.
/// </summary>
internal sealed class HistoryInvariant(Db db)
{
    private static readonly HashSet<string> Pauses = [InstanceEvent.Paused, InstanceEvent.Replied, InstanceEvent.MeetingBooked, InstanceEvent.Bounced];

    private static readonly HashSet<string> Heard = [InstanceEvent.SoftBounce, InstanceEvent.MailUncertain];

    private static readonly HashSet<FinishReason> Ends =
    [
        FinishReason.RemovedManually, FinishReason.MeetingBooked, FinishReason.OptedOut, FinishReason.ToDoExpired, FinishReason.FlowDeleted, FinishReason.NoSeat,
        FinishReason.ProspectDeleted,
    ];

    private readonly HashSet<long> _told = [];

    /// <param name="run">An instance that has changed.</param>
    /// <param name="was">The instance before the change; null: it is new.</param>
    public async Task CheckAsync(InstanceSnapshot run, InstanceSnapshot? was)
    {
        var kinds = run.Events == was?.Events ? [] : await ListNewAsync(run);
        Require(run.Events == (was?.Events ?? 0) + kinds.Count, $"events are missing from the history of {run.Id}");
        Require(kinds.Contains(InstanceEvent.Assigned) == was is null, $"the history of {run.Id} does not begin with its assignment, or has two assignments");
        if (was?.IsOpen is false)
        {
            Require(kinds.TrueForAll(Heard.Contains), $"{run.Id} had ended as {was.Status}, but its history went on: {string.Join(", ", kinds)}");
        }
        else if (run.IsOpen)
        {
            CheckMove(run, was, kinds);
        }
        else
        {
            CheckEnd(run, kinds);
        }
    }

    private async Task<List<string>> ListNewAsync(InstanceSnapshot run) => (await db.QueryAsync($"""
        select e.id, e.kind
        from flow_instances i
        join instance_events e on e.company_id = i.company_id and e.flow_instance_id = i.id
        where i.id = {run.Id}
        order by e.id
        """, row => (Id: row.GetInt64(0), Kind: row.GetString(1)), default)).Where(one => _told.Add(one.Id)).Select(one => one.Kind).ToList();

    private static void CheckMove(InstanceSnapshot run, InstanceSnapshot? was, List<string> kinds)
    {
        Require(run.Begun == was?.Begun || was is null || kinds.Contains(InstanceEvent.StepBegun) || kinds.Contains(InstanceEvent.StepDone), $"{run.Id} began a step that is not in its history");
        if (was is not null && run.Status != was.Status)
        {
            Require(kinds.Count > 0, $"{run.Id} became {run.Status}, but its history does not say why");
            Require(was.Status != InstanceStatus.Paused || kinds.Contains(InstanceEvent.Resumed), $"{run.Id} was paused and runs, but nobody resumed it");
            Require(run.Status != InstanceStatus.Paused || kinds.Exists(Pauses.Contains), $"{run.Id} is paused, but its history does not say why");
        }
    }

    private static void CheckEnd(InstanceSnapshot run, List<string> kinds)
    {
        var last = kinds.Count > 0 ? kinds[^1] : "nothing";
        var isTrue = run.Status switch
        {
            InstanceStatus.FinishedNoReply => run.Reason is null && last == InstanceEvent.Finished,
            InstanceStatus.FinishedResponse => run.Reason == FinishReason.Replied && last == FinishReason.Replied.Word(),
            _ => run.Reason is { } reason && Ends.Contains(reason) && last == EndInstances.EventOf(reason),
        };
        Require(isTrue, $"{run.Id} is {run.Status} with the reason '{run.Reason}', but its history ends with '{last}'");
    }
}
