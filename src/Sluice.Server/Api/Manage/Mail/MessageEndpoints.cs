using Sluice.Engine.Companies;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Mail;

/// <summary>Lists the messages of flows: captured, sent and waiting ones (with the reason), and uncertain ones, which a person resolves here.</summary>
internal static class MessageEndpoints
{
    public static void MapMessages(this RouteGroupBuilder manage)
    {
        var messages = manage.MapGroup("/messages");

        messages.MapGet("", List).Takes("flowInstanceId", "state", "before", "limit").WithDescription(MailDescription.List);
        messages.MapGet("/{messageId}", Get).WithDescription(MailDescription.Get);
        messages.MapPost("/{messageId}/resolve", Resolve).ReadsObject().WithDescription(MailDescription.Resolve);
    }

    internal static async Task<IResult> List(Call call, Db db, OutgoingMailBuilder builder)
    {
        var query = call.ReadQuery();
        var (instance, before) = (query.OptionalId("flowInstanceId"), query.OptionalId("before"));
        var (state, limit) = (query.OptionalWord("state", MessageStates.All), query.Integer("limit", 20, 1, 100));
        return query.Refusal is { } refusal
            ? refusal
            : await AnswerAsync(call, db, builder, await new MessageStore(db).ListAsync(call.CompanyId, instance, state, before, limit, call.Ct));
    }

    private static async Task<IResult> Get(string messageId, Call call, Db db, OutgoingMailBuilder builder) =>
        await FindAsync(db, call, messageId) is { } message ? await AnswerAsync(call, db, builder, [message]) : ApiError.NotFound("Message not found");

    private static async Task<IResult> Resolve(string messageId, Call call, Db db, SettleMail settle, OutgoingMailBuilder builder)
    {
        var fields = call.ReadBody();
        var decided = fields.Word("as", ["sent", "not_sent"]);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        if (await FindAsync(db, call, messageId) is not { } message)
        {
            return ApiError.NotFound("Message not found");
        }

        var by = call.ToActor();
        var events = message.State == MessageState.Uncertain ? await db.InTransactionAsync(tx => settle.ResolveAsync(tx, message, decided == "sent", by, call.Ct), call.Ct) : null;
        return events is null
            ? new ApiError(StatusCodes.Status409Conflict, $"Only an uncertain message can be resolved; this one is {MessageStates.Word((await FindAsync(db, call, messageId))!.State)}")
            : await AnswerAsync(call, db, builder, [(await FindAsync(db, call, messageId))!]);
    }

    private static async Task<Message?> FindAsync(Db db, Call call, string messageId) =>
        WireId.Find(messageId) is { } id ? await new MessageStore(db).FindAsync(call.CompanyId, id, call.Ct) : null;

    public static async Task<IResult> AnswerAsync(Call call, Db db, OutgoingMailBuilder builder, List<Message> messages)
    {
        var company = await new CompanyStore(db).GetAsync(call.CompanyId, call.Ct);
        var mails = await builder.ToMailsAsync(db, messages, company, message => message.DueAt, call.Ct);
        return new Answer<MessagesAnswer>(new(call.RequestId, [.. messages.Zip(mails, (message, mail) => MessageItem.Of(message, mail, call.Caller.TimeZone))]), MessageJson.Default.MessagesAnswer);
    }
}
