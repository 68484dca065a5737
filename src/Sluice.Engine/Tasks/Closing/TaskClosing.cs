using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Tasks.Closing;

/// <summary>How a person wants a task to be closed.</summary>
/// <param name="Outcome">Of a call.</param>
/// <param name="Then">resume or remove: what becomes of the instance that waits for it.</param>
internal sealed record TaskClosing(ToDoStatus Status, CallOutcome? Outcome, string? Then)
{
    public static TaskClosing Read(Fields fields)
    {
        var (status, outcome, then) = (ReadStatus(fields), fields.OptionalText("outcome"), fields.OptionalText("then"));

        var known = outcome is null ? null : CallOutcome.Find(outcome);
        if (outcome is not null && known is null)
        {
            fields.Fault($"outcome should be one of {string.Join(", ", CallOutcome.All.Select(one => one.Name))}");
        }

        if (then is not (null or "resume" or "remove"))
        {
            fields.Fault("then should be one of resume, remove");
        }

        if (status == ToDoStatus.Dismissed && (outcome ?? then) is not null)
        {
            fields.Fault("outcome and then go with DONE only");
        }

        return new TaskClosing(status, known, then);
    }

    /// <summary>Nothing is opened again.</summary>
    private static ToDoStatus ReadStatus(Fields fields)
    {
        if (Enum.TryParse<ToDoStatus>(fields.OptionalText("status"), ignoreCase: true, out var status) && status is ToDoStatus.Done or ToDoStatus.Dismissed)
        {
            return status;
        }

        fields.Fault("status should be one of DONE, DISMISSED");
        return ToDoStatus.Open;
    }

    /// <summary>What is wrong with it for this task, whatever state that is in.</summary>
    public List<string> FaultsFor(ToDo todo, Run? run)
    {
        var faults = new List<string>();
        if (Outcome is not null && todo.Action != "CALL")
        {
            faults.Add($"outcome goes with a call, and the task's action is {todo.Action}");
        }

        if (Then is not null && PauseOf(todo.Kind) is null)
        {
            faults.Add($"then goes with a task of kind response, meeting_booked or bounced, and this one is {todo.Kind}");
        }

        if (Status == ToDoStatus.Done && Then is null && PauseOf(todo.Kind) is { } reason && run?.PauseReason == reason)
        {
            faults.Add("then is missing: resume or remove, as the flow instance is paused until this is done");
        }

        return faults;
    }

    /// <summary>What becomes of the instance of a task that something else than a step asked for.</summary>
    public Trigger ToTrigger(ToDo todo) => (Then, todo.Kind) switch
    {
        ("resume", _) => new Trigger(TriggerKind.Resumed),
        (_, ToDo.Response) => new Trigger(TriggerKind.RemovedAfterReply),
        (_, ToDo.MeetingBooked) => new Trigger(TriggerKind.Ended) { Reason = FinishReason.MeetingBooked },
        _ => new Trigger(TriggerKind.Ended) { Reason = FinishReason.Bounced },
    };

    /// <returns>The pause that such a task comes with; null: none.</returns>
    private static string? PauseOf(string kind) => kind switch
    {
        ToDo.Response => PauseReason.Reply,
        ToDo.MeetingBooked => PauseReason.MeetingBooked,
        ToDo.Bounced => PauseReason.Bounced,
        _ => null,
    };
}
