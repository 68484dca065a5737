using System.Text.Json.Nodes;
using Sluice.Engine.Flows.Authoring;
using Sluice.Server.Api.Manage.Flows;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Settings;

internal static class DataView
{
    private const string Flows = $"{Links.SettingsData}/flows";
    private const int MaxChanges = 200;
    private const int MaxValue = 300;

    public static Html Of(Visit visit, FlowFile file) => $"""
        {SettingsView.Tabs("data")}
        {new FormFields(null, file.Faults).Alert()}
        <section class="card"><h2>People</h2><p class="choices"><a class="button" href="{Links.People}/import">Import people</a> <a class="button" href="{Links.People}/csv">Export as CSV</a></p>
        <p class="hint">The import shows what would happen before it stores anything. It takes the file of the export.</p></section>
        <section class="card"><h2>Stop list</h2><p class="choices"><a class="button" href="{Links.SettingsStopList}/import">Import addresses</a> <a class="button" href="{Links.SettingsStopList}/csv">Export as CSV</a></p></section>
        <section class="card"><h2>Numbers and audit</h2><p class="choices"><a class="button" href="{Links.Reports}/export">Report as CSV</a> <a class="button" href="{Links.SettingsAudit}/csv">Audit as CSV</a></p></section>
        <section class="card"><h2>Flows, folders and rulesets</h2>
        <p class="choices"><a class="button" href="{Flows}">Export as YAML</a></p>
        <p class="hint">The file is as <code>sluice export</code> prints it. Change it, or take it to another server, and bring it back here:</p>
        {visit.FileForm(Flows, $"""
            {FileField.Of("yaml", "Or paste the text", ".yaml,.yml", "kind: flow", file.Text)}
            {Prune(file)}
            <p><button class="main" name="do" value="check">See what would change</button></p>
            """)}
        <p class="hint">For many files: <code>sluice apply flows/ --dry-run</code></p></section>
        {visit.Curl("/sluice/v1/export")}
        """;

    /// <param name="visit">Who sees it.</param>
    /// <param name="file">What was brought.</param>
    /// <param name="done">What has changed, or would change.</param>
    /// <param name="locate">Says where in the file something is.</param>
    public static Html Planned(Visit visit, FlowFile file, ApplyAnswer done, Func<string, string> locate) => $"""
        {SettingsView.Tabs("data")}
        {Html.If(!done.DryRun, $"<div class=\"said\" role=\"status\"><p>{(done.Changes.Count == 0 ? "Everything was so already: nothing was changed." : "It is done.")}</p></div>")}
        {Html.If(done.DryRun, $"<p>{(done.Changes.Count == 0 ? "Everything is so already: nothing would change." : "Nothing is changed yet. This would be:")}</p>")}
        {Html.If(done.Warnings.Count > 0, $"<div class=\"warn\"><p>This is allowed, and probably not meant:</p>{done.Warnings.Select(one => (Html)$"<p>{Words.Sentence(locate(one))}</p>")}</div>")}
        {Html.If(done.Changes.Count > 0, $"<ul class=\"rows\">{done.Changes.Take(MaxChanges).Select(Row)}</ul>")}
        {Html.If(done.Changes.Count > MaxChanges, $"<p class=\"hint\">These are {MaxChanges} of {Words.Count(done.Changes.Count, "change")}.</p>")}
        {Html.If(done.DryRun, visit.FileForm(Flows, $"""
            <textarea class="hidden" name="yaml" aria-label="The file" tabindex="-1">{"\n"}{file.Text}</textarea>
            {Html.If(file.Prunes, $"<input type=\"hidden\" name=\"prune\" value=\"on\">")}
            <div class="choices">{Html.If(done.Changes.Count > 0, $"<button class=\"main\" name=\"do\" value=\"apply\">Change {Words.Count(done.Changes.Count, "thing")}</button>")}<a class="button" href="{Links.SettingsData}">Another file</a></div>
            """))}
        {Html.If(!done.DryRun, $"<p><a class=\"button main\" href=\"{Links.Flows}\">See the flows</a> <a class=\"button\" href=\"{Links.SettingsData}\">Another file</a></p>")}
        """;

    private static Html Prune(FlowFile file) =>
        $"<p class=\"field\"><label class=\"box\"><input type=\"checkbox\" name=\"prune\" value=\"on\"{Html.If(file.Prunes, $" checked")}> <span>Also delete the flows, folders and rulesets that are not in it. The open flows of people in them end.</span></label></p>";

    private static Html Row(AppliedChange one) => $"""
        <li class="row tall"><div class="grow"><strong>{Html.Isolate(Words.Short(one.Name, 200))}</strong> <span class="soft">{one.Kind}</span>{Html.If(one.Fields is { Count: > 0 }, $"<dl class=\"facts\">{(one.Fields ?? []).Select(Field)}</dl>")}</div>
        {(one.Change switch { "create" => Parts.Badge("good", "New"), "delete" => Parts.Badge("bad", "Deleted"), _ => Parts.Badge("held", "Changed") })}</li>
        """;

    private static Html Field(FieldChange one) =>
        $"<div><dt><bdi>{one.At}</bdi></dt><dd><span class=\"soft\">{Html.Isolate(Short(one.From))}</span> → {Html.Isolate(Short(one.To))}</dd></div>";

    private static string Short(JsonNode? value) => value is null ? "nothing" : Words.Short(value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(), MaxValue);
}
