using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Tasks.Closing;

/// <summary>
/// Opens a task again that was closed a moment ago, and takes its instance back to the step. It does so only if nothing has followed: no mail, no next step, no
/// end, no stop list can be taken back.
/// </summary>
internal sealed class UndoClose(ApplyTrigger applyTrigger, IdMaker ids, TimeProvider clock)
{
    /// <summary>Pages offer it for ten seconds. The rest is for the way of the request.</summary>
    public const int MaxSeconds = 15;

    /// <param name="tx">The transaction; it locks the instance before it writes anything.</param>
    /// <param name="taskId">The closed task.</param>
    /// <returns>Why it cannot be undone; null: it is.</returns>
    public async Task<string?> RunAsync(IDbSession tx, long taskId, Actor by, CancellationToken ct)
    {
        var seen = (await new ToDoStore(tx).FindAnyAsync(by.CompanyId, taskId, ct))!.ToDo;
        var run = seen.FlowInstanceId is { } id ? await new RunStore(tx).LockAsync(by.CompanyId, id, ct) : null;
        var closed = (await new ToDoStore(tx).FindAnyAsync(by.CompanyId, taskId, ct))!.ToDo;
        if ((FindConflict(closed, run) ?? await WhatFollowedAsync(tx, closed, run, ct)) is { } whyNot)
        {
            return whyNot;
        }

        var now = clock.GetUtcNow();
        var open = closed with { Status = ToDoStatus.Open, Outcome = null, UpdatedAt = now };
        if (!await new ToDoStore(tx).ReopenAsync(closed, open, ct))
        {
            return "The task was changed at the same time: read it again";
        }

        await new FeedStore(tx).AddAsync([TaskFeed.OfReopened(open, closed.Status, ids, by.ToEventActor(), now)], ct);
        await (IsOfStep(closed) ? BackToStepAsync(tx, closed, run!, by, now, ct) : Task.CompletedTask);
        return null;
    }

    private string? FindConflict(ToDo closed, Run? run) => closed switch
    {
        { Status: ToDoStatus.Open } => "The task is open: there is nothing to undo",
        _ when clock.GetUtcNow() - closed.UpdatedAt > TimeSpan.FromSeconds(MaxSeconds) => "The task was closed too long ago: it stays closed",
        { FlowInstanceId: not null } when run is not { IsOpen: true } => $"The flow has ended for this person ({run?.Status}): that cannot be undone",
        { IsHidden: true } => "The task's flow instance was paused: it stays closed",
        _ => null,
    };

    /// <summary>Of a step, the last thing that happened must be that it was done. Of another task, it must be older than its closing, and no choice that came with it.</summary>
    private static async Task<string?> WhatFollowedAsync(IDbSession tx, ToDo closed, Run? run, CancellationToken ct)
    {
        if (run is null || await new EventStore(tx).FindLastAsync(run.CompanyId, run.Id, ct) is not { } last)
        {
            return null;
        }

        var begun = IsOfStep(closed) ? (await new LedgerStore(tx).ListAsync(run.CompanyId, [run.Id], ct)).LastOrDefault() : null;
        var isLast = IsOfStep(closed)
            ? last.Kind == InstanceEvent.StepDone && run.WaitsFor == WaitsFor.Step && begun?.StepId == closed.StepId
            : last.At < closed.UpdatedAt || (last.At == closed.UpdatedAt && last.Kind != InstanceEvent.Resumed);
        return isLast ? null : "The flow has gone on since then: that cannot be undone";
    }

    private static bool IsOfStep(ToDo todo) => todo is { Kind: TaskKind.Step, FlowInstanceId: not null };

    private async Task BackToStepAsync(IDbSession tx, ToDo closed, Run run, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var begun = (await new LedgerStore(tx).ListAsync(run.CompanyId, [run.Id], ct)).Last(entry => entry.StepId == closed.StepId);
        var days = (await new CompanyStore(tx).GetAsync(run.CompanyId, ct)).Engine.ToDoExpiryDays;
        await applyTrigger.RunAsync(tx, run.CompanyId, run.Id, new Trigger(TriggerKind.StepReopened) { StepOrder = begun.StepOrder, Until = now.AddDays(days) }, by, ct);
    }
}
