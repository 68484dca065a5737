namespace Sluice.Engine.Instances;

/// <summary>
/// Where an instance goes on in a flow that was edited while it was on its way: an edit neither skips a step nor repeats one [inf]. What it
/// has done it has done by the steps' ids; it goes on behind the last of those that is still there.
/// </summary>
internal static class PlaceRule
{
    /// <param name="steps">The flow's steps as they are now, in order.</param>
    /// <param name="begun">What the instance has begun, in the order in which it did.</param>
    /// <param name="order">The step it was to do in the flow as it was.</param>
    /// <param name="attempt">Its attempt now: a step of an older attempt may be due again.</param>
    /// <returns>From 1; one more than there are steps where nothing is left.</returns>
    public static int Find(IReadOnlyList<long> steps, IReadOnlyList<Begun> begun, int order, int attempt)
    {
        if (begun.Count == 0)
        {
            return Math.Min(order, steps.Count + 1);
        }

        var counts = begun;
        if (begun.All(one => one.Attempt < attempt))
        {
            // A bounce: the step is to be done again, and what came behind it is not yet done.
            var again = begun.LastOrDefault(one => one.StepOrder == order) ?? begun[^1];
            if (IndexOf(steps, again.StepId) is var at and >= 0)
            {
                return at + 1;
            }

            counts = [.. begun.Where(one => one.StepOrder < again.StepOrder)];
        }
        else if (begun.FirstOrDefault(one => one.Attempt == attempt) is { } first)
        {
            // What came before that step the first time. By its id: an edit since then has moved the orders.
            var isAgain = begun.Any(one => one.StepId == first.StepId && one.Attempt < attempt);
            var before = isAgain ? begun.TakeWhile(one => one.StepId != first.StepId) : begun.Where(one => one.Attempt < attempt && one.StepOrder < first.StepOrder);
            counts = [.. before, .. begun.Where(one => one.Attempt == attempt)];
        }

        var done = counts.Select(one => one.StepId).ToHashSet();
        var next = counts.Reverse().Select(one => IndexOf(steps, one.StepId)).FirstOrDefault(at => at >= 0, -1) + 1;
        while (next < steps.Count && done.Contains(steps[next]))
        {
            next++;
        }

        return next + 1;
    }

    private static int IndexOf(IReadOnlyList<long> steps, long id)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i] == id)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>A step that an instance has begun: a row of the ledger.</summary>
/// <param name="StepOrder">As it was then.</param>
/// <param name="Fence">Of the instance then. It only grows, which a clock does not, so it says what came first.</param>
internal sealed record Begun(long CompanyId, long FlowInstanceId, long StepId, int Attempt, int StepOrder, DateTimeOffset At, long Fence = 0);
