using NodaTime.Text;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Server.Console.Layout;
using Sluice.Server.Dev.Clock;

namespace Sluice.Server.Console.Developer;

/// <summary>What would happen on each of the next days, and a button beside each that moves the clock there.</summary>
internal static class PreviewView
{
    private const int MaxOfDay = 8;

    private static readonly LocalDatePattern DayName = LocalDatePattern.CreateWithInvariantCulture("ddd d MMM");

    public static Html Of(Visit visit, MoveResult result)
    {
        var days = result.Events.GroupBy(one => Days.Of(one.At, visit.Zone)).ToDictionary(day => day.Key, day => day.ToList());
        return $"""
            <section class="card"><h2>What would happen until {visit.Time(result.Now)}</h2>
            {Html.If(days.Count == 0, $"<p>Nothing comes due.</p>")}
            {Html.If(days.Count > 0, $"{Chart.Bars("Things that happen", Bars(visit, days, Days.Of(result.Now, visit.Zone)))}<ol class=\"ahead\">{days.Select(day => Day(visit, day.Key, day.Value))}</ol>")}
            {Html.If(result.EventCount > result.Events.Count, $"<p class=\"hint\">These are the first {Words.Number(result.Events.Count)} of {Words.Number(result.EventCount)}.</p>")}</section>
            """;
    }

    /// <summary>Also the days on which nothing happens, so that the chart shows how far apart things are.</summary>
    private static List<(string Name, long Number)> Bars(Visit visit, Dictionary<int, List<InstanceEvent>> days, int last)
    {
        var first = Days.Of(visit.Now, visit.Zone);
        return [.. Enumerable.Range(first, last - first + 1).Select(day => (Name(day), (long)(days.GetValueOrDefault(day)?.Count ?? 0)))];
    }

    private static Html Day(Visit visit, int day, List<InstanceEvent> events) => $"""
        <li><strong>{Name(day)}</strong> <span>{Kinds(events)}</span>
        {visit.Form($"{Links.Developer}/clock", $"<button name=\"set\" value=\"{WireTime.Write(events[^1].At, visit.Zone)}\" aria-label=\"Move to {Name(day)}\">Move there</button>")}</li>
        """;

    /// <summary>What happens on a day, the most frequent first.</summary>
    private static string Kinds(List<InstanceEvent> events) => string.Join(
        " · ",
        events.GroupBy(NameOf).OrderByDescending(kind => kind.Count()).Take(MaxOfDay).Select(kind => kind.Count() == 1 ? kind.Key : $"{kind.Key} × {Words.Number(kind.Count())}"));

    /// <summary>Of a step that begins, what is to be done.</summary>
    private static string NameOf(InstanceEvent one) =>
        one.Kind == InstanceEvent.StepBegun && EventDetail.Read(one.Detail)?.Action is { } action ? Words.Action(action) : Parts.EventName(one.Kind);

    private static string Name(int day) => DayName.Format(Days.ToDate(day));
}
