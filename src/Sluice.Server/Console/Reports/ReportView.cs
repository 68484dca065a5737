using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Reports;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Reports;

internal static class ReportView
{
    private const int MaxRows = 500;

    private static readonly (string Name, int Days)[] Spans = [("7 days", 7), ("30 days", 30), ("90 days", 90), ("1 year", 365)];

    public static Html Lead(ReportAsked asked, Report report) => $"""
        {ReportAsked.Name(asked.From)} to {ReportAsked.Name(asked.To)}{Html.If(report.Since > asked.From, $" · counted since {ReportAsked.Name(report.Since ?? 0)}")}
        """;

    /// <param name="visit">Who sees it.</param>
    /// <param name="asked">Which report.</param>
    /// <param name="report">The table.</param>
    /// <param name="times">The same counts by days or weeks.</param>
    /// <param name="flow">The only flow of the report; null: it is of all.</param>
    /// <param name="owners">Those among whom the reader can choose.</param>
    public static Html Of(Visit visit, ReportAsked asked, Report report, Report times, Flow? flow, List<User> owners) => $"""
        {Tabs(visit, asked)}
        {Filter(asked, flow, owners)}
        {(report.Rows.Count == 0 ? Empty() : Numbers(asked, report, times))}
        {visit.Share(asked.CsvPath, asked.ApiPath)}
        """;

    private static Html Tabs(Visit visit, ReportAsked asked)
    {
        var today = Days.Of(visit.Now, visit.Zone);
        return $"<ul class=\"tabs\">{Spans.Select(span => Tab(asked with { To = today, From = today - span.Days + 1 }, span.Name, asked.To == today && asked.Days == span.Days))}</ul>";
    }

