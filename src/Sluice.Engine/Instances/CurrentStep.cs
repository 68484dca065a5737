using Sluice.Engine.Flows;

namespace Sluice.Engine.Instances;

/// <summary>The step at which an open instance is: the step that it has begun and waits for, or else the next step that it will begin.</summary>
/// <param name="Order">Position in the current flow; if an edit has removed the step, its position when it began.</param>
/// <param name="Action">Null: an edit has removed the step.</param>
internal sealed record CurrentStep(long StepId, int Order, string? Action, bool IsBegun)
{
    /// <param name="begun">Ledger rows of the instance, in the order in which the steps began.</param>
    /// <returns>Null: the instance has ended, no step is left, or the flow is deleted.</returns>
    public static CurrentStep? Of(Run run, IReadOnlyList<LedgerEntry> begun, StepFacts facts)
    {
        if (!run.IsOpen || !facts.Flows.ContainsKey(run.FlowId))
        {
            return null;
        }

        var steps = facts.StepsOf(run);
        if (run.UnderlyingWait == WaitsFor.Step || begun is not [.., var last])
        {
            return facts.NextPositionOf(run) is var place && place > steps.Count ? null : Of(steps[place - 1], isBegun: false);
        }

        return steps.FirstOrDefault(step => step.Id == last.StepId) is { } step ? Of(step, isBegun: true) : new CurrentStep(last.StepId, last.StepOrder, null, true);
    }

    private static CurrentStep Of(Step step, bool isBegun) => new(step.Id, step.Order, step.Action, isBegun);
}
