using System.Globalization;
using Sluice.Engine.Instances;
using Sluice.Engine.Instances.Explain;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Mail.Writing;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using Sluice.Server.Api.Manage.Mail;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Inbox;

/// <summary>One message that came in: to read, and to answer in its thread.</summary>
internal static class HeardEndpoints
{
    public static void MapHeard(this RouteGroupBuilder console) => console.MapGet("/inbox/message", Show);

    public static void MapAnswerForm(this RouteGroupBuilder console) => console.MapPost("/inbox/answer", Answer).WithMetadata(MailForm.Long);

    private static Task<IResult> Show(Visit visit, Db db, GatherFacts facts) => WithHeardAsync(visit, db, async (heard, run) => await PageAsync(visit, db, facts, heard, run, FormFields.Blank));

    private static Task<IResult> Answer(Visit visit, Db db, GatherFacts facts, AnswerMail answer, OutgoingMailBuilder builder) => WithHeardAsync(visit, db, async (heard, run) =>
    {
        visit.NoteBefore(run is null ? null : $"flow-instances {WireId.Write(run.Id)}", ("messageId", heard.MessageId));
        if (MailForm.IsPreview(visit))
        {
            visit.NoteNothing();
            return await PageAsync(visit, db, facts, heard, run, new FormFields(visit.Http.Request.Form, []));
        }

        var body = MailForm.ToJson(visit, draft: null);
        (body["messageId"], body["answered"]) = (heard.MessageId, int.TryParse(visit.Field("answered"), NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : 0);
        return await AnswerEndpoint.Answer(visit.Call.ToApi(body), db, answer, builder) is ApiError refusal
            ? await PageAsync(visit, db, facts, heard, run, FormFields.Of(visit, refusal), refusal.Status)
            : Notice.Redirect(Links.Heard(heard.MessageId), "answered");
    });

    /// <summary>Finds the message; a representative, only one of the own people.</summary>
    private static async Task<IResult> WithHeardAsync(Visit visit, Db db, Func<ListedInbound, Run?, Task<IResult>> work)
    {
        var heard = visit.Query("id") is { } id ? await new HeardStore(db).FindAsync(visit.CompanyId, id, visit.Ct) : null;
        var run = heard?.FlowInstanceId is { } instance ? await new RunStore(db).FindAsync(visit.CompanyId, instance, visit.Ct) : null;
        return heard is not null && visit.MaySee(run?.OwnerId ?? 0, Roles.Manager | Roles.Operator) ? await work(heard, run) : ConsolePage.NotFound(visit, "inbox", "message");
    }

    private static async Task<IResult> PageAsync(Visit visit, Db db, GatherFacts gather, ListedInbound heard, Run? run, FormFields fields, int status = StatusCodes.Status200OK)
    {
        var known = run is null ? null : (await new ProspectStore(db).FindAsync(visit.CompanyId, [run.ProspectId], visit.Ct)).SingleOrDefault()?.Prospect;
        var (draft, whyNot) = await AnswerMail.DraftAsync(db, heard, visit.CompanyId, visit.Ct);
        var context = new HeardContext(heard, known, draft, whyNot)
        {
            Facts = run is null ? null : await gather.RunAsync(run, visit.Ct),
            Answers = run is null ? [] : (await new MessageStore(db).ListAnswersAsync(visit.CompanyId, run.Id, visit.Ct)).FindAll(one => one.Answers == heard.MessageId),
            Asks = run is null ? null : (await new OpenToDoStore(db).FindAsync(visit.CompanyId, [run.Id], visit.Ct)).Values.Cast<long?>().FirstOrDefault(),
            MayAnswer = visit.Is(Roles.Rep | Roles.Manager) && run is not null && visit.MaySee(run.OwnerId, Roles.Manager),
        };
        return ConsolePage.Of(visit, "inbox", HeardView.Title(context), HeardView.Of(visit, context, fields), HeardView.Lead(visit, context), status);
    }
}

/// <param name="Known">Null: the message is of nobody in a flow, or the record was erased.</param>
/// <param name="WhyNot">Why it cannot be answered.</param>
internal sealed record HeardContext(ListedInbound Heard, Prospect? Known, MailDraft? Draft, string? WhyNot)
{
    public ExplainFacts? Facts { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Message> Answers { get; init; } = [];

    /// <summary>The open task that asks what becomes of the flow.</summary>
    public long? Asks { get; init; }

    public bool MayAnswer { get; init; }
}
