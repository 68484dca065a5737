using Sluice.Engine.Flows;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>Completes a step: its mail was sent, or its task was done or dismissed. The next step is due after its wait, counted from now.</summary>
internal sealed class CompleteStep(ApplyChanges apply)
{
    /// <param name="run">Locked in this transaction.</param>
    /// <param name="stepId">The step that is done. If the instance is at another step, the call comes too late and changes nothing.</param>
    /// <returns>The events; none if the instance is not at that step.</returns>
    public Task<List<InstanceEvent>> RunAsync(IDbSession tx, Run run, long stepId, Actor by, string? reason, DateTimeOffset now, CancellationToken ct) =>
        RunAsync(tx, [(run, stepId)], by, reason, now, ct);

    /// <summary>Does the same for several instances of one company at once.</summary>
    public async Task<List<InstanceEvent>> RunAsync(
        IDbSession tx, IReadOnlyList<(Run Run, long StepId)> done, Actor by, string? reason, DateTimeOffset now, CancellationToken ct)
    {
        var begun = (await new LedgerStore(tx).ListAsync(by.CompanyId, [.. done.Select(one => one.Run.Id)], ct)).ToLookup(entry => entry.FlowInstanceId);
        var runs = done.Where(one => IsAt(one.Run, [.. begun[one.Run.Id]], one.StepId)).Select(one => one.Run).ToList();
        if (runs.Count == 0)
        {
            return [];
        }

        var facts = await FlowFacts.GatherAsync(tx, by.CompanyId, runs, ct);
        var changes = new List<InstanceChange>();
        foreach (var run in runs)
        {
            List<LedgerEntry> entries = [.. begun[run.Id]];
            if (Next(run, entries, facts, now) is { } transition)
            {
                changes.Add(new InstanceChange(run, transition, by) { Detail = new EventDetail(entries[^1].StepOrder, Reason: reason) });
            }
        }

        return await apply.RunAsync(tx, changes, now, ct);
    }

    /// <summary>Whether the instance waits for this step to be done.</summary>
    private static bool IsAt(Run run, IReadOnlyList<LedgerEntry> begun, long stepId) =>
        run.IsOpen && run.UnderlyingWait is WaitsFor.Mail or WaitsFor.ToDo && begun is [.., var last] && last.StepId == stepId;

    /// <summary>
    /// Finds the next step. Uses the ledger even if the flow has not changed since the current step was chosen: an earlier edit may have moved a
    /// step that is already done to a place after the current one.
    /// </summary>
    /// <returns>The transition to the next step. A paused instance has one too, because its mail may have been under way when the pause began.</returns>
    public static Transition? Next(Run run, IReadOnlyList<LedgerEntry> begun, FlowFacts facts, DateTimeOffset now)
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
