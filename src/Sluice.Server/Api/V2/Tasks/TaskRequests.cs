using Sluice.Engine.Primitives;
using Sluice.Engine.Tasks;

namespace Sluice.Server.Api.V2.Tasks;

/// <summary>Reads the filter of <c>POST /v2/tasks</c>. All its fields are required except the workspace [doc].</summary>
internal static class TaskFilter
{
    public static ToDoFilter Read(RequestReader filter)
    {
        var userId = filter.Id("userId");
        var types = filter.Words("types", ["FLOW", "MANUAL"]);
        filter.Words("taskAction", ["CALL"]); // Validated but not used, because only calls are listed [doc].
        var statuses = filter.Words("status", ["OPEN", "DONE", "DISMISSED"]);
        return new ToDoFilter(userId, statuses, types.Contains("FLOW"), types.Contains("MANUAL"), filter.OptionalId("workspaceId"));
    }
}

/// <summary>The changes of <c>PATCH /v2/tasks/{taskId}</c>. A null field stays unchanged.</summary>
/// <param name="UserId">The user that the task must belong to.</param>
internal sealed record TaskPatch(long UserId, ToDoStatus? Status, DateTimeOffset? DueAt, ToDoPriority? Priority)
{
    public static TaskPatch Read(RequestReader fields) => new(
        fields.Id("userId"),
        fields.OptionalWord<ToDoStatus>("status", ToDoStore.ToText),
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
