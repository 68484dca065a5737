using NodaTime.Text;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Server.Console.Layout;
using Sluice.Server.Dev.Clock;

namespace Sluice.Server.Console.Developer;

/// <summary>
/// What would happen on each of the next days, and a button beside each that moves the clock there. A slider chooses a point on the way: without scripts
/// its form asks for the page again, and with scripts the page shows at once what happens until that point.
/// </summary>
internal static class PreviewView
{
    private const int MaxOfDay = 8;

    private static readonly LocalDatePattern DayName = LocalDatePattern.CreateWithInvariantCulture("ddd d MMM");

    /// <summary>A form that changes nothing, so its address may be shared.</summary>
    /// <param name="span">How far to look.</param>
    /// <param name="days">The last day of the slider.</param>
    /// <param name="day">The day that the slider stands at.</param>
    public static Html Slider(string span, int days, int day) => $"""
        <form class="slider" action="{Links.Developer}/clock"><input type="hidden" name="ahead" value="{span}">
        <label for="day">Days ahead</label><input id="day" name="day" type="range" min="1" max="{days}" value="{day}"><button>Look</button></form>
        """;

    /// <param name="visit">Who sees it.</param>
    /// <param name="result">What would happen.</param>
    /// <param name="span">How far somebody wanted to look.</param>
    /// <param name="asked">The point that the slider shows, in days from now.</param>
    public static Html Of(Visit visit, MoveResult result, string span, int asked)
    {
        var last = Math.Max(1, (int)Math.Ceiling((result.Now - visit.Now).TotalDays));
        var shown = Math.Clamp(asked, 1, last);
        var days = result.Events.GroupBy(one => Days.Of(one.At, visit.Zone)).ToDictionary(day => day.Key, day => day.ToList());
        return $"""
            <section class="card"><h2>What would happen until {visit.Time(result.Now)}</h2>
            {Slider(span, last, shown)}
            <div role="status">{Enumerable.Range(1, last).Select(at => Point(visit, result, at, at == shown))}</div>
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

    /// <summary>All that happens until a point, and a button that moves the clock there.</summary>
    private static Html Point(Visit visit, MoveResult result, int at, bool isShown)
    {
        var until = visit.Now.AddDays(at) < result.Now ? visit.Now.AddDays(at) : result.Now;
        var events = result.Events.TakeWhile(one => one.At <= until).ToList();
        return $"""
            <div class="point" data-point="{at}"{Html.If(!isShown, $" hidden")}><p><strong>Until {visit.Time(until)}:</strong> {(events.Count == 0 ? "nothing comes due." : Kinds(events))}</p>
            {visit.Form($"{Links.Developer}/clock", $"<button name=\"set\" value=\"{WireTime.Write(until, visit.Zone)}\">Move there</button>")}</div>
            """;
    }

    private static Html Day(Visit visit, int day, List<InstanceEvent> events) => $"""
        <li><strong>{Name(day)}</strong> <span>{Kinds(events)}</span>
        {visit.Form($"{Links.Developer}/clock", $"<button name=\"set\" value=\"{WireTime.Write(events[^1].At, visit.Zone)}\" aria-label=\"Move there: {Name(day)}\">Move there</button>")}</li>
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
