using Sluice.Engine.Companies;
using Sluice.Engine.OAuth;
using Sluice.Engine.Primitives;
using Sluice.Server.Api.Manage.OAuthApps;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Settings;

internal static class OAuthAppView
{
    private const int MaxUris = 3000; // Ten of 250 characters.

    public static Html List(Visit visit, List<OAuthApp> apps) => $"""
        {SettingsView.Tabs("oauth-apps")}
        <p class="toolbar"><a class="button main" href="{Links.SettingsOAuthApps}/new">Register an application</a></p>
        {(apps.Count == 0 ? (Html)$"<p class=\"empty\"><strong>No application yet.</strong> An application that asks for access by OAuth is registered here first. A program of your own needs none: <a href=\"{Links.SettingsKeys}/new\">make a key</a> for it.</p>" : $"<ul class=\"rows\">{apps.Select(app => Row(visit, app))}</ul>")}
        {visit.Share($"{Links.SettingsOAuthApps}/csv", "/sluice/v1/oauth-apps")}
        """;

    public static Html New(Visit visit, FormFields fields)
    {
        var form = visit.Form(Links.SettingsOAuthApps, $"""
            <div class="stack">
            {fields.Input("name", "Name", $"People see it on the page that asks for their consent.", place: "My app", required: true, max: 100)}
            {fields.Area("redirectUris", "Redirect URIs", $"Where the browser may return to, one a line, such as <code>https://app.example/callback</code>. They are compared letter by letter.", rows: 3, max: MaxUris)}
            {fields.Boxes("scopes", "What it may ask for", Scopes.All.Select(scope => (scope, KeyView.Meaning(scope))), "spread", $"None checked: all of /v2.")}
            <p><button class="main">Register it</button> <a class="button" href="{Links.SettingsOAuthApps}">Cancel</a></p></div>
            """);
        return $"""
            {SettingsView.Tabs("oauth-apps")}
            {fields.Alert()}
            <section class="card">{form}</section>
            """;
    }

    public static Html Made(OAuthAppItem app) => $"""
        {SettingsView.Tabs("oauth-apps")}
        <p class="warn">Copy the client secret now: it is not stored, and cannot be shown again.</p>
        <dl class="secrets card">
        <div><dt>Client id</dt><dd><code data-copy>{app.ClientId}</code></dd></div>
        <div><dt>Client secret</dt><dd><code data-copy>{app.ClientSecret}</code></dd></div>
        </dl>
        <p><a class="button main" href="{Links.SettingsOAuthApps}">I have copied them</a></p>
        """;

    private static Html Row(Visit visit, OAuthApp app) => $"""
        <li class="row tall"><div class="grow"><strong>{Html.Isolate(app.Name)}</strong>
        <p class="soft"><code>{app.ClientId}</code></p>{app.RedirectUris.Select(uri => (Html)$"<p><code>{uri}</code></p>")}<p class="chips">{KeyView.Short(app.Scopes).Select(scope => (Html)$"<code>{scope}</code>")}</p></div>
        <div class="side-facts"><span class="soft">Registered {visit.Time(app.CreatedAt)}</span></div>
        <details class="act-on"><summary>End</summary>{visit.Form($"{Links.SettingsOAuthApps}/{WireId.Write(app.Id)}/remove", $"<p class=\"hint\">All its tokens end, and nobody can give it access any more. This cannot be undone.</p><button class=\"danger\">End this application</button>")}</details></li>
        """;
}
