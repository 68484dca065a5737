using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>
/// Skips the step at which an instance is, on a person's request: the next step follows as if this one were done now. A paused instance stays
/// paused and later continues after the skipped step. The ledger records a skipped step like a begun one; if not, an edit would bring it back.
/// </summary>
internal sealed class SkipStep(ApplyChanges apply, TimeProvider clock)
{
    /// <param name="seen">The instance as the caller has read it; it is locked and read again.</param>
    /// <param name="stepId">The step to skip; null: the current one. With null, a client that repeats a call skips the next step as well.</param>
    /// <returns>The instance after the skip, or why nothing has changed.</returns>
    public async Task<(Run After, string? WhyNot)> RunAsync(IDbSession tx, Run seen, long? stepId, Actor by, CancellationToken ct)
    {
        if (await new RunStore(tx).LockAsync(seen.CompanyId, seen.Id, ct) is not { } run)
        {
            return (seen, "The flow instance was deleted meanwhile"); // Because it ended long ago, or by an erasure.
        }

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

        return await WhyNotAsync(tx, run, step, ct) is { } whyNot ? (run, whyNot) : (await SkipAsync(tx, run, step, begun, facts, by, ct), null);
    }

    /// <summary>Returns why the step cannot be skipped: mail that may have been sent cannot be taken back. Null: it can be skipped.</summary>
    private static async Task<string?> WhyNotAsync(IDbSession tx, Run run, CurrentStep step, CancellationToken ct)
    {
        var mails = run.UnderlyingWait == WaitsFor.Mail ? await new MessageStore(tx).ListByInstanceAsync(run.CompanyId, run.Id, ct) : [];
        return mails.Find(mail => mail.StepId == step.StepId && mail.Attempt == run.Attempt) switch
        {
            { State: MessageState.Sending } => "The step's mail is being sent right now and cannot be stopped",
            { State: MessageState.Uncertain } mail => $"The step's mail may have been sent: first say whether it was, with POST /sluice/v1/messages/{WireId.Write(mail.Id)}/resolve",
            _ => null,
        };
    }

    private async Task<Run> SkipAsync(IDbSession tx, Run run, CurrentStep step, List<LedgerEntry> begun, StepFacts facts, Actor by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var left = step.IsBegun ? null : new LedgerEntry(run.CompanyId, run.Id, step.StepId, run.Attempt, step.Order, now, run.Fence);
        var next = CompleteStep.Next(run, left is null ? begun : [.. begun, left], facts, now)!;
        var change = new InstanceChange(run, next with { Effects = next.Effects | Effects.CancelMail }, by) { LedgerEntry = left, Detail = new EventDetail(step.Order, Reason: "skipped") };
        await apply.RunAsync(tx, [change], now, ct);
        return next.After;
    }
}