    private static Html Tab(ReportAsked asked, string name, bool isCurrent) => $"<li><a href=\"{asked.Path()}\"{Html.If(isCurrent, $" aria-current=\"true\"")}>{name}</a></li>";

    private static Html Filter(ReportAsked asked, Flow? flow, List<User> owners) => $"""
        <form class="filter"><span class="pair"><label for="by">By</label><select id="by" name="by">{ReportAsked.Groups.Select(one => Option(one.Word, one.Name, one.Word == asked.By))}</select></span>
        <span class="pair"><label for="owner">Whose</label><select id="owner" name="owner"><option value="">Everyone</option>{owners.Select(owner => Option(owner.Email, Words.Short(owner.FullName, 60), owner.Email.Equals(asked.Owner, StringComparison.OrdinalIgnoreCase)))}</select></span>
        <span class="pair"><label for="from">From</label><input id="from" name="from" type="date" value="{Days.Write(asked.From)}"></span>
        <span class="pair"><label for="to">to</label><input id="to" name="to" type="date" value="{Days.Write(asked.To)}"></span>
        {Html.If(asked.FlowId is not null, $"<input type=\"hidden\" name=\"flowId\" value=\"{(asked.FlowId is { } id ? WireId.Write(id) : "")}\">")}<button>Show</button></form>
        {Html.If(asked.FlowId is not null, $"<p>Only the flow <strong>{Html.Isolate(Words.Short(flow?.Name ?? "that is not there", 100))}</strong>. <a href=\"{(asked with { FlowId = null }).Path()}\">All flows</a></p>")}
        """;

    private static Html Option(string value, string name, bool isChosen) => $"<option value=\"{value}\"{Html.If(isChosen, $" selected")}>{name}</option>";

    private static Html Empty() => $"""
        <p class="empty"><strong>Nothing happened in these days.</strong> Numbers appear when people are assigned to flows. <a href="{Links.Flows}">See the flows</a>, or choose other days above.</p>
        """;

    private static Html Numbers(ReportAsked asked, Report report, Report times) => $"""
        <dl class="numbers counted">{Counts.Columns.Select(column => Counts.Card(column, report.Total, LinkOf(column, asked, asked.Owner)))}</dl>
        <div class="charts">{Chart.Bars("Mails sent", Bars(asked, times, Counter.Sent))}{Chart.Bars("Replies", Bars(asked, times, Counter.Replied))}</div>
        {Counts.Legend}
        {Table(asked, report)}
        """;

    /// <summary>All days or weeks of the report, also those on which nothing was counted.</summary>
    private static List<(string, long)> Bars(ReportAsked asked, Report times, Counter counter)
    {
        var (width, known) = (times.IsBy(CountGroups.Week) ? 7 : 1, times.Rows.ToDictionary(row => row.Key.Day, row => row.Counts[counter]));
        var first = Math.Max(width == 7 ? Days.Monday(asked.From) : asked.From, known.Count == 0 || width == 1 ? int.MinValue : known.Keys.Min());
        return [.. Enumerable.Range(0, ((asked.To - first) / width) + 1).Select(at => (ReportAsked.ShortName(first + (at * width)), known.GetValueOrDefault(first + (at * width))))];
    }

    private static Html Table(ReportAsked asked, Report report)
    {
        var sorted = Counts.Find(asked.Sort);
        return $"""
            <div class="wide" tabindex="0" role="region" aria-label="The report"><table class="counts-table">
            <thead><tr>{Heads(report)}{Counts.Heads(sorted, word => (asked with { Sort = word }).Path())}</tr></thead>
            <tbody>{Counts.Sort(report.Rows, sorted, row => row.Counts).Take(MaxRows).Select(row => Row(asked, report, row))}</tbody></table></div>
            {Html.If(report.Rows.Count > MaxRows, $"<p class=\"hint\">These are the first {MaxRows} of {report.Rows.Count} rows: the file has all.</p>")}
            """;
    }

    private static IEnumerable<Html> Heads(Report report) =>
        ((CountGroups Group, string Name)[])[(CountGroups.Week, "Week from"), (CountGroups.Day, "Day"), (CountGroups.Flow, "Flow"), (CountGroups.Step, "Step"), (CountGroups.Owner, "Owner")] is var all
            ? all.Where(one => report.IsBy(one.Group)).Select(one => (Html)$"<th>{one.Name}</th>")
            : [];

    private static Html Row(ReportAsked asked, Report report, ReportRow row) => $"""
        <tr>{Html.If(report.IsBy(CountGroups.Week) || report.IsBy(CountGroups.Day), $"<td class=\"day\">{ReportAsked.Name(row.Key.Day)}</td>")}
        {Html.If(report.IsBy(CountGroups.Flow), $"<td>{Flow(asked, row)}</td>")}{Html.If(report.IsBy(CountGroups.Step), $"<td class=\"day\">{(row.Key.Step == 0 ? "none" : Words.Number(row.Key.Step))}</td>")}
        {Html.If(report.IsBy(CountGroups.Owner), $"<td>{Owner(asked, row)}</td>")}{Counts.Cells(row.Counts, column => asked.By == "owner" && row.Owner is not null ? LinkOf(column, asked, row.Owner.Email) : null)}</tr>
        """;

    private static Html Flow(ReportAsked asked, ReportRow row) => row.Flow is { } flow
        ? (Html)$"<a href=\"{(asked with { FlowId = flow.Id, By = "week" }).Path()}\">{Html.Isolate(Words.Short(flow.Name, 60))}</a>"
        : $"<span class=\"soft\">{(row.Key.FlowId == 0 ? "No flow" : "A deleted flow")}</span>";

    private static Html Owner(ReportAsked asked, ReportRow row) => row.Owner is { } owner
        ? (Html)$"<a href=\"{(asked with { Owner = owner.Email, By = "week" }).Path()}\">{Html.Isolate(Words.Short(owner.FullName, 60))}</a>"
        : $"<span class=\"soft\">Nobody</span>";

    /// <summary>The list of what a count is of, where there is one: lists are of all flows, and those of messages of all owners.</summary>
    private static string? LinkOf(CountColumn column, ReportAsked asked, string? owner) => column.Counter switch
    {
        _ when asked.FlowId is not null => null,
        Counter.TasksDone when asked.HasTasks => Links.With(Links.Today, ("status", "done"), ("owner", owner)),
        Counter.Replied when owner is null => Links.With(Links.Inbox, ("type", "Reply")),
        Counter.Bounced when owner is null => Links.With(Links.Inbox, ("type", "Bounce")),
        _ => null,
    };
}
