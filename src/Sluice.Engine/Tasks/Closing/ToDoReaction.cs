using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Tasks.Closing;

/// <summary>Applies a change of a task to the instance that the task belongs to.</summary>
internal sealed class ToDoReaction(CompleteStep stepDone, ApplyTrigger applyTrigger, IdMaker ids, TimeProvider clock)
{
    /// <summary>Runs in the transaction that changes the task, after the change. The transaction has locked the instance.</summary>
    public async Task RunAsync(IDbSession tx, ToDo before, ToDo after, Actor by, CancellationToken ct)
    {
        if (after.Status != before.Status && after.Status != ToDoStatus.Open)
        {
            await new FeedStore(tx).AddAsync([.. TaskFeed.Of([after], ids, by.ToEventActor(), after.UpdatedAt, before.Status)], ct);
        }

        if (after is not { FlowInstanceId: { } instanceId, StepId: { } stepId, Kind: TaskKind.Step } || before.Status != ToDoStatus.Open)
        {
            return; // The task belongs to no step, because a person or an event created it; or its step was done before.
        }

        if (after.Status != ToDoStatus.Open)
        {
            await DoneAsync(tx, instanceId, stepId, after.Status == ToDoStatus.Done ? null : "dismissed", by, ct);
        }
        else if (after.DueAt != before.DueAt)
        {
            await MovedAsync(tx, instanceId, after.DueAt - before.DueAt, by, ct);
        }
    }

    /// <summary>Whether a closed task is to be opened although its instance has ended: nobody would ever close it again. Locks the instance, if there is one.</summary>
    public static async Task<bool> IsTooLateToReopenAsync(IDbSession tx, ToDo before, ToDo after, CancellationToken ct) =>
        after.FlowInstanceId is { } instanceId
        && await new RunStore(tx).LockAsync(after.CompanyId, instanceId, ct) is not { IsOpen: true }
        && before.Status != ToDoStatus.Open && after.Status == ToDoStatus.Open;

    /// <summary>Completes the step of a task that was done or dismissed; both end the step [inf].</summary>
    public async Task<List<InstanceEvent>> DoneAsync(IDbSession tx, long instanceId, long stepId, string? reason, Actor by, CancellationToken ct) =>
        await new RunStore(tx).LockAsync(by.CompanyId, instanceId, ct) is { } run
            ? await stepDone.RunAsync(tx, run, stepId, by, reason, clock.GetUtcNow(), ct)
            : [];

    /// <summary>Moves the task's expiry by the same time as its due date.</summary>
    private async Task MovedAsync(IDbSession tx, long instanceId, TimeSpan by, Actor who, CancellationToken ct)
    {
        if (await new RunStore(tx).FindAsync(who.CompanyId, instanceId, ct) is { NextDueAt: { } ends })
        {
            await applyTrigger.RunAsync(tx, who.CompanyId, instanceId, new Trigger(TriggerKind.ToDoDueDateChanged) { Until = TimeRange.Add(ends, by) }, who, ct);
        }
    }
}
