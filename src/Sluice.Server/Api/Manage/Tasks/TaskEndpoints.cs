using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using Sluice.Engine.Tasks.Closing;
using Sluice.Engine.Users;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Tasks;

/// <summary>Lists and closes tasks of every kind; the imitated API shows only calls.</summary>
internal static class TaskEndpoints
{
    private static readonly string[] Statuses = [.. Enum.GetValues<ToDoStatus>().Select(ToDoStore.ToText)];

    public static void MapManagedTasks(this RouteGroupBuilder manage)
    {
        var tasks = manage.MapGroup("/tasks");

        tasks.MapGet("", List).Takes("owner", "status", "flowInstanceId", "dueFrom", "dueBefore", "order", "before", "after", "limit").WithDescription(ManagedTaskDescription.List);
        tasks.MapPost("/{id}", Close).ReadsObject().WithDescription(ManagedTaskDescription.Close);
        tasks.MapPost("/{id}/snooze", Snooze).ReadsObject().WithDescription(ManagedTaskDescription.Snooze);
        tasks.MapPost("/{id}/undo", Undo).WithDescription(ManagedTaskDescription.Undo);
    }

    internal static async Task<IResult> List(Call call, Db db, UserStore users, Profile profile)
    {
        var query = call.ReadQuery();
        var (email, page) = (query.OptionalEmail("owner"), ReadPage(query));
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        var owner = email is null ? null : await users.FindByEmailAsync(call.CompanyId, email, call.Ct);
        if (email is not null && owner is null)
        {
            return ApiError.UnknownUser(profile, email);
        }

        var last = page is { ByDue: true, LastId: { } id } ? await new ToDoStore(db).FindAnyAsync(call.CompanyId, id, call.Ct) : null;
        if (page is { ByDue: true, LastId: not null } && last is null)
        {
            return ApiError.Faults([$"after: there is no task {WireId.Write(page.LastId.Value)}"]);
        }

        var listed = await new ToDoStore(db).PageAsync(call.CompanyId, page with { UserId = owner?.Id, LastDue = last?.ToDo.DueAt }, call.Ct);
        return new Answer<ManagedTasksAnswer>(new(call.RequestId, await DescribeAsync(call, db, users, listed)), ManagedTaskJson.Default.ManagedTasksAnswer);
    }

    private static ToDoPage ReadPage(RequestReader query)
    {
        var (status, instance) = (query.OptionalWord("status", Statuses), query.OptionalId("flowInstanceId"));
        var (before, after, byDue) = (query.OptionalId("before"), query.OptionalId("after"), query.OptionalWord("order", ["newest", "due"]) == "due");
        if (byDue ? before is not null : after is not null)
        {
            query.Fault(byDue ? "before" : "after", byDue ? "is for the order newest; with the order due, give after" : "is for the order due; with the order newest, give before");
        }

        return new ToDoPage(null, status, instance, query.Integer("limit", 20, 1, 100))
        {
            DueFrom = query.OptionalTime("dueFrom"),
            DueBefore = query.OptionalTime("dueBefore"),
            ByDue = byDue,
            LastId = byDue ? after : before,
        };
    }

    private static async Task<IResult> Close(string id, Call call, Db db, CloseTask close, UserStore users)
    {
        var fields = call.ReadBody();
        var closing = TaskClosing.Read(fields);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        return await WithTaskAsync(id, call, db, async found =>
        {
            var by = call.ToActor(found.ToDo.UserId);
            var (faults, whyNot) = await db.InTransactionAsync(tx => close.RunAsync(tx, found, closing, by, call.Ct), call.Ct);
            return faults.Count > 0 ? ApiError.Faults(faults) : await ToAnswerAsync(call, db, users, found.ToDo.Id, whyNot);
        });
    }

    private static async Task<IResult> Snooze(string id, Call call, Db db, SnoozeTask snooze, UserStore users)
    {
        var fields = call.ReadBody();
        var until = fields.OptionalTime("until");
        if (fields.Faults.Count == 0 && (until is { } given ? snooze.FaultOf(given) : "is missing") is { } fault)
        {
            fields.Fault("until", fault);
        }

        return fields.Refusal ?? await WithTaskAsync(id, call, db, async found =>
        {
            var by = call.ToActor(found.ToDo.UserId);
            var whyNot = await db.InTransactionAsync(tx => snooze.RunAsync(tx, found, until!.Value, by, call.Ct), call.Ct);
            return await ToAnswerAsync(call, db, users, found.ToDo.Id, whyNot);
        });
    }

    private static Task<IResult> Undo(string id, Call call, Db db, UndoClose undo, UserStore users) => WithTaskAsync(id, call, db, async found =>
    {
        var by = call.ToActor(found.ToDo.UserId);
        var whyNot = await db.InTransactionAsync(tx => undo.RunAsync(tx, found.ToDo.Id, by, call.Ct), call.Ct);
        return await ToAnswerAsync(call, db, users, found.ToDo.Id, whyNot);
    });

    private static async Task<IResult> WithTaskAsync(string id, Call call, Db db, Func<ListedToDo, Task<IResult>> work) =>
        WireId.Find(id) is { } taskId && await new ToDoStore(db).FindAnyAsync(call.CompanyId, taskId, call.Ct) is { } found ? await work(found) : ApiError.NotFound("Task not found");

    /// <param name="whyNot">Why nothing was changed; null: it was.</param>
    private static async Task<IResult> ToAnswerAsync(Call call, Db db, UserStore users, long taskId, string? whyNot)
    {
        if (whyNot is not null)
        {
            return new ApiError(StatusCodes.Status409Conflict, whyNot);
        }

        var closed = (await new ToDoStore(db).FindAnyAsync(call.CompanyId, taskId, call.Ct))!;
        var run = closed.ToDo.FlowInstanceId is { } instance ? await new RunStore(db).FindAsync(call.CompanyId, instance, call.Ct) : null;
        var task = (await DescribeAsync(call, db, users, [closed])).Single();
        return new Answer<ManagedTaskAnswer>(new(call.RequestId, task, run?.Status.ToString()), ManagedTaskJson.Default.ManagedTaskAnswer);
    }

    private static async Task<List<ManagedTask>> DescribeAsync(Call call, Db db, UserStore users, List<ListedToDo> listed)
    {
        var owners = (await users.FindAsync(call.CompanyId, [.. listed.Select(one => one.ToDo.UserId).Distinct()], call.Ct)).ToDictionary(user => user.Id);
        var found = await new ProspectStore(db).FindAsync(call.CompanyId, [.. listed.Select(one => one.ToDo.ProspectId).OfType<long>().Distinct()], call.Ct);
        var people = (await new ProspectFieldStore(db).AddFieldsAsync(call.CompanyId, found, call.Ct)).ToDictionary(one => one.Prospect.Id, one => one.Prospect);
        return listed.ConvertAll(one => ManagedTask.From(one, owners[one.ToDo.UserId].Email, people.GetValueOrDefault(one.ToDo.ProspectId ?? 0), call.Caller.TimeZone));
    }
}
