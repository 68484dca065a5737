using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Flows;

internal static class FlowListView
{
    public static Html Of(Visit visit, List<Flow> flows, Dictionary<long, User> owners, FlowCounts counts, bool hasMore) => $"""
        {(flows.Count == 0 ? Empty() : Table(flows, owners, counts))}
        {Html.If(hasMore, $"<p><a class=\"button\" href=\"{Links.With(Links.Flows, ("after", flows.Count == 0 ? null : WireId.Write(flows[^1].Id)))}\">The next {Paging.PageSize}</a></p>")}
        {Cut(counts)}
        {visit.Curl("/sluice/v1/flows")}
        """;

    /// <summary>Says that the numbers are of the newest assignments only.</summary>
    public static Html Cut(FlowCounts counts) => Html.If(counts.IsCut, $"<p class=\"hint\">The numbers are of the newest {OverviewStore.MaxCounted} assignments of the company.</p>");

    private static Html Empty() => $"""
        <p class="empty"><strong>No flow yet.</strong> Write one as a file, and put it in with <code>sluice apply</code>, or make one with the API. <a href="/docs">See how</a>.</p>
        """;

    private static Html Table(List<Flow> flows, Dictionary<long, User> owners, FlowCounts counts) => $"""
        <div class="wide" tabindex="0" role="region" aria-label="Flows"><table>
        <thead><tr><th>Flow</th><th>Owner</th><th class="number">In it now</th><th class="number">Assigned</th><th class="number">Replied</th><th class="number">Bounced</th><th class="number">Opted out</th></tr></thead>
        <tbody>{flows.Select(flow => Row(flow, owners.GetValueOrDefault(flow.OwnerId), counts))}</tbody></table></div>
        """;

    private static Html Row(Flow flow, User? owner, FlowCounts counts) => $"""
        <tr class="row"><td><a class="go" href="{Links.Flow(WireId.Write(flow.Id))}">{Html.Isolate(Words.Short(flow.Name, 100))}</a> {Html.If(!flow.Enabled, Parts.Badge("over", "Disabled"))}{Html.If(flow.Visibility != FlowVisibility.Company, Parts.Badge("over", flow.Visibility.ToString()))}</td>
        <td class="soft">{Html.Isolate(owner?.FullName)}</td><td class="number">{counts.InFlow(flow.Id)}</td><td class="number">{counts.Assigned(flow.Id)}</td>
        <td class="number">{counts.Replied(flow.Id)}</td><td class="number">{counts.Ended(flow.Id, FinishReason.Bounced)}</td><td class="number">{counts.Ended(flow.Id, FinishReason.OptedOut)}</td></tr>
        """;
}
