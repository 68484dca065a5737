using Sluice.Engine.Mailboxes;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;
using Sluice.Server.Api.Manage.Mailboxes;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Settings;

internal static class MailboxView
{
    private static readonly (string Value, string Text)[] Providers =
        [("google", "Google"), ("microsoft", "Microsoft 365"), ("fastmail", "Fastmail"), ("icloud", "iCloud"), ("", "Another: name its servers below")];

    private static readonly (string Value, string Text)[] Encryptions = [("", "As the port says"), ("implicit", "From the first byte"), ("starttls", "By STARTTLS")];

    /// <param name="visit">Who sees it.</param>
    /// <param name="mailboxes">All of the company.</param>
    /// <param name="owners">Their users, by id.</param>
    /// <param name="faults">Why a form was refused; empty: none was.</param>
    public static Html List(Visit visit, List<Mailbox> mailboxes, Dictionary<long, User> owners, IReadOnlyList<string> faults) => $"""
        {SettingsView.Tabs("mailboxes")}
        {new FormFields(null, faults).Alert()}
        <p class="toolbar"><a class="button main" href="{Links.SettingsMailboxes}/new">Add a mailbox</a></p>
        {(mailboxes.Count == 0 ? Empty() : (Html)$"<ul class=\"rows\">{mailboxes.Select(one => Row(visit, one, one.UserId is { } id ? owners.GetValueOrDefault(id) : null))}</ul>")}
        {visit.Share($"{Links.SettingsMailboxes}/csv", "/sluice/v1/mailboxes")}
        """;

    public static Html New(Visit visit, FormFields fields, List<User> users, bool hasKey)
    {
        var form = visit.Form(Links.SettingsMailboxes, $"""
            <div class="stack">
            {fields.Input("address", "E-mail address", type: "email", place: "ada@example.com", required: true, max: 254)}
            {fields.Choice("provider", "Provider", Providers, $"Of these, the servers are known.", "google")}
            {fields.Input("password", "Password", $"Most providers want an app password, which is made in the settings of the account. It is kept encrypted, and never shown.", type: "password", required: true, max: 4000)}
            {fields.Choice("userId", "Whose mailbox", [("", "The user with this address, or shared"), .. users.Select(user => (WireId.Write(user.Id), user.FullName))], $"Mail of this user leaves through it.")}
            </div>
            <details class="more-fields"{Html.If(fields.IsTyped && fields.Value("provider") is null, $" open")}><summary>Servers and names, if they differ</summary><div class="two">
            {Server(fields, "smtp", "Server for sending", "smtp.example.com", "587")}
            {Server(fields, "imap", "Server for reading", "imap.example.com", "993")}
            </div><div class="stack">
            {fields.Input("userName", "User name", $"Empty: the address.")}
            {fields.Input("name", "Name of the sender", $"Empty: the user's name.")}
            </div></details>
            <p><button class="main">Add the mailbox</button> <a class="button" href="{Links.SettingsMailboxes}">Cancel</a></p>
            """);
        return $"""
            {SettingsView.Tabs("mailboxes")}
            {fields.Alert()}
            {Html.If(!hasKey, $"<p class=\"warn\">This server has no master key, so it can keep no password. Start it again with <code>SLUICE_MASTER_KEY</code> set to 64 hexadecimal digits.</p>")}
            <section class="card">{form}</section>
            <p class="hint">A mailbox that logs in by access tokens (OAuth) is added with <code>POST /sluice/v1/mailboxes</code>.</p>
            """;
    }

    public static Html Checked(Visit visit, Mailbox mailbox, MailboxCheckAnswer found) => $"""
        {SettingsView.Tabs("mailboxes")}
        <p class="{(found.Ok ? "said" : "alert")}" role="status">{(found.Ok ? "Nothing stands in the way of its mail." : "Something stands in the way of its mail.")}</p>
        <ul class="rows">{found.Checks.Select(Finding)}</ul>
        <div class="actions">{visit.Form($"{Links.SettingsMailboxes}/{WireId.Write(mailbox.Id)}/check", $"<button>Check again</button>")}<a class="button" href="{Links.SettingsMailboxes}">Back to the mailboxes</a></div>
        """;

    private static Html Server(FormFields fields, string name, string title, string place, string port) => $"""
        <fieldset class="stack"><legend>{title}</legend>
        {fields.Input($"{name}.host", "Name", place: place)}
        {fields.Input($"{name}.port", "Port", place: port, max: 5)}
        {fields.Choice($"{name}.tls", "Encryption", Encryptions)}{fields.Group(name)}</fieldset>
        """;

    private static Html Finding(MailboxFinding one) => $"""
        <li class="row tall">{Parts.Badge(one.Result switch { "ok" => "good", "warning" => "held", _ => "bad" }, one.Result == "ok" ? "OK" : Words.Spaced(one.Result))}<strong class="name">{one.Name}</strong>
        <div class="grow">{one.Text}{Html.If(one.Add is not null, $"<pre class=\"text\" tabindex=\"0\" data-copy>{one.Add}</pre>")}</div></li>
        """;

    private static Html Empty() => $"""
        <p class="empty"><strong>No mailbox yet.</strong> Without one, mail leaves by the server's own SMTP host, if it has one, and replies are not read. In <code>sluice dev</code> no mail leaves.</p>
        """;

    private static Html Row(Visit visit, Mailbox mailbox, User? owner)
    {
        var path = $"{Links.SettingsMailboxes}/{WireId.Write(mailbox.Id)}";
        return $"""
            <li class="row tall"><div class="grow"><strong>{Html.Isolate(mailbox.Address)}</strong> {State(mailbox)}
            <p class="soft">{(mailbox.UserId is null ? (Html)$"Shared" : Html.Isolate(owner?.FullName))} · {mailbox.Smtp.Host}{Html.If(mailbox.Imap is null, $" · replies are not read")}</p>
            {Html.If(mailbox.Trouble is not null, $"<p class=\"fault\">{mailbox.Trouble}</p>")}</div>
            <div class="side-facts"><span class="soft">{(mailbox.ReadAt is { } read ? (Html)$"Read {visit.Time(read)}" : $"Never read")}</span>{Html.If(mailbox.Trouble is not null && (mailbox.FaultAt ?? mailbox.SendingFaultAt) is not null, $"<span class=\"soft\">Fault {visit.Time(mailbox.FaultAt ?? mailbox.SendingFaultAt ?? default)}</span>")}</div>
            <div class="acts">{visit.Form($"{path}/check", $"<button>Check</button>")}
            {(mailbox.State == MailboxState.Paused ? visit.Form($"{path}/resume", $"<button>Resume</button>") : visit.Form($"{path}/pause", $"<button>Pause</button>"))}
            <details class="act-on"><summary>Remove</summary>{visit.Form($"{path}/remove", $"<p class=\"hint\">No mail leaves through it any more, and its password is deleted. What was sent and read stays.</p><button class=\"danger\">Remove this mailbox</button>")}</details></div></li>
            """;
    }

    private static Html State(Mailbox mailbox) => Parts.Badge(mailbox.State switch { MailboxState.Active => "good", MailboxState.Paused => "held", _ => "bad" }, mailbox.State switch
    {
        MailboxState.Active => "Active",
        MailboxState.Paused => "Paused",
        _ => "Fails",
    });
}
