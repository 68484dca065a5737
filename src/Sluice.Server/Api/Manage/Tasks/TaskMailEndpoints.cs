using System.Text.Json.Serialization;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mail.Writing;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using Sluice.Server.Api.Manage.Mail;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Tasks;

/// <summary>The mail that a task asks for: shows what is offered, and sends what a person has made of it.</summary>
internal static class TaskMailEndpoints
{
    public static void MapTaskMail(this RouteGroupBuilder manage)
    {
        manage.MapGet("/tasks/{id}/mail", Show).WithDescription(TaskMailDescription.Show);
        manage.MapPost("/tasks/{id}/mail", Send).ReadsObject().WithDescription(TaskMailDescription.Send);
    }

    private static Task<IResult> Show(string id, Call call, Db db) => WithTaskAsync(id, call, db, async todo =>
    {
        var (draft, whyNot) = await TaskMail.DraftAsync(db, todo, call.Ct);
        return draft is null
            ? new ApiError(StatusCodes.Status409Conflict, whyNot!)
            : new Answer<TaskMailAnswer>(TaskMailAnswer.Of(call.RequestId, draft), TaskMailJson.Default.TaskMailAnswer);
    });

    public static async Task<IResult> Send(string id, Call call, Db db, TaskMail mail, OutgoingMailBuilder builder)
    {
        var fields = call.ReadBody();
        var written = WrittenMail.Read(fields);
        return fields.Refusal ?? await WithTaskAsync(id, call, db, async todo =>
        {
            var by = call.ToActor(todo.UserId);
            var outcome = await db.InTransactionAsync(tx => mail.SendAsync(tx, todo, written, by, call.Ct), call.Ct);
            return outcome.Refusal() ?? await MessageEndpoints.AnswerAsync(call, db, builder, [outcome.Sent!]);
        });
    }

    private static async Task<IResult> WithTaskAsync(string id, Call call, Db db, Func<ToDo, Task<IResult>> work) =>
        WireId.Find(id) is { } taskId && await new ToDoStore(db).FindAnyAsync(call.CompanyId, taskId, call.Ct) is { } found ? await work(found.ToDo) : ApiError.NotFound("Task not found");
}

/// <param name="Text">The same as <paramref name="Html"/>, as plain text.</param>
/// <param name="Unresolved">The placeholders without a value.</param>
internal sealed record TaskMailAnswer(string RequestId, string From, string To, string Subject, string Text, string Html, IReadOnlyList<string> Unresolved)
{
    public static TaskMailAnswer Of(string requestId, MailDraft draft) => new(
        requestId, draft.From.SenderAddress ?? draft.From.Email, draft.To, draft.Offered.Subject, HtmlText.Of(draft.Offered.Body), draft.Offered.Body, draft.Offered.Unresolved);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TaskMailAnswer))]
internal sealed partial class TaskMailJson : JsonSerializerContext;
