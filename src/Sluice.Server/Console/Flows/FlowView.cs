using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Reports;
using Sluice.Engine.SignIn;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;
using Sluice.Server.Console.Reports;

namespace Sluice.Server.Console.Flows;

internal static class FlowView
{
    private static readonly string[] DayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static Html Lead(Visit visit, Flow flow, User? owner) =>
        $"{Html.Isolate(owner?.FullName)} · {(flow.Enabled ? Parts.Badge("good", "Enabled") : Parts.Badge("over", "Disabled"))} · since {visit.Time(flow.CreatedAt)}";

    public static Html Of(Visit visit, FlowState state) => $"""
        {Html.If(!string.IsNullOrWhiteSpace(state.Flow.Description), $"<p>{Html.Isolate(state.Flow.Description)}</p>")}
        {Html.If(visit.Is(Roles.Manager), Switch(visit, state.Flow, state.Now.InFlow(state.Flow.Id)))}
        <dl class="numbers counted"><div><dt>In it now</dt><dd>{Words.Number(state.Now.InFlow(state.Flow.Id))}<span class="share">{Words.Number(state.Now.Paused(state.Flow.Id))} paused</span></dd></div>{Counts.Columns.Select(column => Counts.Card(column, state.BySteps.Total))}</dl>
        {Since(state)}
        <div class="charts">{Chart.Bars("Mails sent", Bars(visit, state, Counter.Sent))}{Chart.Bars("Replies", Bars(visit, state, Counter.Replied))}</div>
        <p><a href="{Report(state.Flow, "week")}">Report by week</a> · <a href="{Report(state.Flow, "day")}">by day</a> · <a href="{Report(state.Flow, "owner")}">by owner</a></p>
        <h2>Steps</h2>
        {(state.Steps.Count == 0 ? (Html)$"<p class=\"empty\">This flow has no steps: whoever is assigned stays in it, and nothing happens. Choose <em>Edit</em>, or use <code>sluice apply</code>.</p>" : FunnelView.Of(state))}
        {Html.If(state.ByOwners.Rows.Count > 0, $"<h2>By owner</h2>{Owners(state)}")}
        <h2>Rules</h2>
        <dl class="facts card">
        {Parts.Fact("Sends mail", (Html)$"{Window(state.Flow.Window)}, in the owner's time zone")}
        {Parts.Fact("Exclusive", (Html)$"{(state.Flow.Exclusive ? "Yes: who is in it enters no other flow" : "No")}")}
        {Parts.Fact("Visible to", (Html)$"{state.Flow.Visibility.ToString()}")}
        {Parts.Fact("Version", (Html)$"{state.Flow.Version} <a href=\"{Links.Flow(WireId.Write(state.Flow.Id))}/versions\">See all versions</a>")}
        </dl>
        {visit.Curl($"/sluice/v1/reports?by=step&flowId={WireId.Write(state.Flow.Id)}")}
        """;

    public static string Window(SendingWindow window)
    {
        static string Clock(int minutes) => FormattableString.Invariant($"{minutes / 60:00}:{minutes % 60:00}");

        return $"{string.Join(" ", DayNames.Where((_, day) => (window.WorkingDays & (1 << day)) != 0))}, {Clock(window.Begins)} to {Clock(window.Ends)}";
    }

    /// <summary>Says since when the numbers are counted, if the flow is older.</summary>
    private static Html Since(FlowState state) => state.BySteps.Since is { } since && Days.Of(state.Flow.CreatedAt, NodaTime.DateTimeZone.Utc) < since - 1
        ? (Html)$"<p class=\"hint\">Counted since {ReportAsked.Name(since)}. Rates are shares of the mails sent.</p>"
        : $"<p class=\"hint\">Counted since the flow began. Rates are shares of the mails sent, with a range of 95 %.</p>";

    private static string Report(Flow flow, string by) => Links.With(Links.Reports, ("by", by), ("flowId", WireId.Write(flow.Id)));

    private static List<(string, long)> Bars(Visit visit, FlowState state, Counter counter)
    {
        var (known, today) = (state.ByDays.Rows.ToDictionary(row => row.Key.Day, row => row.Counts[counter]), Days.Of(visit.Now, visit.Zone));
        return [.. Enumerable.Range(today - FlowEndpoints.DaysBack + 1, FlowEndpoints.DaysBack).Select(day => (ReportAsked.ShortName(day), known.GetValueOrDefault(day)))];
    }

    private static Html Owners(FlowState state) => $"""
        <div class="wide" tabindex="0" role="region" aria-label="By owner"><table class="counts-table">
        <thead><tr><th>Owner</th>{Counts.Columns.Select(column => (Html)$"<th class=\"number\">{column.Name}</th>")}</tr></thead>
        <tbody>{state.ByOwners.Rows.OrderByDescending(row => row.Counts[Counter.Assigned]).Take(100).Select(row => Owner(state.Flow, row))}</tbody></table></div>
        """;

    private static Html Owner(Flow flow, ReportRow row) => $"""
        <tr><td>{(row.Owner is { } owner ? (Html)$"<a href=\"{Links.With(Links.Reports, ("by", "week"), ("flowId", WireId.Write(flow.Id)), ("owner", owner.Email))}\">{Html.Isolate(owner.FullName)}</a>" : $"<span class=\"soft\">Nobody</span>")}</td>{Counts.Cells(row.Counts, _ => null)}</tr>
        """;

    /// <summary>Two ways to stop a flow: for those who are not in it yet, and for everybody.</summary>
    private static Html Switch(Visit visit, Flow flow, long people)
    {
        var path = Links.Flow(WireId.Write(flow.Id));
        return $"""
            <div class="actions"><a class="button" href="{path}/edit">Edit</a>{Html.If(!flow.Enabled, visit.Form($"{path}/enable", $"<button class=\"main\">Enable this flow</button>"))}
            {Html.If(flow.Enabled || people > 0, $"""
                <details><summary>Stop this flow</summary>
                {Html.If(flow.Enabled, visit.Form($"{path}/disable", $"<button>Disable</button> <span class=\"hint\">Nobody new enters. {(people == 1 ? "The 1 person in it goes on" : $"The {Words.Number(people)} people in it go on")}, and their mail is sent.</span>"))}
                {Html.If(people > 0, visit.Form($"{path}/stop", $"<button class=\"danger\">Take everybody out</button> <span class=\"hint\">Nobody new enters, and it ends for {(people == 1 ? "the 1 person" : $"all {Words.Number(people)} people")} in it: no further mail, no further task. It cannot be undone.</span>"))}
                </details>
                """)}</div>
            """;
    }
}
