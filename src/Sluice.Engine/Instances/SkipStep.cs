using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>
/// A person wants the step that an instance is at left undone: the next one follows as if it were done now. One that is paused stays paused,
/// and goes on behind it. What was skipped is in the ledger as what was begun is, or an edit of the flow would bring it back.
/// </summary>
internal sealed class SkipStep(ApplyChanges apply, TimeProvider clock)
{
    /// <param name="tx">In which the instance is locked.</param>
    /// <param name="seen">The instance as it was found.</param>
    /// <param name="stepId">The step that is meant; null: whichever it is at. Asked again after a lost answer, the next one would go too.</param>
    /// <param name="by">For the history.</param>
    /// <param name="ct">Given up.</param>
    /// <returns>As it is then, or why nothing has changed.</returns>
    public async Task<(Run After, string? WhyNot)> RunAsync(IDbSession tx, Run seen, long? stepId, Actor by, CancellationToken ct)
    {
        var run = (await new RunStore(tx).LockAsync(seen.CompanyId, seen.Id, ct))!;
        var begun = await new LedgerStore(tx).ListAsync(run.CompanyId, [run.Id], ct);
        var facts = await StepFacts.GatherAsync(tx, run.CompanyId, [run], ct);
        if (CurrentStep.Of(run, begun, facts) is not { } step)
        {
            return (run, $"The flow instance is {run.Status}: there is no step to skip");
        }

        if (stepId is { } meant && meant != step.StepId)
        {
            return (run, $"The flow instance is at step {WireId.Write(step.StepId)}, not at {WireId.Write(meant)}");
        }

        return await WhyNotAsync(tx, run, step, ct) is { } whyNot ? (run, whyNot) : (await LeaveAsync(tx, run, step, begun, facts, by, ct), null);
    }

    /// <summary>What may have left cannot be taken back.</summary>
    private static async Task<string?> WhyNotAsync(IDbSession tx, Run run, CurrentStep step, CancellationToken ct)
    {
        var mails = run.Doing == WaitsFor.Mail ? await new MessageStore(tx).ListOfAsync(run.CompanyId, run.Id, ct) : [];
        return mails.Find(mail => mail.StepId == step.StepId && mail.Attempt == run.Attempt) switch
        {
            { State: MessageState.Sending } => "The step's mail is just leaving, and cannot be taken back",
            { State: MessageState.Uncertain } mail => $"The step's mail may have left: say first whether it has, with POST /sluice/v1/messages/{WireId.Write(mail.Id)}/resolve",
            _ => null,
        };
    }

    private async Task<Run> LeaveAsync(IDbSession tx, Run run, CurrentStep step, List<Begun> begun, StepFacts facts, Actor by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var left = step.IsBegun ? null : new Begun(run.CompanyId, run.Id, step.StepId, run.Attempt, step.Order, now, run.Fence);
        var next = StepDone.Next(run, left is null ? begun : [.. begun, left], facts, now)!;
        var change = new Change(run, next with { Effects = next.Effects | Effects.CancelMail }, by) { Begun = left, Detail = new EventDetail(step.Order, Reason: "skipped") };
        await apply.RunAsync(tx, [change], now, ct);
        return next.After;
    }
}
