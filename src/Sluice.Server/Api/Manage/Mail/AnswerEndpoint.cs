using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Mail.Intake.Reading;
using Sluice.Engine.Mail.Writing;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Mail;

/// <summary>Answers a message that came in, in its thread.</summary>
internal static class AnswerEndpoint
{
    public static void MapAnswer(this RouteGroupBuilder manage) => manage.MapPost("/inbound/answer", Answer).ReadsObject().WithDescription(MailDescription.Answer);

    public static async Task<IResult> Answer(Call call, Db db, AnswerMail answer, OutgoingMailBuilder builder)
    {
        var fields = call.ReadBody();
        var (messageId, written, answered) = (fields.RequiredText("messageId"), WrittenMail.Read(fields), fields.Integer("answered", 0, 0, 1_000));
        if (written.Text is null && fields.Faults.Count == 0)
        {
            fields.Fault("text", "is missing");
        }

        return fields.Refusal ?? (await FindAsync(db, call, messageId) is { } heard
            ? await AnswerAsync(call, db, answer, builder, heard, written, answered)
            : ApiError.NotFound("Message not found"));
    }

    private static async Task<IResult> AnswerAsync(Call call, Db db, AnswerMail answer, OutgoingMailBuilder builder, ListedInbound heard, WrittenMail written, int answered)
    {
        var owner = heard.FlowInstanceId is { } id ? (await new RunStore(db).FindAsync(call.CompanyId, id, call.Ct))?.OwnerId : null;
        var by = call.ToActor(owner);
        var outcome = await db.InTransactionAsync(tx => answer.RunAsync(tx, heard, written, answered, by, call.Ct), call.Ct);
        return outcome.Refusal() ?? await MessageEndpoints.AnswerAsync(call, db, builder, [outcome.Sent!]);
    }

    private static async Task<ListedInbound?> FindAsync(Db db, Call call, string messageId) =>
        HeaderIds.Read(messageId) is [var id, ..] && await new HeardStore(db).FindAsync(call.CompanyId, id, call.Ct) is { } heard
            ? heard
            : await new HeardStore(db).FindAsync(call.CompanyId, messageId, call.Ct);

    extension(WrittenOutcome outcome)
    {
        /// <returns>Null: the mail is written.</returns>
        public IResult? Refusal() => outcome.WhyNot is { } whyNot ? new ApiError(StatusCodes.Status409Conflict, whyNot)
            : outcome.Faults.Count > 0 ? ApiError.Faults(outcome.Faults)
            : null;
    }
}
