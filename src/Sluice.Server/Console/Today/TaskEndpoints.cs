using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mail.Writing;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using Sluice.Engine.Tasks.Closing;
using Sluice.Server.Api.Manage.Tasks;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Today;

/// <summary>One task at a time, with what a person has to know to do it, and the ways to close it.</summary>
internal static class TaskEndpoints
{
    public static void MapTask(this RouteGroupBuilder console)
    {
        console.MapGet("/tasks/{id}", Show);
        console.MapGet("/tasks/{id}/next", Skip);
        console.MapPost("/tasks/{id}/done", Finish);
        console.MapPost("/tasks/{id}/dismiss", Dismiss);
        console.MapPost("/tasks/{id}/snooze", Snooze);
        console.MapPost("/tasks/{id}/undo", Undo);
        console.MapPost("/tasks/{id}/mail", SendMail).WithMetadata(MailForm.Long);
    }

    private static Task<IResult> Show(string id, Visit visit, Db db, GatherTask gather) =>
        WithTaskAsync(id, visit, db, async found => Page(visit, await gather.RunAsync(visit, found, visit.Ct)));

    /// <summary>Leads to the task after this one without a change of it.</summary>
    private static Task<IResult> Skip(string id, Visit visit, Db db) => WithTaskAsync(id, visit, db, async found =>
        await FindNextAsync(visit, db, found) is { } next ? Notice.Redirect(List(visit).TaskPath(next.ToDo.Id)) : Notice.Redirect(List(visit).Path(), "end"));

    private static Task<IResult> Finish(string id, Visit visit, Db db, CloseTask close, GatherTask gather) => CloseAsync(
        id, visit, db, close, gather, "done", new TaskClosing(ToDoStatus.Done, visit.Field("outcome") is { } outcome ? CallOutcome.Find(outcome) : null, visit.Field("then")));

    private static Task<IResult> Dismiss(string id, Visit visit, Db db, CloseTask close, GatherTask gather) =>
        CloseAsync(id, visit, db, close, gather, "dismissed", new TaskClosing(ToDoStatus.Dismissed, null, null) { Reason = visit.Field("reason") });

    /// <summary>Closes the task by the operation of the API, and leads to the next one. If somebody else was faster, the page says so.</summary>
    private static Task<IResult> CloseAsync(string id, Visit visit, Db db, CloseTask close, GatherTask gather, string said, TaskClosing closing) => WithTaskAsync(id, visit, db, async found =>
    {
        var (next, by) = (await FindNextAsync(visit, db, found), visit.Actor(found.ToDo.UserId));
        visit.NoteBefore(null, ("status", ToDoStore.ToText(found.ToDo.Status)));
        var (faults, whyNot) = await db.InTransactionAsync(tx => close.RunAsync(tx, found, closing, by, visit.Ct), visit.Ct);
        if (faults.Count > 0 || whyNot is not null)
        {
            return await RefuseAsync(visit, db, gather, found.ToDo.Id, whyNot ?? string.Join(' ', faults), whyNot is null ? StatusCodes.Status400BadRequest : StatusCodes.Status409Conflict);
        }

        return next is null ? Notice.RedirectWithUndo(List(visit).Path(), $"{said}-last", found.ToDo.Id) : Notice.RedirectWithUndo(List(visit).TaskPath(next.ToDo.Id), said, found.ToDo.Id);
    });

    private static Task<IResult> Snooze(string id, Visit visit, Db db, SnoozeTask snooze, GatherTask gather) => WithTaskAsync(id, visit, db, async found =>
    {
        var (next, by) = (await FindNextAsync(visit, db, found), visit.Actor(found.ToDo.UserId));
        var whyNot = SnoozeTimes.Find(visit, visit.Field("for")) is { } until
            ? await db.InTransactionAsync(tx => snooze.RunAsync(tx, found, until, by, visit.Ct), visit.Ct)
            : "Choose until when the task is put off.";
        return whyNot is not null ? await RefuseAsync(visit, db, gather, found.ToDo.Id, whyNot, StatusCodes.Status409Conflict)
            : next is null || next.ToDo.Id == found.ToDo.Id ? Notice.Redirect(List(visit).Path(), "snoozed-last")
            : Notice.Redirect(List(visit).TaskPath(next.ToDo.Id), "snoozed");
    });

