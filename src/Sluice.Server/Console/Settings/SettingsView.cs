using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;
using Sluice.Server.Console.SignIn;

namespace Sluice.Server.Console.Settings;

internal static class SettingsView
{
    private static readonly (string Name, string Path, string Title)[] Pages =
    [
        ("company", Links.Settings, "Company"), ("users", Links.SettingsUsers, "Users and roles"), ("sessions", Links.SettingsSessions, "Sessions"), ("keys", Links.SettingsKeys, "Keys"),
        ("mailboxes", Links.SettingsMailboxes, "Mailboxes"), ("webhooks", Links.SettingsWebhooks, "Webhooks"), ("oauth-apps", Links.SettingsOAuthApps, "OAuth apps"), ("rulesets", Links.SettingsRulesets, "Rulesets"),
        ("calendars", Links.SettingsCalendars, "Calendars"),
        ("outcomes", Links.SettingsOutcomes, "Call outcomes"), ("stop-list", Links.SettingsStopList, "Stop list"), ("data", Links.SettingsData, "Import and export"),
        ("audit", Links.SettingsAudit, "Audit"),
    ];

    public static Html Tabs(string current) => $"""
        <ul class="tabs">{Pages.Select(page => (Html)$"<li><a href=\"{page.Path}\"{Html.If(page.Name == current, $" aria-current=\"page\"")}>{page.Title}</a></li>")}</ul>
        """;

    public static Html Users(Visit visit, List<User> users, Dictionary<long, Login> logins, string? alert) => $"""
        {Tabs("users")}
        {SignInView.Alert(alert)}
        <section class="card"><h2>Invite somebody</h2>{visit.Form($"{Links.SettingsUsers}/invite", $"""
            <div class="stack">
            <p><label for="email">E-mail address</label><input id="email" name="email" type="email" maxlength="254" required></p>
            <p><label for="firstName">First name</label><input id="firstName" name="firstName" maxlength="200"></p>
            <p><label for="lastName">Last name</label><input id="lastName" name="lastName" maxlength="200"></p>
            {Boxes("new", Roles.Rep)}
            <p><button class="main">Make a link</button></p>
            <p class="hint">The link is shown once. Whoever opens it sets the password. For somebody who has one already, it sets a new one.</p></div>
            """)}</section>
        <ul class="rows">{users.Select(user => Row(visit, user, logins.GetValueOrDefault(user.Id)))}</ul>
        {visit.Share($"{Links.SettingsUsers}/csv", "/sluice/v1/users", "/sluice/v1/logins")}
        """;

    public static Html Link(Visit visit, User user, string url, DateTimeOffset expiresAt) => $"""
        {Tabs("users")}
        <p>Give this link to {Html.Isolate(user.FullName)}, by a way that only {Html.Isolate(user.Email)} can read. It works once, until {visit.Time(expiresAt)}.</p>
        <pre class="text" tabindex="0" data-copy>{url}</pre>
        <p><a class="button" href="{Links.SettingsUsers}">Back to the users</a></p>
        """;

    private static Html Row(Visit visit, User user, Login? login) => $"""
        <li class="row"><strong class="grow"><a href="{Links.SettingsUsers}/{WireId.Write(user.Id)}">{Html.Isolate(user.FullName)}</a> <span class="soft">{Html.Isolate(user.Email)}</span></strong>
        {State(visit, user, login)}
        {(login is null ? Html.Nothing : Change(visit, login))}</li>
        """;

    private static Html State(Visit visit, User user, Login? login) => login switch
    {
        _ when !user.Active => Parts.Badge("over", "Not active"),
        null => Parts.Badge("over", "Cannot sign in"),
        { PasswordHash: null } when login.InviteExpiresAt > visit.Now => Parts.Badge("held", "Invited"),
        { PasswordHash: null, InviteHash: not null } => Parts.Badge("bad", "Link is too old"),
        { PasswordHash: null } => Parts.Badge("good", "Company account"),
        { TotpSecret: null } => Parts.Badge("good", "Password"),
        _ => Parts.Badge("good", "Password and code"),
    };

    private static Html Change(Visit visit, Login login)
    {
        var id = WireId.Write(login.UserId);
        return $"""
            {visit.Form($"{Links.SettingsUsers}/{id}/roles", $"{Boxes(id, login.Roles)}<button>Save</button>")}
            <details><summary>Remove</summary>{visit.Form($"{Links.SettingsUsers}/{id}/remove", $"<p class=\"hint\">Ends all sessions. The user stays.</p><button class=\"danger\">Remove the login</button>")}</details>
            """;
    }

    private static Html Boxes(string id, Roles has) => $"""
        <fieldset class="boxes"><legend class="hidden">Roles</legend>{RoleWords.All.Select(word => (Html)$"<label><input type=\"checkbox\" name=\"{word}\" id=\"{id}-{word}\" value=\"on\"{Html.If(RoleWords.Read([word]) is var one && has.HasFlag(one), $" checked")}> {word}</label>")}</fieldset>
        """;
}
