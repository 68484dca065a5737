using Sluice.Engine.Flows;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>Completes a step: its mail was sent, or its task was done or dismissed. The next step is due after its wait, counted from now.</summary>
internal sealed class CompleteStep(ApplyChanges apply)
{
    /// <param name="run">Locked in this transaction.</param>
    /// <param name="stepId">The step that is done. If the instance is at another step, the call comes too late and changes nothing.</param>
    /// <returns>The events; none if the instance is not at that step.</returns>
    public async Task<List<InstanceEvent>> RunAsync(IDbSession tx, Run run, long stepId, Actor by, string? reason, DateTimeOffset now, CancellationToken ct)
    {
        var begun = await new LedgerStore(tx).ListAsync(run.CompanyId, [run.Id], ct);
        if (!run.IsOpen || run.UnderlyingWait is not (WaitsFor.Mail or WaitsFor.ToDo) || begun is not [.., var last] || last.StepId != stepId)
        {
            return [];
        }

        var facts = await StepFacts.GatherAsync(tx, run.CompanyId, [run], ct);
        return Next(run, begun, facts, now) is not { } transition
            ? []
            : await apply.RunAsync(tx, [new InstanceChange(run, transition, by) { Detail = new EventDetail(last.StepOrder, Reason: reason) }], now, ct);
    }

    /// <summary>
    /// Finds the next step. Uses the ledger even if the flow has not changed since the current step was chosen: an earlier edit may have moved a
    /// step that is already done to a place after the current one.
    /// </summary>
    /// <returns>The transition to the next step. A paused instance has one too, because its mail may have been under way when the pause began.</returns>
    public static Transition? Next(Run run, IReadOnlyList<LedgerEntry> begun, StepFacts facts, DateTimeOffset now)
    {
        if (!facts.Flows.TryGetValue(run.FlowId, out var flow))
        {
            return TransitionRule.Decide(run, new Trigger(TriggerKind.Ended) { Reason = FinishReason.FlowDeleted }, now);
        }

        var steps = facts.StepsOf(run);
        var place = NextStepRule.Find([.. steps.Select(one => one.Id)], begun, run.StepOrder + 1, run.Attempt);
        var placed = run with { FlowVersion = flow.Version };
        if (place > steps.Count)
        {
            // Stand at the last step of the current flow: a paused instance then continues after it, which means that it finishes.
            return TransitionRule.Decide(placed with { StepOrder = steps.Count }, new Trigger(TriggerKind.StepDone), now);
        }

        var step = steps[place - 1];
        var due = Schedule.NextStep(now, step.WaitMinutes, step.Action == Step.AutomaticMail, facts.ZoneOf(run), flow.Window);
        return TransitionRule.Decide(placed, new Trigger(TriggerKind.StepDone) { StepOrder = place, Until = due }, now);
    }
}
