using Sluice.Engine.Events;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Tasks;

/// <summary>Makes the events of the feed out of created and closed tasks. Of a task that is opened again, only one whose closing was undone has an event.</summary>
internal static class TaskFeed
{
    /// <param name="todos">As they are now.</param>
    /// <param name="by">Null: the engine.</param>
    /// <param name="before">The status of closed tasks before.</param>
    public static IEnumerable<Event> Of(IEnumerable<ToDo> todos, IdMaker ids, EventActor? by, DateTimeOffset now, ToDoStatus before = ToDoStatus.Open) =>
        todos.Select(todo => new Event(todo.CompanyId, ids.Next(), TypeOf(todo.Status), now, DataOf(todo, before, by))
        {
            FlowInstanceId = todo.FlowInstanceId,
            FlowId = todo.FlowId,
            ProspectId = todo.ProspectId,
        });

    /// <summary>The task was closed by mistake: what its closing did to its step is undone too.</summary>
    public static Event OfReopened(ToDo todo, ToDoStatus before, IdMaker ids, EventActor? by, DateTimeOffset now) =>
        Of([todo], ids, by, now).Single() with { Type = EventTypes.TaskReopened, Data = DataOf(todo, before, by) with { OldStatus = ToDoStore.ToText(before) } };

    private static string TypeOf(ToDoStatus status) => status switch
    {
        ToDoStatus.Open => EventTypes.TaskCreated,
        ToDoStatus.Done => EventTypes.TaskDone,
        _ => EventTypes.TaskDismissed,
    };

    private static EventData DataOf(ToDo todo, ToDoStatus before, EventActor? by) => new()
    {
        TaskId = WireId.Write(todo.Id),
        OwnerId = WireId.Write(todo.UserId),
        StepId = todo.StepId is { } step ? WireId.Write(step) : null,
        OldStatus = todo.Status == ToDoStatus.Open ? null : ToDoStore.ToText(before),
        Status = ToDoStore.ToText(todo.Status),
        Kind = todo.Kind.Word(),
        Action = todo.Action,
        Outcome = todo.Outcome,
        Actor = by,
    };
}
