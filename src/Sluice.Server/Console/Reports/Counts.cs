using Sluice.Engine.Events;
using Sluice.Engine.Reports;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Reports;

/// <summary>The counts that pages show as columns, with the rates that belong to them, and how lists are sorted by them.</summary>
internal static class Counts
{
    public static readonly IReadOnlyList<CountColumn> Columns =
    [
        new("assigned", "Assigned", Counter.Assigned),
        new("sent", "Mails sent", Counter.Sent),
        new("replies", "Replies", Counter.Replied) { Rate = ReportRates.Reply },
        new("meetings", "Meetings", Counter.Meetings),
        new("bounces", "Bounces", Counter.Bounced) { Rate = ReportRates.Bounce },
        new("opt-outs", "Opt-outs", Counter.OptedOut) { Rate = ReportRates.OptOut },
        new("tasks", "Tasks done", Counter.TasksDone),
    ];

    public static Html Legend => $"""
        <p class="hint">A rate is a share of the mails that left in the same days, with the range in which the true one lies with a confidence of 95 %. Of fewer than {Engine.Primitives.Rate.MinCases} mails there is none.</p>
        """;

    public static CountColumn? Find(string? word) => Columns.FirstOrDefault(column => column.Word == word);

    /// <summary>Sorts by a column, the highest first: by its rate, if it has one. Rows without a rate come last.</summary>
    public static IEnumerable<T> Sort<T>(IEnumerable<T> rows, CountColumn? by, Func<T, EventCounts> counts) => by switch
    {
        null => rows,
        { Rate: { } rate } => rows.OrderByDescending(row => rate.Of(counts(row))?.Value ?? -1).ThenByDescending(row => counts(row)[by.Counter]),
        _ => rows.OrderByDescending(row => counts(row)[by.Counter]),
    };

    /// <param name="path">Leads to the same list, sorted by the word that is given.</param>
    public static IEnumerable<Html> Heads(CountColumn? sorted, Func<string, string> path) => Columns.Select(column => (Html)$"""
        <th class="number"{Html.If(column == sorted, $" aria-sort=\"descending\"")}><a href="{path(column.Word)}">{column.Name}{Html.If(column == sorted, $" <span aria-hidden=\"true\">↓</span>")}</a></th>
        """);

    /// <param name="link">Leads to what a count is of; null: there is no such list.</param>
    public static IEnumerable<Html> Cells(EventCounts counts, Func<CountColumn, string?> link) => Columns.Select(column => (Html)$"""
        <td class="number">{Link(Words.Number(counts[column.Counter]), counts[column.Counter] == 0 ? null : link(column))}{Share(column.Rate, counts)}</td>
        """);

    /// <summary>A number in large letters, with its rate below.</summary>
    public static Html Card(CountColumn column, EventCounts counts, string? link = null) =>
        $"<div><dt>{column.Name}</dt><dd>{Link(Words.Number(counts[column.Counter]), link)}{Share(column.Rate, counts)}</dd></div>";

    public static Html Share(ReportRate? rate, EventCounts counts) => rate?.Of(counts) is { } share
        ? (Html)$"<span class=\"share\">{Words.Percent(share.Value)} <span>{Words.Percent(share.Low)[..^2]} to {Words.Percent(share.High)}</span></span>"
        : Html.Nothing;

    private static Html Link(string text, string? link) => link is null ? (Html)$"{text}" : $"<a href=\"{link}\">{text}</a>";
}

/// <param name="Word">Its name in an address.</param>
/// <param name="Name">Its name on a page.</param>
internal sealed record CountColumn(string Word, string Name, Counter Counter)
{
    public ReportRate? Rate { get; init; }
}
