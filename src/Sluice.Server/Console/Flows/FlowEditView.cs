using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Flows;

internal static class FlowEditView
{
    public static Html Of(Visit visit, Flow flow, FlowEdit edit)
    {
        var (path, fields) = (Links.Flow(WireId.Write(flow.Id)), edit.Fields);
        var form = visit.Form($"{path}/edit", $"""
            <input type="hidden" name="seen" value="{edit.Seen}">
            {About(edit, fields)}
            <ol class="edit-steps">{edit.Form.Steps.Index().Select(one => Step(edit, fields, one.Item, one.Index))}</ol>
            <details class="card"{Html.If(edit.Form.Steps.Count == 0, $" open")}><summary>Add a step</summary><p class="hint">It is the last one, until you give it another place.</p>{StepFields(fields, edit.Form.Steps.Count, isNew: true)}</details>
            <section class="card"><h2>Check</h2>
            <p class="field"><label for="person">Fill in the texts for</label> <input id="person" name="person" value="{edit.Asked}" placeholder="Name, address or CRM id" autocomplete="off"></p>
            <div class="choices"><button name="do" value="check">Check and preview</button><button class="main" name="do" value="save">Save</button><a class="button" href="{path}">Cancel</a></div>
            <p class="hint">Who is in the flow goes on with the new steps: nobody repeats or skips one.</p></section>
            """);
        return $"""
            {Html.If(edit.IsOutdated, $"<p class=\"warn\" role=\"alert\">Somebody else has changed this flow since you opened it, so yours is not saved. <a href=\"{path}/edit\" target=\"_blank\" rel=\"noopener\">See it as it is now</a>, in a new tab; save again to replace it by what stands below.</p>")}
            {Doubts(edit)}
            {fields.Alert()}
            {form}
            {visit.Curl($"/sluice/v1/flows/{WireId.Write(flow.Id)}")}
            """;
    }

    private static Html About(FlowEdit edit, FormFields fields) => $"""
        <details class="card"{Html.If(edit.IsRefused, $" open")}><summary>Name, calendar, rules</summary><div class="two"><div class="stack">
        {fields.Input("name", "Name", required: true)}
        {fields.Area("description", "Description")}
        {fields.Choice("ruleset", "Ruleset", [("", "The default: pause at a reply or a meeting"), .. edit.Rulesets.Select(one => (one.Name, one.Name))])}
        </div><div class="stack">
        {fields.Input("window.from", "Sends mail from", $"In the time zone of each owner.", place: "08:00", required: true, max: 5)}
        {fields.Input("window.to", "until", place: "18:00", required: true, max: 5)}
        {fields.Boxes("window.days", "On these days", WindowDraft.Week.Select(day => (day, (Html)$"{day}")), "choices", $"Tasks are due on them, too.")}{fields.Group("window")}
        </div></div></details>
        """;

    private static Html Step(FlowEdit edit, FormFields fields, FlowFormStep step, int at) => $"""
        <li class="card"><h2>{Words.Action(step.Action)} <span class="soft">{Wait(step)}</span></h2>{fields.Group($"steps[{at}]")}
        {StepFields(fields, at, isNew: false)}{Preview(edit, at)}</li>
        """;

    private static Html StepFields(FormFields fields, int at, bool isNew)
    {
        var path = $"steps[{at}]";
        return $"""
            {Html.If(!isNew, $"<input type=\"hidden\" name=\"{path}.id\" value=\"{fields.Value($"{path}.id")}\">")}
            <div class="step-line">
            {fields.Input($"{path}.place", "Place", type: "number", otherwise: null, max: 3, place: (at + 1).ToString(System.Globalization.CultureInfo.InvariantCulture))}
            {fields.Choice($"{path}.action", "What", [.. isNew ? [("", "no step")] : (IEnumerable<(string, string)>)[], .. Engine.Flows.Step.Actions.Select(action => (action, Words.Action(action)))])}
            {fields.Input($"{path}.wait", "After", type: "number", max: 6, place: "0")}
            {fields.Choice($"{path}.unit", "Unit", [(FlowFormStep.Days, "days"), (FlowFormStep.Minutes, "minutes")])}
            </div>
            {fields.Input($"{path}.subject", "Subject", max: 900)}
            {fields.Area($"{path}.body", "Text, in HTML", $"Placeholders stand in double braces, such as {Placeholder("recipient.first_name")}.", rows: isNew ? 3 : 6)}
            {fields.Flag($"{path}.isReply", "Answers the mail before")}
            {Html.If(!isNew, fields.Flag($"{path}.remove", "Remove this step"))}
            """;
    }

    private static Html Placeholder(string name) => $"<code>{$"{{{{{name}}}}}"}</code>";

    private static string Wait(FlowFormStep step) => step.Wait == "0" ? "at once" : $"after {step.Wait} {(step.Wait == "1" ? step.Unit.TrimEnd('s') : step.Unit)}";

    private static Html Doubts(FlowEdit edit) => $"""
        {Html.If(edit.Warnings.Count > 0, $"<div class=\"warn\"><p>This is allowed, and probably not meant:</p>{edit.Warnings.Select(one => (Html)$"<p>{Readable(one)}</p>")}</div>")}
        {Html.If(edit is { Asked: not null, Previews: null }, $"<p class=\"warn\">Nobody is found whose name, address or CRM id begins with “{Html.Isolate(Words.Short(edit.Asked ?? "", 80))}”.</p>")}
        """;

    /// <summary>People count steps from one.</summary>
    private static string Readable(string warning) =>
        warning.StartsWith("steps[", StringComparison.Ordinal) && warning.IndexOf(']', StringComparison.Ordinal) is var end && int.TryParse(warning.AsSpan(6, end - 6), out var at)
            ? $"Step {at + 1}, {warning[(end + 2)..]}."
            : Words.Sentence(warning);

    private static Html Preview(FlowEdit edit, int at) => edit.Previews is not { } previews || previews.Steps[at] is not { } text || text is { Subject: "", Body: "" } ? Html.Nothing : (Html)$"""
        <section class="preview"><h3>For {Html.Isolate(Words.Name(previews.Person))}</h3>
        {Html.If(text.Unresolved.Count > 0, $"<p class=\"warn\">No value is known for {string.Join(", ", text.Unresolved)}: an automatic mail would wait for a person.</p>")}
        {Html.If(text.Subject.Length > 0, $"<p><strong dir=\"auto\">{text.Subject}</strong></p>")}
        <pre class="text" dir="auto" tabindex="0">{HtmlText.Of(text.Body)}</pre></section>
        """;
}
