using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Flows;

internal static class FlowView
{
    private static readonly string[] Days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static Html Lead(Visit visit, Flow flow, User? owner) =>
        $"{Html.Isolate(owner?.FullName)} · {(flow.Enabled ? Parts.Badge("good", "Enabled") : Parts.Badge("over", "Disabled"))} · since {visit.Time(flow.CreatedAt)}";

    public static Html Of(Visit visit, Flow flow, List<Step> steps, FlowCounts counts) => $"""
        {Html.If(!string.IsNullOrWhiteSpace(flow.Description), $"<p>{Html.Isolate(flow.Description)}</p>")}
        <dl class="numbers">
        {Number("In it now", counts.InFlow(flow.Id))}{Number("Paused now", counts.Paused(flow.Id))}{Number("Assigned", counts.Assigned(flow.Id))}{Number("Replied", counts.Replied(flow.Id))}{Number("Bounced", counts.Ended(flow.Id, FinishReason.Bounced))}{Number("Opted out", counts.Ended(flow.Id, FinishReason.OptedOut))}
        </dl>
        {FlowListView.Cut(counts)}
        <h2>Steps</h2>
        {(steps.Count == 0 ? (Html)$"<p class=\"empty\">This flow has no steps: whoever is assigned stays in it, and nothing happens. Add steps with <code>sluice apply</code>.</p>" : $"<ol class=\"funnel\">{steps.Select(step => Item(flow, step, counts))}</ol>")}
        <h2>Rules</h2>
        <dl class="facts card">
        {Parts.Fact("Sends mail", (Html)$"{Window(flow.Window)}, in the owner's time zone")}
        {Parts.Fact("Exclusive", (Html)$"{(flow.Exclusive ? "Yes: who is in it enters no other flow" : "No")}")}
        {Parts.Fact("Visible to", (Html)$"{flow.Visibility.ToString()}")}
        {Parts.Fact("Version", (Html)$"{flow.Version}")}
        </dl>
        {Html.If(visit.Is(Roles.Manager), Switch(visit, flow))}
        {visit.Curl($"/sluice/v1/flows/{WireId.Write(flow.Id)}")}
        """;

    private static Html Number(string name, long number) => $"<div><dt>{name}</dt><dd>{number}</dd></div>";

    private static Html Item(Flow flow, Step step, FlowCounts counts)
    {
        var (reached, assigned) = (counts.Reached(flow.Id, step.Order), counts.Assigned(flow.Id));
        return $"""
            <li><div class="bar"><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width="{(assigned == 0 ? 0 : reached * 100 / assigned)}" height="1"></rect></svg></div>
            <h3>{Words.Action(step.Action)} <span class="soft">{(step.WaitMinutes == 0 ? "at once" : $"after {Words.Wait(step.WaitMinutes)}")}</span></h3>
            <p class="counts"><strong>{counts.At(flow.Id, step.Order)}</strong> here now · {reached} reached it{Ended(flow, step, counts)}</p>
            {Text(step)}</li>
            """;
    }

    private static Html Ended(Flow flow, Step step, FlowCounts counts) => $"{Enum.GetValues<FinishReason>()
        .Select(reason => (Reason: reason, Count: counts.EndedAt(flow.Id, step.Order, reason)))
        .Where(one => one.Count > 0)
        .Select(one => (Html)$" · {one.Count} {Words.Spaced(one.Reason.Word()).ToLowerInvariant()}")}";

    private static Html Text(Step step) => step is { Subject: null or "", Body: null or "" } ? Html.Nothing : (Html)$"""
        <details><summary>{Html.Isolate(string.IsNullOrEmpty(step.Subject) ? step.IsReply ? "Answers the mail before" : "Text" : Words.Short(step.Subject, 120))}</summary><pre class="text" dir="auto" tabindex="0">{HtmlText.Of(step.Body ?? "")}</pre></details>
        """;

    private static string Window(SendingWindow window)
    {
        static string Clock(int minutes) => FormattableString.Invariant($"{minutes / 60:00}:{minutes % 60:00}");

        return $"{string.Join(" ", Days.Where((_, day) => (window.WorkingDays & (1 << day)) != 0))}, {Clock(window.Begins)} to {Clock(window.Ends)}";
    }

    private static Html Switch(Visit visit, Flow flow) => flow.Enabled
        ? visit.Form($"{Links.Flow(WireId.Write(flow.Id))}/disable", $"<p class=\"hint\">Nobody new can then be assigned to it. Who is in it goes on.</p><button>Disable this flow</button>")
        : visit.Form($"{Links.Flow(WireId.Write(flow.Id))}/enable", $"<button class=\"main\">Enable this flow</button>");
}
