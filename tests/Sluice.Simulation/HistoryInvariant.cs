using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

using static Sluice.Simulation.ViolationException;

namespace Sluice.Simulation;

/// <summary>
/// What the history must say: it begins with the assignment, tells each move when it is made, and ends with the end, whose reason is that of
/// the instance. Afterwards it only takes down what was heard.
/// </summary>
internal sealed class HistoryInvariant(Db db)
{
    private static readonly HashSet<string> Pauses = [InstanceEvent.Paused, InstanceEvent.Replied, InstanceEvent.MeetingBooked, InstanceEvent.Bounced];

    private static readonly HashSet<string> Heard = [InstanceEvent.SoftBounce, InstanceEvent.MailUncertain];

    private static readonly HashSet<string> Ends =
    [
        FinishReason.RemovedManually, FinishReason.MeetingBooked, FinishReason.OptedOut, FinishReason.ToDoExpired, FinishReason.FlowDeleted, FinishReason.NoSeat,
        FinishReason.ProspectDeleted,
    ];

    private readonly HashSet<long> _told = [];

    /// <param name="run">Has changed.</param>
    /// <param name="was">Null: it is new.</param>
    public async Task CheckAsync(SeenRun run, SeenRun? was)
    {
        var kinds = run.Events == was?.Events ? [] : await ListNewAsync(run);
        Hold(run.Events == (was?.Events ?? 0) + kinds.Count, $"something is gone from the history of {run.Id}");
        Hold(kinds.Contains(InstanceEvent.Assigned) == was is null, $"{run.Id} does not begin with its assignment, or was assigned twice");
        if (was?.IsOpen is false)
        {
            Hold(kinds.TrueForAll(Heard.Contains), $"{run.Id} was {was.Status}, and then: {string.Join(", ", kinds)}");
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

    private async Task<List<string>> ListNewAsync(SeenRun run) => (await db.QueryAsync($"""
        select e.id, e.kind
        from flow_instances i
        join instance_events e on e.company_id = i.company_id and e.flow_instance_id = i.id
        where i.id = {run.Id}
        order by e.id
        """, row => (Id: row.GetInt64(0), Kind: row.GetString(1)), default)).Where(one => _told.Add(one.Id)).Select(one => one.Kind).ToList();

    private static void CheckMove(SeenRun run, SeenRun? was, List<string> kinds)
    {
        Hold(run.Begun == was?.Begun || was is null || kinds.Contains(InstanceEvent.StepBegun) || kinds.Contains(InstanceEvent.StepDone), $"{run.Id} has begun a step of which its history says nothing");
        if (was is not null && run.Status != was.Status)
        {
            Hold(kinds.Count > 0, $"{run.Id} became {run.Status} and nothing in its history says why");
            Hold(was.Status != FlowInstanceStatus.Paused || kinds.Contains(InstanceEvent.Resumed), $"{run.Id} was paused and goes on, but nobody resumed it");
            Hold(run.Status != FlowInstanceStatus.Paused || kinds.Exists(Pauses.Contains), $"{run.Id} is paused, but nothing paused it");
        }
    }

    private static void CheckEnd(SeenRun run, List<string> kinds)
    {
        var last = kinds.Count > 0 ? kinds[^1] : "nothing";
        var isTrue = run.Status switch
        {
            FlowInstanceStatus.FinishedNoReply => run.Reason is null && last == InstanceEvent.Finished,
            FlowInstanceStatus.FinishedResponse => run.Reason == FinishReason.Replied && last == FinishReason.Replied,
            _ => run.Reason is { } reason && Ends.Contains(reason) && (last == reason || (last, reason) == (InstanceEvent.Removed, FinishReason.RemovedManually)),
        };
        Hold(isTrue, $"{run.Id} is {run.Status} for the reason '{run.Reason}', and its history ends with '{last}'");
    }
}
