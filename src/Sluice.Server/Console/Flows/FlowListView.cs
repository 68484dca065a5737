using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;
using Sluice.Server.Console.Reports;

namespace Sluice.Server.Console.Flows;

internal static class FlowListView
{
    private static readonly EventCounts Nothing = new();

    /// <param name="visit">Who sees it.</param>
    /// <param name="flows">In the order of the list.</param>
    /// <param name="counts">What was counted lately, by flow.</param>
    /// <param name="sorted">By what it is sorted; null: by age.</param>
    /// <param name="hasMore">Whether there are more flows than are shown.</param>
    public static Html Of(Visit visit, List<Flow> flows, Dictionary<long, User> owners, FlowNow now, Dictionary<long, EventCounts> counts, CountColumn? sorted, bool hasMore) => $"""
        {(flows.Count == 0 && sorted is null ? Empty() : Table(flows, owners, now, counts, sorted))}
        {Html.If(sorted is not null, $"<p class=\"hint\">Those in which something happened in the last {FlowEndpoints.DaysBack} days, sorted by {sorted?.Name.ToLowerInvariant()}, the highest {(sorted?.Rate is null ? "number" : "rate")} first. <a href=\"{Links.Flows}\">All flows by age</a></p>")}
        {Html.If(hasMore && sorted is null, $"<p><a class=\"button\" href=\"{Links.With(Links.Flows, ("after", flows.Count == 0 ? null : WireId.Write(flows[^1].Id)))}\">The next {Paging.PageSize}</a></p>")}
        {Html.If(flows.Count > 0, Counts.Legend)}
        {(sorted is null ? visit.Share($"{Links.Flows}/csv", "/sluice/v1/flows") : visit.Share($"{Links.Reports}/export?by=flow", "/sluice/v1/reports?by=flow"))}
        """;

    private static Html Empty() => $"""
        <p class="empty"><strong>No flow yet.</strong> Write one as a file, and put it in with <code>sluice apply</code>, or make one with the API. <a href="/docs">See how</a>.</p>
        """;

    private static Html Table(List<Flow> flows, Dictionary<long, User> owners, FlowNow now, Dictionary<long, EventCounts> counts, CountColumn? sorted) => $"""
        <p class="soft">The counts are of the last {FlowEndpoints.DaysBack} days. Choose the head of a column to sort by it.</p>
        <div class="wide" tabindex="0" role="region" aria-label="Flows"><table class="counts-table">
        <thead><tr><th>Flow</th><th class="number">In it now</th>{Counts.Heads(sorted, word => Links.With(Links.Flows, ("sort", word)))}</tr></thead>
        <tbody>{flows.Select(flow => Row(flow, owners.GetValueOrDefault(flow.OwnerId), now, counts.GetValueOrDefault(flow.Id, Nothing)))}</tbody></table></div>
        """;

    private static Html Row(Flow flow, User? owner, FlowNow now, EventCounts counts) => $"""
        <tr class="row"><td><a class="go" href="{Links.Flow(WireId.Write(flow.Id))}">{Html.Isolate(Words.Short(flow.Name, 60))}</a> {Html.If(!flow.Enabled, Parts.Badge("over", "Disabled"))}{Html.If(flow.Visibility != FlowVisibility.Company, Parts.Badge("over", flow.Visibility.ToString()))}
        <br><span class="soft">{Html.Isolate(owner?.FullName)}</span></td><td class="number">{Words.Number(now.InFlow(flow.Id))}</td>{Counts.Cells(counts, _ => null)}</tr>
        """;
}
