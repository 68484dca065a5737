using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using Sluice.Engine.Tasks.Closing;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Tasks;

internal static class TaskEndpoints
{
    public static void MapTasks(this IEndpointRouteBuilder api)
    {
        var tasks = api.MapGroup("/v2/tasks");

        tasks.MapPost("", List).Needs("api:tasks:read", BodyKind.JsonObject).WithDescription(TaskDescription.List);
        tasks.MapPatch("/{taskId}", Change).Needs("api:tasks:write", BodyKind.JsonObject).WithDescription(TaskDescription.Change);
    }

    private static async Task<IResult> List(Call call, ToDoStore todos)
    {
        var fields = call.ReadBody();
        var filter = TaskFilter.Read(fields.Inner("filter"));
        return fields.Refusal is { } refusal
            ? refusal
            : Tasks(call, await todos.ListAsync(call.CompanyId, filter, call.Ct));
    }

    private static async Task<IResult> Change(string taskId, Call call, Db db, ToDoReaction reaction, TimeProvider clock)
    {
        var fields = call.ReadBody();
        var patch = TaskPatch.Read(fields);
        var id = fields.PathId("taskId", taskId);
        return fields.Refusal is { } refusal
            ? refusal
            : await db.InTransactionAsync(tx => ChangeAsync(call, tx, id, patch, reaction, clock.GetUtcNow()), call.Ct);
    }

    private static async Task<IResult> ChangeAsync(Call call, IDbSession tx, long id, TaskPatch patch, ToDoReaction reaction, DateTimeOffset now)
    {
        var todos = new ToDoStore(tx);
        if (await todos.FindAsync(call.CompanyId, id, call.Ct) is not { } listed)
        {
            return ApiError.NotFound("TaskId not found");
        }

        if (listed.ToDo.UserId != patch.UserId)
        {
            return new ApiError(StatusCodes.Status403Forbidden, "The task belongs to another user"); // [doc]; the sentence [inf]
        }

        var after = patch.Apply(listed.ToDo, now);

        // Lock order: the instance before its to-dos, as the code that finishes an instance does. The other order could deadlock.
        if (await ToDoReaction.IsTooLateToReopenAsync(tx, listed.ToDo, after, call.Ct))
        {
            return ApiError.Faults(["Task cannot be reopened"]); // [inf]
        }

        if (!await todos.UpdateAsync(listed.ToDo, after, call.Ct))
        {
            return await ChangeAsync(call, tx, id, patch, reaction, now); // As if the call had come after what has come between.
        }

        await reaction.RunAsync(tx, listed.ToDo, after, call.ToActor(after.UserId), call.Ct);
        return Tasks(call, [listed with { ToDo = after }]);
    }

    private static Answer<TasksAnswer> Tasks(Call call, List<ListedToDo> found) =>
        new(new(call.RequestId, "SALESFORCE", found.ConvertAll(one => TaskItem.From(one, call.Caller.TimeZone))), TaskJson.Default.TasksAnswer);
}
