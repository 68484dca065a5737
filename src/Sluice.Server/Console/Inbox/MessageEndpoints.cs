using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Inbox;

/// <summary>One mail of ours, as text: its HTML is never shown as such.</summary>
internal static class MessageEndpoints
{
    public static void MapMessage(this RouteGroupBuilder console)
    {
        console.MapGet("/messages/{id}", Show);
        console.MapPost("/messages/{id}/resolve", Resolve);
    }

    private static Task<IResult> Show(string id, Visit visit, Db db, OutgoingMailBuilder builder) => WithMessageAsync(id, visit, db, message => PageAsync(visit, db, builder, message));

    /// <summary>Records what the person has found out about a mail that may or may not have left.</summary>
    private static Task<IResult> Resolve(string id, Visit visit, Db db, SettleMail settle, OutgoingMailBuilder builder) => WithMessageAsync(id, visit, db, async message =>
    {
        if (visit.Field("as") is not ("sent" or "not_sent") || message.State != MessageState.Uncertain)
        {
            return await PageAsync(visit, db, builder, message, "Somebody has settled this mail already.");
        }

        visit.NoteBefore(null, ("state", MessageStates.Word(message.State)));
        var (isSent, by) = (visit.Field("as") == "sent", visit.Actor());
        var events = await db.InTransactionAsync(tx => settle.ResolveAsync(tx, message, isSent, by, visit.Ct), visit.Ct);
        return events is null
            ? await PageAsync(visit, db, builder, message, "Somebody has settled this mail already.")
            : Notice.Redirect(Links.Message(id), isSent ? "sent" : "not-sent");
    });

    private static async Task<IResult> WithMessageAsync(string id, Visit visit, Db db, Func<Message, Task<IResult>> work) =>
        WireId.Find(id) is { } messageId && await new MessageStore(db).FindAsync(visit.CompanyId, messageId, visit.Ct) is { } message && visit.MaySee(message.SenderId, Roles.Manager | Roles.Operator)
            ? await work(message)
            : ConsolePage.NotFound(visit, "inbox", "mail");

    private static async Task<IResult> PageAsync(Visit visit, Db db, OutgoingMailBuilder builder, Message message, string? alert = null)
    {
        var mail = await builder.ToMailAsync(db, message, await new CompanyStore(db).GetAsync(visit.CompanyId, visit.Ct), message.DueAt, visit.Ct);
        var run = await new RunStore(db).FindAsync(visit.CompanyId, message.FlowInstanceId, visit.Ct);
        return ConsolePage.Of(
            visit, "inbox", Words.Short(message.Subject.Length == 0 ? "(no subject)" : message.Subject, 200), View(visit, message, mail, run, alert), Parts.State(message.State),
            alert is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }

    private static Html View(Visit visit, Message message, OutgoingMail mail, Run? run, string? alert) => $"""
        {Html.If(alert is not null, $"<p class=\"alert\" role=\"alert\">{alert}</p>")}
        <dl class="facts card">
        {Parts.Fact("From", (Html)$"{Html.Isolate(message.SenderName)} <span class=\"soft\">{message.SenderAddress}</span>")}
        {Parts.Fact("To", run is null ? Html.Isolate(message.Recipient) : (Html)$"<a href=\"{Links.Person(run.CrmProspectId)}\">{Html.Isolate(message.Recipient)}</a>")}
        {Parts.Fact(message.SentAt is null ? "Written" : "Sent", visit.Time(message.SentAt ?? message.CreatedAt))}
        {Parts.Fact("Answers", message.Answers is { } heard ? (Html)$"<a href=\"{Links.Heard(heard)}\">what the person wrote</a>" : null)}
        {Parts.Fact("Leaves", message.State == MessageState.Queued ? visit.Time(message.DueAt) : null)}
        {Parts.Fact("Why it waits", message.Why is null ? null : (Html)$"{message.Why}")}
        {Parts.Fact("Tries", message.Tries > 0 ? (Html)$"{message.Tries}" : null)}
        </dl>
        {Html.If(message.State == MessageState.Uncertain, $"<section class=\"card act\"><p>Is it among the sent mail of its sender?</p>{Parts.Resolve(visit, message)}</section>")}
        <pre class="text" dir="auto" tabindex="0">{HtmlText.Of(MimeMail.Html(mail))}</pre>
        <details><summary>Headers</summary><dl class="facts headers">{MimeMail.Headers(mail).Select(header => Parts.Fact(header.Name, (Html)$"<code>{header.Value.Replace("\r\n", "", StringComparison.Ordinal)}</code>")!)}</dl></details>
        <details><summary>HTML source</summary><pre class="text" tabindex="0"><code>{MimeMail.Html(mail)}</code></pre></details>
        {visit.Curl($"/sluice/v1/messages/{WireId.Write(message.Id)}")}
        """;
}
