using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Tasks.Closing;

/// <summary>What a change of a to-do means to the instance that it belongs to.</summary>
internal sealed class ToDoReaction(StepDone stepDone, React react, TimeProvider clock)
{
    /// <summary>In the transaction that changes it.</summary>
    public async Task RunAsync(IDbSession tx, ToDo before, ToDo after, Actor by, CancellationToken ct)
    {
        if (after is not { FlowInstanceId: { } instanceId, StepId: { } stepId, Kind: ToDo.Step } || before.Status != ToDoStatus.Open)
        {
            return; // Made by hand, or for something that happened; or its step has been done before.
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

    /// <summary>Done or dismissed, its step is over [inf].</summary>
    public async Task<List<InstanceEvent>> DoneAsync(IDbSession tx, long instanceId, long stepId, string? reason, Actor by, CancellationToken ct) =>
        await new RunStore(tx).LockAsync(by.CompanyId, instanceId, ct) is { } run
            ? await stepDone.RunAsync(tx, run, stepId, by, reason, clock.GetUtcNow(), ct)
            : [];

    /// <summary>Patience with it moves along.</summary>
    private async Task MovedAsync(IDbSession tx, long instanceId, TimeSpan by, Actor who, CancellationToken ct)
    {
        if (await new RunStore(tx).FindAsync(who.CompanyId, instanceId, ct) is { NextDueAt: { } ends })
        {
            await react.RunAsync(tx, who.CompanyId, instanceId, new Trigger(TriggerKind.ToDoMoved) { Until = ends + by }, who, ct);
        }
    }
}