    /// <summary>Sends the mail of the task by the call of the API, or shows it.</summary>
    private static Task<IResult> SendMail(string id, Visit visit, Db db, TaskMail mail, OutgoingMailBuilder builder, GatherTask gather) => WithTaskAsync(id, visit, db, async found =>
    {
        var (next, context) = (await FindNextAsync(visit, db, found), await gather.RunAsync(visit, found, visit.Ct));
        if (MailForm.IsPreview(visit))
        {
            visit.NoteNothing();
            return Page(visit, context with { Fields = new FormFields(visit.Http.Request.Form, []) });
        }

        visit.NoteBefore(null, ("status", ToDoStore.ToText(found.ToDo.Status)));
        if (await TaskMailEndpoints.Send(id, visit.Call.ToApi(MailForm.ToJson(visit, context.Draft)), db, mail, builder) is ApiError refusal)
        {
            var now = await gather.RunAsync(visit, (await new ToDoStore(db).FindAnyAsync(visit.CompanyId, found.ToDo.Id, visit.Ct))!, visit.Ct);
            return Page(visit, now with { Fields = FormFields.Of(visit, refusal) }, now.Draft is null ? Words.Sentence(string.Join(' ', refusal.Errors)) : null, refusal.Status);
        }

        return next is null ? Notice.Redirect(List(visit).Path(), "mailed-last") : Notice.Redirect(List(visit).TaskPath(next.ToDo.Id), "mailed");
    });

    /// <summary>Opens a task again that was closed a moment ago, if nothing has followed.</summary>
    private static Task<IResult> Undo(string id, Visit visit, Db db, UndoClose undo, GatherTask gather) => WithTaskAsync(id, visit, db, async found =>
    {
        var by = visit.Actor(found.ToDo.UserId);
        return await db.InTransactionAsync(tx => undo.RunAsync(tx, found.ToDo.Id, by, visit.Ct), visit.Ct) is { } whyNot
            ? await RefuseAsync(visit, db, gather, found.ToDo.Id, whyNot, StatusCodes.Status409Conflict)
            : Notice.Redirect(List(visit).TaskPath(found.ToDo.Id), "undone");
    });

    /// <summary>Shows the task as it is now, and why nothing was changed.</summary>
    private static async Task<IResult> RefuseAsync(Visit visit, Db db, GatherTask gather, long taskId, string sentence, int status) =>
        Page(visit, await gather.RunAsync(visit, (await new ToDoStore(db).FindAnyAsync(visit.CompanyId, taskId, visit.Ct))!, visit.Ct), sentence, status);

    private static async Task<IResult> WithTaskAsync(string id, Visit visit, Db db, Func<ListedToDo, Task<IResult>> work) =>
        WireId.Find(id) is { } taskId && await new ToDoStore(db).FindAnyAsync(visit.CompanyId, taskId, visit.Ct) is { } found && visit.MaySee(found.ToDo.UserId, Roles.Manager)
            ? await work(found)
            : ConsolePage.NotFound(visit, "today", "task");

    private static ConsolePage Page(Visit visit, TaskContext context, string? alert = null, int status = StatusCodes.Status200OK) => ConsolePage.Of(
        visit, "today", Title(context.Task), TaskView.Of(visit, context, List(visit), alert), TaskView.Lead(visit, context), status);

    private static string Title(ListedToDo task) => task.Contact is null ? Words.Of(task.ToDo) : $"{Words.Of(task.ToDo)}: {Words.Name(task.Contact)}";

    /// <summary>The open task that is due next after this one, in the list from which the reader came.</summary>
    private static async Task<ListedToDo?> FindNextAsync(Visit visit, Db db, ListedToDo found) => (await new ToDoStore(db).PageAsync(
        visit.CompanyId,
        new ToDoPage(visit.OnlyOwnUnless(Roles.Manager) ?? (List(visit).Owner is null ? null : found.ToDo.UserId), ToDoStore.ToText(ToDoStatus.Open), null, 1) { ByDue = true, LastId = found.ToDo.Id, LastDue = found.ToDo.DueAt },
        visit.Ct)).SingleOrDefault();

    private static TaskList List(Visit visit) => new(visit.Query("owner"), ToDoStatus.Open, null);
}
