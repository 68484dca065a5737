using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Server.Console.Flows;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Settings;

/// <summary>When which flows send mail. A calendar is a part of its flow; this page finds the flow that has another one than the rest.</summary>
internal static class CalendarPage
{
    private const int MaxFlows = 50;

    public static void MapCalendarPage(this RouteGroupBuilder console) => console.MapGet("/settings/calendars", Show);

    private static async Task<IResult> Show(Visit visit, Db db)
    {
        var flows = await new FlowAuthoringStore(db).ListAllAsync(visit.CompanyId, visit.Ct);
        var calendars = flows.GroupBy(flow => flow.Window).OrderByDescending(one => one.Count()).ThenBy(one => FlowView.Window(one.Key), StringComparer.Ordinal).ToList();
        return ConsolePage.Of(visit, "settings", "Calendars", Of(visit, calendars), $"The days and hours in which flows send, in the time zone of each owner");
    }

    private static Html Of(Visit visit, List<IGrouping<SendingWindow, Flow>> calendars) => $"""
        {SettingsView.Tabs("calendars")}
        {(calendars.Count == 0 ? (Html)$"<p class=\"empty\"><strong>No flow yet.</strong> A flow has its calendar from its first day on: Monday to Friday, 08:00 to 18:00, unless it says otherwise.</p>" : $"{calendars.Select(one => Card(visit, one))}")}
        <p class="hint">A calendar is a part of its flow. Tasks are due on its days, too.</p>
        {visit.Share($"{Links.Flows}/csv", "/sluice/v1/flows")}
        """;

    private static Html Card(Visit visit, IGrouping<SendingWindow, Flow> calendar) => $"""
        <section class="card"><h2>{FlowView.Window(calendar.Key)}</h2>
        <ul class="rows">{calendar.OrderBy(flow => flow.Name, StringComparer.OrdinalIgnoreCase).Take(MaxFlows).Select(flow => Row(visit, flow))}</ul>
        {Html.If(calendar.Count() > MaxFlows, $"<p class=\"hint\">These are {MaxFlows} of {Words.Count(calendar.Count(), "flow")}.</p>")}</section>
        """;

    private static Html Row(Visit visit, Flow flow)
    {
        var path = Links.Flow(WireId.Write(flow.Id));
        return $"""
            <li class="row"><a class="go grow" href="{path}">{Html.Isolate(Words.Short(flow.Name, 120))}</a>{Html.If(!flow.Enabled, Parts.Badge("over", "Disabled"))}
            {Html.If(visit.Is(Roles.Manager), $"<a class=\"button\" href=\"{path}/edit\" aria-label=\"Edit {flow.Name}\">Edit</a>")}</li>
            """;
    }
}
