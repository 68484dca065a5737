using System.Reflection;
using System.Runtime.InteropServices;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Api.Manage.Mail;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Operations;

/// <summary>Whether the server does its work: what is due, which mailboxes fail, which mail needs a person.</summary>
internal static class OperationsEndpoints
{
    private const int MaxDue = 10_000;
    private const int MaxMails = 20;

    public static void MapOperations(this RouteGroupBuilder console)
    {
        console.MapGet("/operations", Show);
        console.MapGet("/operations/mail/csv", MailCsv);
    }

    /// <param name="state">A word of <see cref="MessageStates"/>; null: all mail.</param>
    public static Html ShareMail(Visit visit, string? state) => visit.Share(Links.With($"{Links.Operations}/mail/csv", ("state", state)), MailPath(state));

    private static async Task<IResult> Show(Visit visit, Db db, OverviewStore overview, UserStore users)
    {
        var messages = new MessageStore(db);
        var mailboxes = await new MailboxStore(db).ListAsync(visit.CompanyId, visit.Ct);
        var owners = (await users.FindAsync(visit.CompanyId, [.. mailboxes.Select(mailbox => mailbox.UserId).OfType<long>().Distinct()], visit.Ct)).ToDictionary(user => user.Id);
        var state = new OperationsState(
            await overview.CountDueAsync(visit.Now, MaxDue, visit.Ct),
            mailboxes.ConvertAll(mailbox => (mailbox, mailbox.UserId is { } id ? owners.GetValueOrDefault(id) : null)),
            await messages.ListUncertainAsync(visit.CompanyId, visit.Ct),
            await messages.ListAsync(visit.CompanyId, null, MessageStates.Word(MessageState.Failed), null, MaxMails, visit.Ct),
            await messages.ListAsync(visit.CompanyId, null, MessageStates.Word(MessageState.Queued), null, MaxMails, visit.Ct));
        return ConsolePage.Of(visit, "operations", "Operations", View(visit, state, db), isLive: true);
    }

    private static Task<IResult> MailCsv(Visit visit, Db db, OutgoingMailBuilder builder) =>
        ListCsv.OfPagesAsync(visit, "mail", MailPath(MessageStates.All.FirstOrDefault(one => one == visit.Query("state"))), "before", call => MessageEndpoints.List(call, db, builder));

    private static string MailPath(string? state) => Links.With("/sluice/v1/messages", ("state", state));

    private static Html View(Visit visit, OperationsState state, Db db) => $"""
        <dl class="numbers">
        <div><dt>Steps due</dt><dd>{(state.Due.Due >= MaxDue ? (Html)$"{MaxDue}+" : $"{state.Due.Due}")}</dd></div>
        <div><dt>Oldest due</dt><dd>{(state.Due.Oldest is { } oldest ? Words.Span(visit.Now - oldest) : "none")}</dd></div>
        <div><dt>Mail to settle</dt><dd><a href="{Links.Inbox}">{state.Uncertain.Count}</a></dd></div>
        <div><dt>Mailboxes that fail</dt><dd><a href="#mailboxes">{state.Mailboxes.Count(one => one.Mailbox.State == MailboxState.Failed)}</a></dd></div>
        </dl>
        <p class="hint">Steps due are those of all companies on this server. With the clock of <code>sluice dev</code> at rest, nothing is due for long.</p>
        <section id="mailboxes"><h2>Mailboxes</h2>{(state.Mailboxes.Count == 0 ? NoMailbox() : (Html)$"<ul class=\"rows\">{state.Mailboxes.Select(one => Row(visit, one.Mailbox, one.Owner))}</ul>")}{visit.Share($"{Links.SettingsMailboxes}/csv", "/sluice/v1/mailboxes")}</section>
        {Mails(visit, "Mail to settle", state.Uncertain, "uncertain", "No mail is uncertain: of each, it is known whether it left.")}
        {Mails(visit, "Failed mail", state.Failed, "failed", "No mail has failed.")}
        {Mails(visit, "Waiting mail", state.Queued, "queued", "No mail waits.")}
        <section><h2>This server</h2><dl class="facts card">
        {Parts.Fact("Sluice", (Html)$"{Version()}")}
        {Parts.Fact("Database", (Html)$"{db.Dialect.Name}: {db.Description}")}
        {Parts.Fact("Runs on", (Html)$"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}")}
        </dl></section>
        """;

    private static Html NoMailbox() => $"""
        <p class="empty">No mailbox: mail leaves by the server's own SMTP host, if it has one, and replies are not read. <a href="{Links.SettingsMailboxes}/new">Add one</a>. In <code>sluice dev</code> no mail leaves.</p>
        """;

    private static Html Row(Visit visit, Mailbox mailbox, User? owner) => $"""
        <li class="row"><strong>{Html.Isolate(mailbox.Address)}</strong><span class="soft">{(mailbox.UserId is null ? "Shared" : owner?.FullName)}</span>
        {Parts.Badge(mailbox.State switch { MailboxState.Active => "good", MailboxState.Paused => "held", _ => "bad" }, mailbox.State.ToString())}
        <span class="soft grow">{mailbox.Trouble}</span><span class="when">{(mailbox.ReadAt is { } read ? (Html)$"read {visit.Time(read)}" : $"never read")}</span></li>
        """;

    private static Html Mails(Visit visit, string title, List<Message> mails, string state, string none) => $"""
        <section><h2>{title}</h2>{(mails.Count == 0 ? (Html)$"<p class=\"soft\">{none}</p>" : $"<ul class=\"rows\">{mails.Take(MaxMails).Select(mail => Mail(visit, mail))}</ul>")}{ShareMail(visit, state)}</section>
        """;

    private static Html Mail(Visit visit, Message mail) => $"{Parts.MailRow(visit, mail)}{Html.If(mail.Why is not null, $"<li class=\"under soft\">{mail.Why}</li>")}";

    private static string Version() => typeof(OperationsEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}

internal sealed record OperationsState(
    DueCount Due, List<(Mailbox Mailbox, User? Owner)> Mailboxes, List<Message> Uncertain, List<Message> Failed, List<Message> Queued);
