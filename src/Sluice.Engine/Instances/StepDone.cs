using Sluice.Engine.Flows;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>A step is done: its mail has left, or its to-do is done or dismissed. The next one is due after its wait, counted from now.</summary>
internal sealed class StepDone(ApplyChanges apply)
{
    /// <param name="run">Locked in this transaction.</param>
    /// <param name="stepId">The step that is done: an answer about another one than the instance is at comes too late.</param>
    /// <returns>What has happened; nothing where the instance is not at that step.</returns>
    public async Task<List<InstanceEvent>> RunAsync(IDbSession tx, Run run, long stepId, Actor by, string? reason, DateTimeOffset now, CancellationToken ct)
    {
        var begun = await new LedgerStore(tx).ListAsync(run.CompanyId, [run.Id], ct);
        if (!run.IsOpen || run.Doing is not (WaitsFor.Mail or WaitsFor.ToDo) || begun is not [.., var last] || last.StepId != stepId)
        {
            return [];
        }

        var facts = await StepFacts.GatherAsync(tx, run.CompanyId, [run], ct);
        return Next(run, begun, facts, now) is not { } transition
            ? []
            : await apply.RunAsync(tx, [new Change(run, transition, by) { Detail = new EventDetail(last.StepOrder, Reason: reason) }], now, ct);
    }

    /// <summary>
    /// Asked of the ledger also where the flow is as it was when the step was chosen: an earlier edit may have moved a step that is done behind it.
    /// </summary>
    /// <returns>Where it goes from there, also while it is paused: a mail may have been leaving just then.</returns>
    public static Transition? Next(Run run, IReadOnlyList<Begun> begun, StepFacts facts, DateTimeOffset now)
    {
        if (!facts.Flows.TryGetValue(run.FlowId, out var flow))
        {
            return TransitionRule.Decide(run, new Trigger(TriggerKind.Ended) { Reason = FinishReason.FlowDeleted }, now);
        }

        var steps = facts.StepsOf(run);
        var place = PlaceRule.Find([.. steps.Select(one => one.Id)], begun, run.StepOrder + 1, run.Attempt);
        var placed = run with { FlowVersion = flow.Version };
        if (place > steps.Count)
        {
            // Where it stands in the flow as it is now: a paused one goes on from there, which is behind the last step.
            return TransitionRule.Decide(placed with { StepOrder = steps.Count }, new Trigger(TriggerKind.StepDone), now);
        }

        var step = steps[place - 1];
        var due = Schedule.NextStep(now, step.WaitMinutes, step.Action == Step.AutomaticMail, facts.ZoneOf(run), flow.Window);
        return TransitionRule.Decide(placed, new Trigger(TriggerKind.StepDone) { StepOrder = place, Until = due }, now);
    }
}
