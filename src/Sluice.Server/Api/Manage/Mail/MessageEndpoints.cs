using Sluice.Engine.Companies;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Mail;

/// <summary>Lists the messages of flows: captured, sent and waiting ones (with the reason), and uncertain ones, which a person resolves here.</summary>
internal static class MessageEndpoints
{
    public static void MapMessages(this IEndpointRouteBuilder api)
    {
        var messages = api.MapGroup("/sluice/v1/messages");

        messages.MapGet("", List).Needs(Scopes.Manage, isCounted: false);
        messages.MapGet("/{messageId}", Get).Needs(Scopes.Manage, isCounted: false);
        messages.MapPost("/{messageId}/resolve", Resolve).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false);
    }

    private static async Task<IResult> List(Call call, Db db, MailLinks links)
    {
        var query = call.ReadQuery();
        var (instance, before) = (query.OptionalId("flowInstanceId"), query.OptionalId("before"));
        var (state, limit) = (query.Text("state") is null ? null : query.Word("state", MessageStates.All), query.Limit(otherwise: 20, max: 100));
        return query.Refusal is { } refusal
            ? refusal
            : await AnswerAsync(call, db, links, await new MessageStore(db).ListAsync(call.CompanyId, instance, state, before, limit, call.Ct));
    }

    private static async Task<IResult> Get(string messageId, Call call, Db db, MailLinks links) =>
        await FindAsync(db, call, messageId) is { } message ? await AnswerAsync(call, db, links, [message]) : ApiError.NotFound("Message not found");

    private static async Task<IResult> Resolve(string messageId, Call call, Db db, SettleMail settle, MailLinks links)
    {
        var fields = call.ReadBody();
        var decided = fields.RequiredText("as");
        if (decided is not ("" or "sent" or "not_sent"))
        {
            fields.Fault("as should be one of sent, not_sent");
        }

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
            : await AnswerAsync(call, db, links, [(await FindAsync(db, call, messageId))!]);
    }

    private static async Task<Message?> FindAsync(Db db, Call call, string messageId) =>
        WireId.Find(messageId) is { } id ? await new MessageStore(db).FindAsync(call.CompanyId, id, call.Ct) : null;

    private static async Task<IResult> AnswerAsync(Call call, Db db, MailLinks links, List<Message> messages)
    {
        var company = await new CompanyStore(db).GetAsync(call.CompanyId, call.Ct);
        var items = new List<MessageItem>();
        foreach (var message in messages)
        {
            items.Add(MessageItem.Of(message, await links.ToMailAsync(db, message, company, message.DueAt, call.Ct), call.Caller.TimeZone));
        }

        return new Answer<MessagesAnswer>(new(call.RequestId, items), MessageJson.Default.MessagesAnswer);
    }
}
