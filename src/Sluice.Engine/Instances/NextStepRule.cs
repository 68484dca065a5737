namespace Sluice.Engine.Instances;

/// <summary>
/// Finds where an instance continues after an edit of its flow: an edit neither skips a step nor repeats one [inf]. Steps are known by their
/// ids; the instance continues after the last step that it has done and that still exists.
/// </summary>
internal static class NextStepRule
{
    /// <param name="steps">Ids of the flow's current steps, in order.</param>
    /// <param name="begun">Ledger rows of the instance, in the order in which its steps began.</param>
    /// <param name="order">Position of the step that it had to do next, before the edit.</param>
    /// <param name="attempt">The instance's current attempt. A step that began in an older attempt may be due again.</param>
    /// <returns>Position from 1; one more than the number of steps if no step is left.</returns>
    public static int Find(IReadOnlyList<long> steps, IReadOnlyList<LedgerEntry> begun, int order, int attempt)
    {
        if (begun.Count == 0)
        {
            return Math.Min(order, steps.Count + 1);
        }

        var counts = begun;
        if (begun.All(one => one.Attempt < attempt))
        {
            // After a bounce, the step must be done again, and the steps after it are not done yet.
            var again = begun.LastOrDefault(one => one.StepOrder == order) ?? begun[^1];
            if (IndexOf(steps, again.StepId) is var at and >= 0)
            {
                return at + 1;
            }

            counts = [.. begun.Where(one => one.StepOrder < again.StepOrder)];
        }
        else if (begun.FirstOrDefault(one => one.Attempt == attempt) is { } first)
        {
            // Keep the steps that came before this one when it first began. Found by id, because an edit since then may have changed the orders.
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
/// <param name="StepOrder">The step's position when it began.</param>
/// <param name="Fence">The instance's fencing token when the step began. It only grows, unlike a clock's time, so it tells which step began first.</param>
internal sealed record LedgerEntry(long CompanyId, long FlowInstanceId, long StepId, int Attempt, int StepOrder, DateTimeOffset At, long Fence = 0);
