using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Primitives;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Settings;

internal static class RulesetView
{
    private static readonly (string Value, string Text)[] Reactions = [("pause", "The flow pauses"), ("stop", "The flow ends"), ("continue", "The flow goes on")];

    /// <summary>How a flow without a ruleset behaves.</summary>
    public static (string Name, string? Value)[] Blank => Fields(RulesetDraft.Blank.ToRuleset(0, 0));

    public static (string Name, string? Value)[] Fields(Ruleset one) =>
    [
        ("name", one.Name), ("onReply", one.OnReply), ("replyToDo", FormFields.Box(one.ReplyToDo)), ("onMeeting", one.OnMeeting), ("meetingToDo", FormFields.Box(one.MeetingToDo)), ("ignoresCoolOff", FormFields.Box(one.IgnoresCoolOff)),
    ];

    public static Html List(Visit visit, List<Ruleset> rulesets, IReadOnlyList<string> faults) => $"""
        {SettingsView.Tabs("rulesets")}
        {Html.If(faults.Count > 0, $"<div class=\"alert\" role=\"alert\">{faults.Select(fault => (Html)$"<p>{Words.Sentence(fault)}</p>")}</div>")}
        <p class="toolbar"><a class="button main" href="{Links.SettingsRulesets}/new">Make a ruleset</a></p>
        {(rulesets.Count == 0 ? (Html)$"<p class=\"empty\"><strong>No ruleset yet.</strong> A flow without one pauses at a reply and at a meeting, and its owner gets a task.</p>" : $"<ul class=\"rows\">{rulesets.OrderBy(one => one.Name, StringComparer.OrdinalIgnoreCase).Select(Row)}</ul>")}
        <p class="hint">A flow takes a ruleset by its name, in its file or with <code>PATCH /sluice/v1/flows</code>. Its calendar, the days and hours in which it sends, is a part of the flow itself.</p>
        {visit.Share($"{Links.SettingsRulesets}/csv", "/sluice/v1/rulesets")}
        """;

    /// <param name="current">Null: a new one.</param>
    public static Html Form(Visit visit, Ruleset? current, FormFields fields)
    {
        var path = current is null ? Links.SettingsRulesets : $"{Links.SettingsRulesets}/{WireId.Write(current.Id)}";
        var form = visit.Form(path, $"""
            <div class="stack">
            {fields.Input("name", "Name", required: true)}
            {fields.Choice("onReply", "After a reply", Reactions)}
            {fields.Flag("replyToDo", "The owner gets a task for the reply")}
            {fields.Choice("onMeeting", "After a meeting is booked", Reactions)}
            {fields.Flag("meetingToDo", "The owner gets a task for the meeting")}
            {fields.Flag("ignoresCoolOff", "Takes people who rest after another flow")}
            <p><button class="main">Save</button> <a class="button" href="{Links.SettingsRulesets}">Cancel</a></p></div>
            """);
        return $"""
            {SettingsView.Tabs("rulesets")}
            {fields.Alert()}
            <section class="card">{form}</section>
            {(current is null ? null : (Html)$"<details class=\"act-on\"><summary>Remove</summary>{visit.Form($"{path}/remove", $"<p class=\"hint\">Only a ruleset that no flow has can be removed.</p><button class=\"danger\">Remove this ruleset</button>")}</details>")}
            """;
    }

    private static Html Row(Ruleset one) => $"""
        <li class="row"><a class="go grow" href="{Links.SettingsRulesets}/{WireId.Write(one.Id)}">{Html.Isolate(one.Name)}</a>
        <span class="soft">Reply: {Reaction(one.OnReply)}{Html.If(one.ReplyToDo, $", with a task")}</span><span class="soft">Meeting: {Reaction(one.OnMeeting)}{Html.If(one.MeetingToDo, $", with a task")}</span></li>
        """;

    private static string Reaction(string word) => word switch { "pause" => "pauses", "stop" => "ends", _ => "goes on" };
}
