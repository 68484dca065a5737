using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Mail.Content;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Flows;

/// <summary>The steps of a flow, one below the other, with the share of people that each has reached and what became of them there.</summary>
internal static class FunnelView
{
    private static readonly (Counter Counter, string Name, string Kind)[] Ends =
    [
        (Counter.Replied, "replied", "reply"), (Counter.Meetings, "met", "good"), (Counter.Bounced, "bounced", "bad"), (Counter.OptedOut, "opted out", "bad"), (Counter.Removed, "removed", "over"),
    ];

    public static Html Of(FlowState state)
    {
        var most = Math.Max(1, Math.Max(state.BySteps.Total[Counter.Assigned], state.Steps.Max(step => state.At(step.Order)[Counter.Entered])));
        return $"<ol class=\"funnel\">{state.Steps.Select(step => Item(state, step, most))}</ol>";
    }

    private static Html Item(FlowState state, Step step, long most)
    {
        var at = state.At(step.Order);
        return $"""
            <li><div class="bar"><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect class="done" width="{at[Counter.Entered] * 100 / most}" height="1"></rect><rect width="{Math.Min(at[Counter.Done], at[Counter.Entered]) * 100 / most}" height="1"></rect></svg></div>
            <div class="stage"><h3>{Words.Action(step.Action)} <span class="soft">{(step.WaitMinutes == 0 ? "at once" : $"after {Words.Wait(step.WaitMinutes)}")}</span></h3>
            <p class="counts"><strong>{Words.Number(state.Now.At(state.Flow.Id, step.Order))}</strong> here now · <strong>{Words.Number(at[Counter.Entered])}</strong> entered · <strong>{Words.Number(at[Counter.Done])}</strong> done</p>
            <p class="became">{Ends.Where(end => at[end.Counter] > 0).Select(end => Parts.Badge(end.Kind, $"{Words.Number(at[end.Counter])} {end.Name}"))}</p></div>
            {Text(step)}</li>
            """;
    }

    private static Html Text(Step step) => step is { Subject: null or "", Body: null or "" } ? Html.Nothing : (Html)$"""
        <details><summary>{Html.Isolate(string.IsNullOrEmpty(step.Subject) ? step.IsReply ? "Answers the mail before" : "Text" : Words.Short(step.Subject, 120))}</summary><pre class="text" dir="auto" tabindex="0">{HtmlText.Of(step.Body ?? "")}</pre></details>
        """;
}
