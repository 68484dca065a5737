using Sluice.Engine.Primitives;
using Sluice.Engine.Tasks;

namespace Sluice.Server.Api.V2.Tasks;

/// <summary>What <c>POST /v2/tasks</c> asks for: all fields of the filter are required, the workspace apart [doc].</summary>
internal static class TaskFilter
{
    public static ToDoFilter Read(Fields filter)
    {
        var userId = filter.Id("userId");
        var types = filter.Words("types", ["FLOW", "MANUAL"]);
        filter.Words("taskAction", ["CALL"]); // Checked and then of no use: calls are all that is shown [doc].
        var statuses = filter.Words("status", ["OPEN", "DONE", "DISMISSED"]);
        return new ToDoFilter(userId, statuses, types.Contains("FLOW"), types.Contains("MANUAL"), filter.OptionalId("workspaceId"));
    }
}

/// <summary>What <c>PATCH /v2/tasks/{taskId}</c> changes; null: stays as it is.</summary>
/// <param name="UserId">Whose task it must be.</param>
internal sealed record TaskPatch(long UserId, ToDoStatus? Status, DateTimeOffset? DueAt, ToDoPriority? Priority)
{
    public static TaskPatch Read(Fields fields) => new(
        fields.Id("userId"),
        fields.OptionalWord<ToDoStatus>("status", ToDoStore.Word),
        fields.OptionalTime("dueDate"),
        fields.OptionalWord<ToDoPriority>("priority", priority => priority.ToString()));

    public ToDo Apply(ToDo todo, DateTimeOffset now) => todo with
    {
        Status = Status ?? todo.Status,
        DueAt = DueAt ?? todo.DueAt,
        Priority = Priority ?? todo.Priority,
        UpdatedAt = now,
    };
}
