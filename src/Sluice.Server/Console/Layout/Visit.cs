using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using Sluice.Engine.Audit;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Layout;

/// <summary>One request of a person for a page of the console: who asks, when, and in which time zone times are shown.</summary>
internal sealed class Visit(Call call, DateTimeOffset now, string token)
{
    private static readonly LocalDateTimePattern ThisYear = LocalDateTimePattern.CreateWithInvariantCulture("d MMM, HH:mm");
    private static readonly LocalDateTimePattern OtherYear = LocalDateTimePattern.CreateWithInvariantCulture("d MMM uuuu, HH:mm");
    private static readonly LocalDateTimePattern Whole = LocalDateTimePattern.CreateWithInvariantCulture("dddd d MMMM uuuu 'at' HH:mm:ss");

    public Call Call => call;

    public long CompanyId => call.CompanyId;

    public CancellationToken Ct => call.Ct;

    public HttpContext Http => call.Request.HttpContext;

    /// <summary>Who is signed in; null: nobody signs in on this server.</summary>
    public Visitor? Visitor => Http.Features.Get<Visitor>();

    public DateTimeOffset Now => now;

    /// <summary>The company's zone. Every page names it.</summary>
    public DateTimeZone Zone => call.Caller.TimeZone;

    /// <param name="userId">In whose name it is done where nobody signs in.</param>
    public Actor Actor(long? userId = null) => call.ToActor(userId);

    public AuditActor AuditActor => call.ToAuditActor();

    /// <summary>Whether the reader has one of these roles. Where nobody signs in, everybody has all.</summary>
    public bool Is(Roles any) => Visitor?.Is(any) ?? true;

    /// <returns>The reader, if only the reader's own work may be shown; null: everybody's.</returns>
    /// <param name="all">Who has one of these roles sees everybody's.</param>
    public long? OnlyOwnUnless(Roles all) => Is(all) ? null : Visitor?.User.Id;

    /// <summary>Whether something of this owner may be shown, or changed.</summary>
    public bool MaySee(long ownerId, Roles all) => OnlyOwnUnless(all) is not { } own || own == ownerId;

    /// <summary>Notes for the audit what a form is about to change.</summary>
    /// <param name="subject">A kind and an id; null: the address of the form says it.</param>
    public void NoteBefore(string? subject, params IEnumerable<(string Name, string? Value)> before) => Http.Features.Set(new AuditNote([.. before], subject));

    /// <summary>Tells the audit that this form was only a look: it has changed nothing.</summary>
    public void NoteNothing() => Http.Features.Set(new AuditNote([], IsOfNothing: true));

    /// <summary>Reads a parameter of the query, or null if it is absent or empty. What is too long for any value of ours is cut.</summary>
    public string? Query(string name) => Cut(call.Request.Query[name].ToString());

    /// <summary>Reads a field of the form that <see cref="FormGuard"/> has checked, or null if it is absent or empty.</summary>
    public string? Field(string name) => Cut(call.Request.Form[name].ToString());

    /// <summary>Reads all values of a field, for a call of the API.</summary>
    public JsonArray FieldList(string name) => JsonTexts.Of(call.Request.Form[name]);

    /// <summary>Reads a field that may be long, as it was written. Empty if it is absent.</summary>
    public string Text(string name) => call.Request.Form[name].ToString();

    /// <summary>Reads a secret field of the form as it was typed, spaces and all, or null if it is absent or empty.</summary>
    public string? Secret(string name) => call.Request.Form[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Writes a form that may carry a file.</summary>
    public Html FileForm(string action, Html fields) => $"""
        <form method="post" enctype="multipart/form-data" action="{action}"><input type="hidden" name="{FormGuard.TokenField}" value="{token}">{fields}</form>
        """;

    /// <summary>Writes a form that changes something, with the token that proves that it comes from a page of the console.</summary>
    public Html Form(string action, Html fields) => $"""
        <form method="post" action="{action}"><input type="hidden" name="{FormGuard.TokenField}" value="{token}">{fields}</form>
        """;

    public Html Time(DateTimeOffset time)
    {
        var local = WireTime.ToLocal(time, Zone);
        var pattern = local.Year == WireTime.ToLocal(now, Zone).Year ? ThisYear : OtherYear;
        return $"""<time datetime="{WireTime.Write(time, Zone)}" title="{Whole.Format(local)}, {Zone.Id}">{pattern.Format(local)}</time>""";
    }

    /// <summary>Writes two ways to get a list elsewhere: as a file of comma-separated values, and by calls of the API that list the same.</summary>
    /// <param name="csv">Null: the reader's role may not have the file.</param>
    public Html Share(string? csv, params IEnumerable<string> paths) => $"""
        <div class="export">{(csv is null ? null : (Html)$"<a class=\"button\" href=\"{csv}\">Export as CSV</a>")}{CurlOf(string.Join('\n', paths.Select(path => Command(path, null, null))))}</div>
        """;

    /// <summary>Writes the same as a call of the API, to copy.</summary>
    public Html Curl(string path, string? method = null, string? json = null) => CurlOf(Command(path, method, json));

    private static Html CurlOf(string commands) => $"""<details class="curl"><summary>The same with curl</summary><pre tabindex="0"><code>{commands}</code></pre></details>""";

    private string Command(string path, string? method, string? json)
    {
        var body = json is null ? "" : $" -H 'content-type: application/json' -d '{json.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        var key = Visitor is null ? "" : " -u \"$SLUICE_ACCESS_KEY:$SLUICE_ACCESS_KEY_SECRET\"";
        return $"curl -s{key} {(method is null ? "" : $"-X {method} ")}'{call.Request.Scheme}://{call.Request.Host}{path.Replace("'", "%27", StringComparison.Ordinal)}'{body}";
    }

    /// <summary>Midnight in the company's zone: of today, or so many days later.</summary>
    public DateTimeOffset Midnight(int days = 0) => Zone.AtStartOfDay(Instant.FromDateTimeOffset(now).InZone(Zone).Date.PlusDays(days)).ToDateTimeOffset();

    /// <summary>The framework calls this to supply a handler's parameter of type <see cref="Visit"/>.</summary>
    public static ValueTask<Visit> BindAsync(HttpContext http) => ValueTask.FromResult(new Visit(
        http.Features.GetRequired<Call>(),
        http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(),
        http.RequestServices.GetRequiredService<FormGuard.Tokens>().Of(http) ?? ""));

    private static string? Cut(string text) => text.Trim() is { Length: > 0 } trimmed ? trimmed[..Math.Min(trimmed.Length, 1000)].Replace("\0", "", StringComparison.Ordinal) : null;
}
