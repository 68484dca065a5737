using Sluice.Engine.Tasks;
using Sluice.Engine.Tasks.Closing;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Tasks;

/// <summary>The OpenAPI texts of tasks of every kind.</summary>
internal static class ManagedTaskDescription
{
    public static readonly OperationDescription List = new("listManagedTasks", ManagedParts.Tasks, "List tasks", "Lists tasks of every kind, the newest first or the earliest due first.")
    {
        Query =
        [
            Optional("owner", Schema.Email("Only tasks of this user.")),
            Optional("status", Schema.Enum("Only tasks with this status.", Enum.GetValues<ToDoStatus>().Select(ToDoStore.ToText)).Named("TaskStatus")),
            Optional("flowInstanceId", Schema.Id("Only tasks of this flow instance.")),
            Optional("dueFrom", Schema.Time("Only tasks that are due at this time or later.")),
            Optional("dueBefore", Schema.Time("Only tasks that are due before this time.")),
            Optional("order", Schema.Enum("The newest first, which is the default, or the earliest due first.", "newest", "due").Named("TaskOrder")),
            Optional("before", Schema.Id("With the order newest: the id of the last task of the previous list.")),
            Optional("after", Schema.Id("With the order due: the id of the last task of the previous list.")),
            ManagedParts.Limit(100, 20),
        ],
        NamesUser = true,
        Answer = ManagedTaskJson.Default.ManagedTasksAnswer,
    };

    public static readonly OperationDescription Close = new(
        "closeTask", ManagedParts.Tasks, "Close a task", "Closes a task. The step of a task that is done is done too; the flow instance goes on.")
    {
        Path = [ManagedParts.Id("The task's id.")],
        Body = Schema.Object(
            "How to close it.",
            Required("status", Schema.Enum("Done or dismissed.", "DONE", "DISMISSED").Named("ClosedTaskStatus")),
            Optional("outcome", Schema.Enum("The outcome of a call.", CallOutcome.All.Select(one => one.Name)).Named("CallOutcome")),
            Optional("reason", Schema.Text("Why it is dismissed. It is kept as the task's outcome, and in the history of its flow instance.", "Not the right person")),
            Optional("then", Schema.Enum("What happens to the flow instance that waits for the task: only for tasks after a reply, a meeting or a bounce.", "resume", "remove").Named("AfterTask"))),
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = ManagedTaskJson.Default.ManagedTaskAnswer,
    };

    public static readonly OperationDescription Snooze = new(
        "snoozeTask", ManagedParts.Tasks, "Put a task off", "Moves the due time of an open task: until then it stands among the later ones. The time at which it expires moves with it.")
    {
        Path = [ManagedParts.Id("The task's id.")],
        Body = Schema.Object("Until when.", Required("until", Schema.Time($"When it is due again, within {SnoozeTask.MaxDays} days."))),
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = ManagedTaskJson.Default.ManagedTaskAnswer,
    };

    public static readonly OperationDescription Undo = new(
        "undoCloseTask", ManagedParts.Tasks, "Undo the closing of a task",
        $"Opens a task again that was closed within the last {UndoClose.MaxSeconds} seconds, and takes its flow instance back to the step. If anything has followed, such as the next step or the end of the flow, the answer is 409 and says so.")
    {
        Path = [ManagedParts.Id("The task's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = ManagedTaskJson.Default.ManagedTaskAnswer,
    };
}
