using System.Text;
using Sluice.Engine.SignIn;
using Sluice.Server.Dev.Sandboxes;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Layout;

/// <summary>
/// A page of the console. Its headers let it load only what this server has, and let no other page show it in a frame: a second net, should a text
/// ever be treated as markup.
/// </summary>
internal sealed class ConsolePage(string html, int status) : IResult
{
    public const string Policy = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'";

    private static readonly Area[] Areas =
    [
        new("today", Links.Today, "Today", 't', Roles.Rep | Roles.Manager),
        new("inbox", Links.Inbox, "Inbox", 'i', Roles.Any),
        new("people", Links.People, "People", 'p', Roles.Any),
        new("flows", Links.Flows, "Flows", 'f', Roles.Any),
        new("reports", Links.Reports, "Reports", 'r', Roles.Any),
        new("operations", Links.Operations, "Operations", 'o', Roles.Operator),
        new("developer", Links.Developer, "Developer", 'd', Roles.None),
        new("settings", Links.Settings, "Settings", 's', Roles.Operator),
    ];

    private static readonly (string Keys, string Meaning)[] Keys =
    [
        ("j k", "Next and previous row; on a task, the next task"),
        ("Enter", "Open the row"),
        ("d", "Done"),
        ("s", "Snooze"),
        ("x", "Dismiss"),
        ("u", "Undo what was just done"),
        ("/", "Search"),
        ("Esc", "Back to the list"),
        ("g, then t i p f r o d s", "Go to Today, Inbox, People, Flows, Reports, Operations, Developer, Settings"),
        ("?", "These keys"),
    ];

    /// <param name="visit">Who sees it.</param>
    /// <param name="area">The part of the navigation that it belongs to.</param>
    /// <param name="title">Also the heading.</param>
    /// <param name="body">Below the heading.</param>
    /// <param name="lead">One line under the heading.</param>
    /// <param name="isLive">Whether the body is read again, while somebody looks at it, when something has happened.</param>
    public static ConsolePage Of(Visit visit, string area, string title, Html body, Html? lead = null, int status = StatusCodes.Status200OK, bool isLive = false) => new(
        Write(area, title, Navigation(area, visit.Visitor), $"""
            <header class="head"><h1>{Html.Isolate(title)}</h1>{(lead is null ? null : Lead(lead))}</header>
            {SandboxOf(visit)}{Notice.Of(visit)}
            {(isLive && status == StatusCodes.Status200OK ? (Html)$"<div data-live=\"{Links.Root}/stream\">{body}</div>" : body)}
            <footer class="foot">Times in {visit.Zone.Id}. Now {visit.Time(visit.Now)}. <a href="{Links.Root}/keyboard">Keyboard</a>{SignedIn(visit)}</footer>
            """),
        status);

    /// <summary>A page for somebody who is not signed in: it leads nowhere, and tells nothing.</summary>
    public static ConsolePage OfStranger(string title, Html body, int status = StatusCodes.Status200OK) => new(
        Write("", title, Html.Nothing, $"""
            <header class="head"><h1>{title}</h1></header>
            {body}
            """),
        status);

    /// <summary>Says that something cannot be done, to somebody of whom nothing may be known.</summary>
    /// <param name="signedIn">False: also the navigation may not be shown.</param>
    public static ConsolePage Refuse(HttpContext http, int status, string title, string sentence, bool signedIn = true) => new(
        Write("", title, signedIn ? Navigation("", http.Features.Get<Visitor>()) : Html.Nothing, $"""
            <header class="head"><h1>{title}</h1></header>
            <p class="alert" role="alert">{sentence}</p>
            {Html.If(signedIn, $"<p><a class=\"button\" href=\"{Back(http)}\">Back</a></p>")}
            """),
        status);

