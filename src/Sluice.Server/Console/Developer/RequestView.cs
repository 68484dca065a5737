using System.Globalization;
using Sluice.Server.Console.Layout;
using Sluice.Server.Dev.Requests;

namespace Sluice.Server.Console.Developer;

/// <summary>Which of the recorded requests are listed.</summary>
/// <param name="Path">Stands in the path; null: all.</param>
/// <param name="Only">errors, hints, or null: all.</param>
internal sealed record RequestFilter(string? Path, string? Only)
{
    public static RequestFilter Read(Visit visit) => new(visit.Query("path"), visit.Query("only") is "errors" or "hints" ? visit.Query("only") : null);

    public bool Matches(RecordedRequest request) =>
        (Path is null || request.Path.Contains(Path, StringComparison.OrdinalIgnoreCase))
        && (Only != "errors" || request.Status is null or >= 400)
        && (Only != "hints" || request.Hints.Count > 0);
}

internal static class RequestView
{
    private static readonly (string? Value, string Name)[] Choices = [(null, "All"), ("errors", "Errors"), ("hints", "With hints")];

    public static Html Lead(Visit visit) => $"What the clients of this server call, as it happens. Send them to <code>{visit.Call.Request.Scheme}://{visit.Call.Request.Host.ToString()}/v2</code>.";

    public static Html List(Visit visit, RequestFilter filter, List<RecordedRequest> found) => $"""
        {DeveloperTabs.Of("Requests")}
        <form class="filter"><label for="path">Path has</label><input id="path" name="path" value="{filter.Path}" autocomplete="off">
        <label for="only">Only</label><select id="only" name="only">{Choices.Select(one => Option(one.Value, one.Name, filter.Only))}</select><button>Show</button></form>
        <div data-live>{(found.Count == 0 ? Empty(filter) : (Html)$"<ul class=\"rows\">{found.Select(one => Row(visit, one))}</ul>")}</div>
        {visit.Share(Links.With($"{Links.Developer}/requests/csv", ("path", filter.Path), ("only", filter.Only)), "/sluice/v1/requests")}
        """;

    public static Html Of(Visit visit, RecordedRequest request) => $"""
        {DeveloperTabs.Of("")}
        <p>{Status(request)} in {Milliseconds(request)} at {visit.Time(request.Time)} <span class="soft">· request id <code>{request.RequestId}</code></span></p>
        {(request.Hints.Count == 0 ? (Html)$"<p class=\"empty\">No hint: nothing about this call looks wrong.</p>" : $"<ul class=\"hints\">{request.Hints.Select(Hint)}</ul>")}
        <dl class="facts card">
        {Parts.Fact("Path", (Html)$"<code>{request.Path}{request.Query}</code>")}
        {Parts.Fact("Key", request.AccessKey is null ? null : (Html)$"<code>{request.AccessKey}</code>")}
        {Parts.Fact("Retry after", request.RetryAfter is { } seconds ? (Html)$"{Words.Count(seconds, "second")}" : null)}
        </dl>
        {(request.Body is null ? null : (Html)$"<h2>Body</h2><pre class=\"text\" tabindex=\"0\"><code>{request.Body}</code></pre>")}
        {visit.Curl($"{Escape(request.Path)}{request.Query}", request.Method == "GET" ? null : request.Method, request.Body)}
        <p class="hint">Add the key: <code>-u access-key:secret</code>. What was hidden in the log is hidden here too.</p>
        """;

    private static Html Option(string? value, string name, string? chosen) => $"<option value=\"{value}\"{Html.If(value == chosen, $" selected")}>{name}</option>";

    private static Html Empty(RequestFilter filter) => filter is { Path: null, Only: null }
        ? (Html)$"<p class=\"empty\"><strong>No call yet.</strong> Point your client at this server, or send the <a href=\"/docs#first-call\">first call</a>: it appears here within two seconds.</p>"
        : $"<p class=\"empty\">No call of this kind is in the log. <a href=\"{Links.Developer}\">See all</a>.</p>";

    private static Html Row(Visit visit, RecordedRequest request) => $"""
        <li class="row">{Status(request)}<a class="go mono" href="{Links.Developer}/requests/{request.RequestId}">{request.Method} {Words.Short(request.Path, 120)}</a>
        <span class="grow warn-text">{(request.Hints is [var hint, ..] ? hint.Message : null)}</span>
        <span class="soft">{Milliseconds(request)}</span><span class="when">{visit.Time(request.Time)}</span></li>
        """;

    private static Html Hint(Hint hint) => $"<li><code>{hint.Code}</code> {hint.Message}{Html.If(hint.DidYouMean is not null, $" Did you mean <code>{hint.DidYouMean}</code>?")}</li>";

    private static Html Status(RecordedRequest request) => Parts.Badge(
        request.Status switch { null or >= 500 => "bad status", >= 400 => "held status", _ => "good status" }, request.Status?.ToString(CultureInfo.InvariantCulture) ?? "hung up");

    private static string Milliseconds(RecordedRequest request) => string.Create(CultureInfo.InvariantCulture, $"{request.Milliseconds:0.#} ms");

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
