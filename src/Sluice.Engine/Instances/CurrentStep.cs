using Sluice.Engine.Flows;

namespace Sluice.Engine.Instances;

/// <summary>The step that an open instance is at: the one that it has begun and waits for, else the one that it is to begin.</summary>
/// <param name="Order">In the flow as it is now; of one that an edit has taken out, as it was when it was begun.</param>
/// <param name="Action">Null: an edit has taken it out.</param>
internal sealed record CurrentStep(long StepId, int Order, string? Action, bool IsBegun)
{
    /// <param name="begun">Of this instance, in the order in which they were begun.</param>
    /// <returns>Null where there is none left to do, or the flow is gone.</returns>
    public static CurrentStep? Of(Run run, IReadOnlyList<Begun> begun, StepFacts facts)
    {
        if (!run.IsOpen || !facts.Flows.ContainsKey(run.FlowId))
        {
            return null;
        }

        var steps = facts.StepsOf(run);
        if (run.Doing == WaitsFor.Step || begun is not [.., var last])
        {
            return facts.PlaceOf(run) is var place && place > steps.Count ? null : Of(steps[place - 1], isBegun: false);
        }

        return steps.FirstOrDefault(step => step.Id == last.StepId) is { } step ? Of(step, isBegun: true) : new CurrentStep(last.StepId, last.StepOrder, null, true);
    }

    private static CurrentStep Of(Step step, bool isBegun) => new(step.Id, step.Order, step.Action, isBegun);
}
