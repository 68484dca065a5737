using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Flows;

/// <summary>What the steps of a flow were, who has changed them, and how.</summary>
internal static class FlowVersionView
{
    private const int MaxText = 4000;

    public static Html Of(Visit visit, Flow flow, List<FlowRevision> revisions, Dictionary<long, string> names, FormFields refusal) => $"""
        {refusal.Alert()}
        <p><a href="{Links.Flow(WireId.Write(flow.Id))}">Back to the flow</a></p>
        {(revisions.Count == 0 ? (Html)$"<p class=\"empty\"><strong>No version is kept yet.</strong> The next change of the steps begins the list.</p>" : $"<ol class=\"versions\">{revisions.Select(one => Item(visit, flow, one, names))}</ol>")}
        {visit.Share($"{Links.Flow(WireId.Write(flow.Id))}/versions/csv", $"/sluice/v1/flows/{WireId.Write(flow.Id)}/versions")}
        """;

    private static Html Item(Visit visit, Flow flow, FlowRevision one, Dictionary<long, string> names) => $"""
        <li class="card"><h2>Version {one.Version.Version}</h2><p class="soft">{(one.Version.At is { } at ? (Html)$"{visit.Time(at)}, {Parts.By(one.Version.UserId, one.Version.ApiKeyId, names, otherwise: "an operator of the server")}" : $"Older than the list of versions")}</p>
        {(one.Changes.Count == 0 ? (Html)$"<p class=\"hint\">The oldest that is kept.</p>" : $"{one.Changes.Select(Change)}")}
        {Html.If(one.Version.Version != flow.Version && visit.Is(Roles.Manager), UseAgain(visit, flow, one.Version))}</li>
        """;

    private static Html UseAgain(Visit visit, Flow flow, FlowVersion one) => visit.Form($"{Links.Flow(WireId.Write(flow.Id))}/versions/{one.Version.ToString(CultureInfo.InvariantCulture)}/use", $"""
        <input type="hidden" name="seen" value="{flow.Version}"><button aria-label="Use this version again: {one.Version}">Use this version again</button>
        """);

    private static Html Change(FieldChange one) => $"""
        <div class="change"><h3>{Html.Isolate(Where(one.At))}</h3>
        <div class="two"><div><p class="soft">Before</p>{Value(one.From)}</div><div><p class="soft">After</p>{Value(one.To)}</div></div></div>
        """;

    /// <summary>People do not read paths: <c>steps.intro.body</c> is the body of step intro.</summary>
    private static string Where(string path) => path.Split('.') is ["steps", var key, .. var field] && field.Length > 0 ? $"Step {key}: {string.Join(" ", field)}" : path == "steps" ? "The steps and their order" : path;

    private static Html Value(JsonNode? value) => $"<pre class=\"text\" dir=\"auto\" tabindex=\"0\">{Words.Short(Text(value), MaxText)}</pre>";

    private static string Text(JsonNode? value) => value switch
    {
        null or JsonArray { Count: 0 } => "(nothing)",
        JsonArray list => string.Join("\n", list.Select(Text)),
        _ when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };
}
