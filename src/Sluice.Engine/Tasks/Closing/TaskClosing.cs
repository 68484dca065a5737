using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Tasks.Closing;

/// <summary>How a person wants a task to be closed.</summary>
/// <param name="Outcome">The outcome of a call.</param>
/// <param name="Then">resume or remove: what happens to the instance that waits for the task.</param>
internal sealed record TaskClosing(ToDoStatus Status, CallOutcome? Outcome, string? Then)
{
    public const int MaxReason = 500;

    /// <summary>Why it is dismissed, in the person's words; null: nobody said.</summary>
    public string? Reason { get; init; }

    /// <summary>What is kept with the closed task: the outcome of a call, or why it was dismissed.</summary>
    public string? Result => Outcome?.Name ?? Reason;

    /// <summary>The same for the history of the instance.</summary>
    public string? History => Status == ToDoStatus.Dismissed ? Reason is null ? "dismissed" : $"dismissed: {Reason}" : Outcome?.Name;

    public static TaskClosing Read(RequestReader fields)
    {
        var status = ReadStatus(fields);
        var outcome = fields.OptionalWord("outcome", [.. CallOutcome.All.Select(one => one.Name)], StringComparison.OrdinalIgnoreCase);
        var then = fields.OptionalWord("then", ["resume", "remove"]);
        var reason = fields.OptionalText("reason");
        if (status == ToDoStatus.Dismissed && (outcome ?? then) is not null)
        {
            fields.Fault("outcome and then are only for status DONE");
        }

        if (status == ToDoStatus.Done && reason is not null)
        {
            fields.Fault("reason is only for status DISMISSED");
        }

        if (reason is { Length: > MaxReason })
        {
            fields.Fault("reason", $"should have at most {MaxReason} characters");
        }

        return new TaskClosing(status, outcome is null ? null : CallOutcome.Find(outcome), then) { Reason = string.IsNullOrWhiteSpace(reason) ? null : reason };
    }

    /// <summary>Reads the new status. A closed task cannot be opened again.</summary>
    private static ToDoStatus ReadStatus(RequestReader fields) => fields.Word("status", ["DONE", "DISMISSED"], StringComparison.OrdinalIgnoreCase) switch
    {
        "DONE" => ToDoStatus.Done,
        "DISMISSED" => ToDoStatus.Dismissed,
        _ => ToDoStatus.Open, // Refused.
    };

    /// <summary>Lists what is wrong with this request for the given task, whatever state the task is in.</summary>
    public List<string> FaultsFor(ToDo todo, Run? run)
    {
        var faults = new List<string>();
        if (Outcome is not null && todo.Action != "CALL")
        {
            faults.Add($"outcome is only for calls, and this task's action is {todo.Action}");
        }

        if (Then is not null && PauseOf(todo.Kind) is null)
        {
            faults.Add($"then is only for tasks of kind response, meeting_booked or bounced, and this task's kind is {todo.Kind.Word()}");
        }

        if (Status == ToDoStatus.Done && Then is null && PauseOf(todo.Kind) is { } reason && run?.PauseReason == reason)
        {
            faults.Add("then is missing: give resume or remove, because the flow instance is paused until this task is closed");
        }

        return faults;
    }

    /// <summary>Maps the choice to a trigger for the instance, for a task that an event created and not a step.</summary>
    public Trigger ToTrigger(ToDo todo) => (Then, todo.Kind) switch
    {
        ("resume", _) => new Trigger(TriggerKind.Resumed),
        (_, TaskKind.Response) => new Trigger(TriggerKind.RemovedAfterReply),
        (_, TaskKind.MeetingBooked) => new Trigger(TriggerKind.Ended) { Reason = FinishReason.MeetingBooked },
        _ => new Trigger(TriggerKind.Ended) { Reason = FinishReason.Bounced },
    };

    /// <returns>The reason of the pause that comes with tasks of this kind; null if there is no pause.</returns>
    private static PauseReason? PauseOf(TaskKind kind) => kind switch
    {
        TaskKind.Response => PauseReason.Reply,
        TaskKind.MeetingBooked => PauseReason.MeetingBooked,
        TaskKind.Bounced => PauseReason.Bounced,
        _ => null,
    };
}