    public static ConsolePage NotFound(Visit visit, string area, string what) => Of(visit, area, "Not found", $"""
        <p>There is no {what} here with this id. It may have been erased or removed, or the address is not whole.</p>
        <p><a class="button" href="{Links.Root}">Go to the first page</a></p>
        """, status: StatusCodes.Status404NotFound);

    public static Html KeyList() => $"<dl class=\"keys\">{Keys.Select(WriteKey)}</dl>";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XFrameOptions = "DENY"; // For browsers that do not know frame-ancestors.
        headers["Referrer-Policy"] = "same-origin";
        HtmlPage.RequireTls(httpContext);
        return Results.Text(html, "text/html", Encoding.UTF8, status).ExecuteAsync(httpContext);
    }

    private static string Write(string area, string title, Html navigation, Html main) => ((Html)$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <meta name="color-scheme" content="light dark">
        <title>{title} · Sluice</title>
        <link rel="icon" href="{Assets.Icon.Path}" type="image/svg+xml">
        <link rel="stylesheet" href="{Assets.Style.Path}">
        <script type="module" src="{Assets.Script.Path}"></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="side">
        <a class="brand" href="{Links.Root}"><img src="{Assets.Icon.Path}" alt="" width="22" height="22">Sluice</a>
        {navigation}
        </header>
        <main id="main" tabindex="-1">
        {main}
        </main>
        <dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keyboard</h2>{KeyList()}<form method="dialog"><button>Close</button></form></dialog>
        </body>
        </html>

        """).ToString();

    /// <param name="visitor">Null: nobody signs in here, and everything is for everybody.</param>
    private static Html Navigation(string area, Visitor? visitor) => $"""
        <nav aria-label="Main"><ul>{Areas.Where(one => visitor is null || visitor.Is(one.For)).Select(one => WriteArea(one, area))}</ul></nav>
        {Html.If(visitor is null || visitor.Is(Roles.Any), $"""
            <form class="search" role="search" action="{Links.People}"><label class="hidden" for="search">Search people</label>
            <input id="search" name="q" type="search" placeholder="Search people" autocomplete="off"></form>
            """)}
        """;

    private static Html WriteArea(Area one, string current) =>
        $"<li><a href=\"{one.Path}\" data-go=\"{one.Key.ToString()}\"{Html.If(one.Name == current, $" aria-current=\"page\"")}>{one.Title}</a></li>";

    /// <summary>Says whose data this is, if not the server's own.</summary>
    private static Html SandboxOf(Visit visit) => Html.If(
        visit.Http.Features.Get<SandboxWorld>() is not null, $"<p class=\"warn\">This is sandbox {visit.Http.Request.Cookies[SandboxRequests.Cookie]}. <a href=\"{SandboxRequests.Pages}\">Leave it, or open another one</a></p>");

    private static Html SignedIn(Visit visit) => visit.Visitor is not { } visitor ? Html.Nothing : (Html)$"""
         · <span class="me">Signed in as <a href="{Links.Account}">{Html.Isolate(visitor.User.Email)}</a> {visit.Form(Links.SignOut, $"<button class=\"quiet\">Sign out</button>")}</span>
        """;

    private static Html WriteKey((string Keys, string Meaning) one) => $"<div><dt><kbd>{one.Keys}</kbd></dt><dd>{one.Meaning}</dd></div>";

    private static Html Lead(Html lead) => $"<p class=\"lead\">{lead}</p>";

    /// <summary>The page that the browser comes from, if it is one of ours: its header may say anything.</summary>
    private static string Back(HttpContext http) =>
        Uri.TryCreate(http.Request.Headers.Referer, UriKind.Absolute, out var from) && from.AbsolutePath.StartsWith($"{Links.Root}/", StringComparison.Ordinal) ? from.PathAndQuery : Links.Today;

    /// <param name="Name">By which a page says where it is.</param>
    /// <param name="For">Who sees it; none: nobody who has to sign in.</param>
    private sealed record Area(string Name, string Path, string Title, char Key, Roles For);
}
