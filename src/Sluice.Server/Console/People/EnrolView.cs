using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Server.Api.Manage.Instances;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.People;

internal static class EnrolView
{
    private const string Path = $"{Links.People}/enrol";

    /// <param name="visit">Who sees it.</param>
    /// <param name="asked">What is chosen.</param>
    /// <param name="plan">What would happen; null: too little is chosen.</param>
    /// <param name="alert">Why nothing was done.</param>
    public static Html Of(Visit visit, EnrolAsked asked, PlanAnswer? plan, string? alert) => asked.People.Count == 0
        ? (Html)$"<p class=\"empty\"><strong>Nobody is chosen.</strong> Check the boxes of some people in the list first. <a href=\"{Links.People}\">See the people</a>.</p>"
        : $"""
            {Html.If(alert is not null, $"<p class=\"alert\" role=\"alert\">{alert}</p>")}
            <div class="split"><div>
            {Choose(asked)}
            {(plan is null ? Html.Nothing : Plan(visit, asked, plan))}
            </div><aside>{Who(visit, asked, plan)}</aside></div>
            {Html.If(plan is not null, visit.Curl("/sluice/v1/plan", "POST", asked.ToBody().ToJsonString()))}
            """;

    public static Html Done(EnrolAsked asked, AssignOutcome outcome)
    {
        var names = asked.People.ToDictionary(one => one.Prospect.CrmId, one => Words.Name(one.Prospect));
        return $"""
            <p class="{(outcome.Assigned.Count > 0 ? "said" : "alert")}" role="status">{(outcome.Assigned.Count > 0 ? $"{Words.People(outcome.Assigned.Count)} entered the flow." : "Nobody entered the flow.")}{Html.If(outcome.NotAssigned.Count > 0, $" {Words.People(outcome.NotAssigned.Count)} did not.")}</p>
            <ul class="rows">{outcome.NotAssigned.Select(one => (Html)$"<li class=\"row\"><a class=\"go\" href=\"{Links.Person(one.CrmId)}\">{Html.Isolate(names.GetValueOrDefault(one.CrmId, one.CrmId))}</a>{Parts.Badge("bad", "Not let in")}<span class=\"soft grow\">{one.Reason.ToCodeAndMessage().Message}</span></li>")}
            {outcome.Assigned.Select(one => (Html)$"<li class=\"row\"><a class=\"go\" href=\"{Links.Person(one.CrmProspectId)}\">{Html.Isolate(names.GetValueOrDefault(one.CrmProspectId, one.CrmProspectId))}</a>{Parts.Status(one.Status)}</li>")}</ul>
            <div class="actions"><a class="button" href="{Links.People}">Back to the people</a>{(asked.Flow is { } flow ? (Html)$"<a class=\"button\" href=\"{Links.Flow(WireId.Write(flow.Id))}\">See the flow</a>" : null)}</div>
            """;
    }

    private static Html Choose(EnrolAsked asked) => $"""
        <form class="card stack" action="{Path}">{Chosen(asked)}
        <p class="field"><label for="flow">Flow</label><select id="flow" name="flow" required>{Html.If(asked.Flow is null, $"<option value=\"\">Choose one</option>")}{asked.Flows.Select(flow => Option(WireId.Write(flow.Id), Words.Short(flow.Name, 80), flow.Id == asked.Flow?.Id))}</select></p>
        {Html.If(asked.Owners.Count != 1, $"<p class=\"field\"><label for=\"owner\">Owner</label><select id=\"owner\" name=\"owner\">{Html.If(asked.OwnerEmail is null, $"<option value=\"\">{(asked.Owner is { } owner ? owner.FullName : "You, or the owner of the flow")}</option>")}{asked.Owners.Select(user => Option(user.Email, user.FullName, asked.OwnerEmail is not null && user.Id == asked.Owner?.Id))}</select></p>")}
        <p><button class="{(asked.Flow is null ? "main" : "")}">See what would happen</button></p></form>
        """;

