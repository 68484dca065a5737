using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Server.Console.Layout;
using Sluice.Server.Dev.Clock;

namespace Sluice.Server.Console.Developer;

internal static class ClockView
{
    private const int MaxEvents = 200;

    private static readonly (string Span, string Name)[] Looks = [("7d", "A week"), ("30d", "30 days"), ("90d", "90 days")];

    private static readonly (string Span, string Name)[] Steps = [("1h", "1 hour"), ("1d", "1 day"), ("3d", "3 days"), ("7d", "1 week")];

    /// <param name="visit">Who sees it.</param>
    /// <param name="clock">The clock as it is now.</param>
    /// <param name="target">Where a move in progress leads.</param>
    /// <param name="alert">Why the last form was refused.</param>
    /// <param name="ahead">What would happen; null: nobody has asked yet.</param>
    public static Html Of(Visit visit, MovableClock clock, DateTimeOffset? target, string? alert, Html? ahead = null) => $"""
        {DeveloperTabs.Of("Clock")}
        {Html.If(alert is not null, $"<p class=\"alert\" role=\"alert\">{alert}</p>")}
        {Html.If(target is not null, $"<p class=\"warn\">The clock is on its way to {visit.Time(target ?? visit.Now)}. Load the page again to see how far it is.</p>")}
        <section class="card clock"><p class="now">{visit.Time(clock.GetUtcNow())} <span class="soft">{(clock.State.FrozenAt is null ? "and running" : "and standing still")}</span></p>
        <p class="soft">This machine's clock says {visit.Time(clock.MachineTime)}. All that comes due on the way is done, in order, before the clock gets there.</p></section>
        {ahead ?? LookAhead()}
        <section class="card"><h2>Move forward</h2>{Form(visit, $"<div class=\"choices\">{Steps.Select(Step)}</div>")}
        {Form(visit, $"<label for=\"advance\">By another span</label><input id=\"advance\" name=\"advance\" placeholder=\"1d12h\" required autocomplete=\"off\"><button>Move</button>")}</section>
        <section class="card"><h2>Move to a day</h2>
        {Form(visit, $"<label for=\"set\">Day, at 00:00 in {visit.Zone.Id}</label><input id=\"set\" name=\"set\" type=\"date\" required min=\"2020-01-01\" max=\"2079-12-31\"><button>Move</button>")}
        <p class="hint">Back is possible too: then nothing is undone, and nothing happens again.</p></section>
        <section class="card"><h2>Stop and start</h2>
        {(clock.State.FrozenAt is null ? Form(visit, $"<button name=\"freeze\" value=\"true\">Let it stand still</button>") : Form(visit, $"<button name=\"freeze\" value=\"false\">Let it run</button>"))}</section>
        {visit.Curl("/sluice/v1/clock", "POST", """{"advance":"1d"}""")}
        """;

    /// <summary>Says what happened during a move.</summary>
    public static Html Moved(Visit visit, MovableClock clock, MoveResult result) => $"""
        <p class="said" role="status">The clock is at {visit.Time(result.Now)}. {(result.EventCount == 0 ? "Nothing came due." : Words.Count(result.EventCount, "thing"))}{(result.EventCount == 0 ? "" : " happened on the way.")}</p>
        {Html.If(result.EventCount > 0, $"<section class=\"card\"><h2>What happened</h2><ol class=\"timeline\">{result.Events.Take(MaxEvents).Select(one => Event(visit, one))}</ol>{Html.If(result.EventCount > MaxEvents, $"<p class=\"hint\">These are the first {MaxEvents}.</p>")}</section>")}
        {Of(visit, clock, null, null)}
        """;

    /// <summary>Links, which may be shared: to look ahead changes nothing.</summary>
    private static Html LookAhead() => $"""
        <section class="card"><h2>Look ahead</h2>
        <p class="soft">A copy of the data shows what would happen. The clock stays where it is.</p>
        <p class="choices">{Looks.Select(one => (Html)$"<a class=\"button\" href=\"{Links.Developer}/clock?ahead={one.Span}\">{one.Name}</a>")}</p>
        {PreviewView.Slider("30d", 30, 7)}</section>
        """;

    private static Html Event(Visit visit, InstanceEvent one) => $"""
        <li><a href="{Links.Root}/flow-instances/{WireId.Write(one.FlowInstanceId)}">{Parts.EventName(one.Kind)}</a> <span class="soft">{visit.Time(one.At)}</span></li>
        """;

    private static Html Step((string Span, string Name) one) => $"<button name=\"advance\" value=\"{one.Span}\">{one.Name}</button>";

    private static Html Form(Visit visit, Html fields) => visit.Form($"{Links.Developer}/clock", fields);
}
