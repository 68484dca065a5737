using Sluice.Engine.Instances;
using Sluice.Engine.Instances.Explain;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.People;

/// <summary>One flow of a person: where it is, why it does not move, what happened, and what can be done.</summary>
internal static class PersonFlow
{
    private static readonly int[] PauseDays = [1, 3, 7, 14, 30];

    public static Html Of(Visit visit, ExplainFacts facts)
    {
        var why = Explanation.Of(facts, visit.Now, visit.Zone);
        var id = WireId.Write(facts.Run.Id);
        return $"""
            <section class="card flow" id="flow-{id}">
            <h3><a class="go" href="{Links.Flow(WireId.Write(facts.Run.FlowId))}">{Html.Isolate(facts.Flow?.Name ?? "A deleted flow")}</a> {Parts.Status(facts.Run.Status)}</h3>
            <p class="why">{why.Sentence}</p>
            {Reasons(why)}
            {Html.If(facts.Run.IsOpen, $"{Parts.Steps(facts)}{Html.If(MayChange(visit, facts), Actions(visit, facts, id))}")}
            <details><summary>History, {Words.Count(facts.Events.Count, "event")}</summary>{Parts.Timeline(visit, facts)}{visit.Curl($"/sluice/v1/flow-instances/{id}/explain")}</details>
            </section>
            """;
    }

    /// <summary>Lists what holds it. An open task is on the page with a link, so it is not told once more.</summary>
    private static Html Reasons(Explanation why)
    {
        var told = why.HeldBy.Where(held => held.Rule != "to_do").ToList();
        return Html.If(told.Count > 0, $"<ul class=\"reasons\">{told.Select(held => (Html)$"<li><span class=\"soft\">{Words.Spaced(held.Rule)}:</span> {held.Fact}</li>")}</ul>");
    }

    private static bool MayChange(Visit visit, ExplainFacts facts) => visit.Is(Roles.Rep | Roles.Manager) && visit.MaySee(facts.Run.OwnerId, Roles.Manager);

    private static Html Actions(Visit visit, ExplainFacts facts, string id) => $"""
        <div class="actions">
        {(facts.Run.Status == InstanceStatus.Paused ? Form(visit, id, "resume", $"<button class=\"main\">Resume</button>") : Pause(visit, id))}
        {(facts.At is { } at ? Form(visit, id, "skip", $"<input type=\"hidden\" name=\"stepId\" value=\"{WireId.Write(at.StepId)}\"><button>Skip step {at.Order}</button>") : null)}
        <details><summary>Remove</summary>{Form(visit, id, "remove", $"<p class=\"hint\">Ends this flow for this person. It cannot be undone.</p><button class=\"danger\">Remove from the flow</button>")}</details>
        </div>
        """;

    private static Html Pause(Visit visit, string id) => Form(visit, id, "pause", $"""
        <label class="hidden" for="days-{id}">Pause for</label><select id="days-{id}" name="days"><option value="">until resumed</option>{PauseDays.Select(Option)}</select><button>Pause</button>
        """);

    private static Html Option(int days) => $"<option value=\"{days}\">{Words.Count(days, "day")}</option>";

    private static Html Form(Visit visit, string id, string verb, Html fields) => visit.Form($"{Links.Root}/flow-instances/{id}/{verb}", fields);
}