    private static Html Plan(Visit visit, EnrolAsked asked, PlanAnswer plan)
    {
        var letIn = plan.Prospects.Count(one => one.IsLetIn);
        var first = plan.Steps.FirstOrDefault(step => step.Action == Step.AutomaticMail && step.Warnings.SelectMany(warning => warning.CrmProspectsIds).Distinct().Count() < letIn);
        return $"""
            <dl class="numbers">
            <div><dt>Let in</dt><dd>{letIn}<span class="share">of {Words.People(plan.Prospects.Count)}</span></dd></div>
            <div><dt>The first mail leaves</dt><dd class="date">{(letIn == 0 ? (Html)$"–" : first is null ? (Html)$"None by itself" : At(visit, first.DueAt))}</dd></div>
            <div><dt>The last step is due</dt><dd class="date">{(letIn == 0 || plan.Steps.Count == 0 ? (Html)$"–" : At(visit, plan.Steps[^1].DueAt))}</dd></div>
            </dl>
            {plan.Notes.Select(note => (Html)$"<p class=\"warn\">{note}</p>")}
            {Html.If(letIn > 0, visit.Form(Path, $"{Chosen(asked)}<input type=\"hidden\" name=\"flow\" value=\"{plan.FlowId}\"><input type=\"hidden\" name=\"owner\" value=\"{asked.Owner?.Email}\"><p><button class=\"main\" data-key=\"d\">Enrol {Words.People(letIn)}</button></p>"))}
            <h2>Each step, if people do theirs on time</h2>
            <p class="hint">Computed in {plan.TimeZone}, the time zone of {Html.Isolate(asked.Owner?.FullName)}. A limit on mails may hold some of them longer.</p>
            {(plan.Steps.Count == 0 ? (Html)$"<p class=\"empty\">This flow has no steps: nothing happens in it.</p>" : $"<ol class=\"steps planned\">{plan.Steps.Select(step => Item(visit, step))}</ol>")}
            """;
    }

    private static Html Item(Visit visit, PlannedStep step) => $"""
        <li class="next">{Words.Action(step.Action)} <span class="soft">{(step.WaitMinutes == 0 ? "at once" : $"after {Words.Wait(step.WaitMinutes)}")}</span><span class="when">{At(visit, step.DueAt)}</span>
        {step.ShiftedBy.Select(reason => (Html)$"<span class=\"note soft\">{Words.Sentence(reason)}</span>")}{step.Warnings.Select(warning => (Html)$"<span class=\"note warn-text\">{warning.Warning}</span>")}</li>
        """;

    private static Html Who(Visit visit, EnrolAsked asked, PlanAnswer? plan)
    {
        var planned = (plan?.Prospects ?? []).ToDictionary(one => one.CrmProspectId, StringComparer.Ordinal);
        return $"<section class=\"card\"><h2>{Words.People(asked.People.Count)}</h2><ul class=\"plain who\">{asked.People.OrderBy(one => planned.GetValueOrDefault(one.Prospect.CrmId)?.IsLetIn ?? false).Select(one => Person(visit, one, planned.GetValueOrDefault(one.Prospect.CrmId)))}</ul></section>";
    }

    private static Html Person(Visit visit, ProspectState one, PlannedProspectItem? planned) => $"""
        <li><a href="{Links.Person(one.Prospect.CrmId)}">{Html.Isolate(Words.Name(one.Prospect))}</a>{(planned is null ? Html.Nothing : planned.IsLetIn ? (Html)$" {Parts.Badge("good", "Let in")}" : $" {Parts.Badge("bad", "Not let in")}<span class=\"note soft\">{Words.Sentence(planned.Message ?? "")} {Until(visit, planned)}</span>")}</li>
        """;

    private static Html Until(Visit visit, PlannedProspectItem planned) => planned switch
    {
        { PossibleFrom: { } from } => $"Possible from {At(visit, from)} on.",
        { WaitsFor: [var instance, ..] } => $"Possible when <a href=\"{Links.Root}/flow-instances/{instance}\">the open flow</a> ends.",
        { PossibleWhen: { } when } => $"Possible: {when}.",
        _ => Html.Nothing,
    };

    private static Html At(Visit visit, string text) => WireTime.Read(text) is { } time ? visit.Time(time) : (Html)$"{text}";

    private static Html Option(string value, string text, bool isChosen) => $"<option value=\"{value}\"{Html.If(isChosen, $" selected")}>{text}</option>";

    private static Html Chosen(EnrolAsked asked) => $"{asked.People.Select(one => (Html)$"<input type=\"hidden\" name=\"crmId\" value=\"{one.Prospect.CrmId}\">")}";
}
