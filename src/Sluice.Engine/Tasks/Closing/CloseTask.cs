using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Tasks.Closing;

/// <summary>Closes a task as done or dismissed, and moves its instance and its prospect accordingly in the same transaction.</summary>
internal sealed class CloseTask(ToDoReaction steps, ApplyTrigger applyTrigger, ApplyToPerson person, IdMaker ids, TimeProvider clock)
{
    /// <param name="tx">The transaction; it locks the prospect and the instance before it writes anything.</param>
    /// <param name="found">The task as it was read before the lock.</param>
    /// <param name="closing">The person's decision.</param>
    /// <param name="by">The actor that the history names.</param>
    /// <returns>The faults of the request, and the reason why the task cannot be closed now. If both are empty, it is closed.</returns>
    public async Task<(List<string> Faults, string? WhyNot)> RunAsync(IDbSession tx, ListedToDo found, TaskClosing closing, Actor by, CancellationToken ct)
    {
        var todo = found.ToDo with { Status = closing.Status, Outcome = closing.Result, UpdatedAt = clock.GetUtcNow() };
        if (closing.Outcome is { OptsOut: true })
        {
            await ApplyToPerson.LockAsync(tx, OptOut(todo, closing), by, ct);
        }

        var run = todo.FlowInstanceId is { } id ? await new RunStore(tx).LockAsync(by.CompanyId, id, ct) : null;
        if (closing.FaultsFor(todo, run) is { Count: > 0 } faults)
        {
            return (faults, null);
        }

        if (FindConflict(found.ToDo, closing, run) is { } whyNot || !await new ToDoStore(tx).CloseAsync(todo, ct))
        {
            return ([], FindConflict(found.ToDo, closing, run) ?? "The task was changed at the same time: read it again, then retry");
        }

        await new FeedStore(tx).AddAsync([.. TaskFeed.Of([todo], ids, by.ToEventActor(), todo.UpdatedAt)], ct);
        await ReactAsync(tx, todo, closing, by, ct);
        return ([], null);
    }

    private static PersonNews OptOut(ToDo todo, TaskClosing closing) => new(
        new Trigger(TriggerKind.Unsubscribed) { Stop = SuppressionKind.CallOptOut, Detail = $"Outcome of a call: {closing.Outcome!.Name}" }, todo.ProspectId is { } prospect ? [prospect] : [], []);

    private static string? FindConflict(ToDo todo, TaskClosing closing, Run? run) => (todo, closing.Then) switch
    {
        ({ Status: not ToDoStatus.Open }, _) => $"The task is already {ToDoStore.ToText(todo.Status)}",
        ({ Kind: TaskKind.UncertainMail }, _) => "This task closes when you say whether the mail was sent: POST /sluice/v1/messages/{id}/resolve",
        ({ IsHidden: true }, _) => "The task's flow instance is Paused: resume it first",
        (_, "resume") when run is not { Status: InstanceStatus.Paused } => $"The flow instance is {run?.Status}: there is nothing to resume",
        (_, "remove") when run is not { IsOpen: true } => $"The flow instance is {run?.Status}: there is nothing to remove",
        _ => null,
    };

    private async Task ReactAsync(IDbSession tx, ToDo todo, TaskClosing closing, Actor by, CancellationToken ct)
    {
        if (closing.Outcome is { OptsOut: true })
        {
            await person.RunAsync(tx, OptOut(todo, closing), by, ct);
        }
        else if (todo is { Kind: TaskKind.Step, FlowInstanceId: { } instance, StepId: { } step })
        {
            await (closing.Outcome is { RemovesFromFlow: true } outcome
                ? applyTrigger.RunAsync(tx, by.CompanyId, instance, new Trigger(TriggerKind.Ended) { Reason = FinishReason.CallOutcome, Detail = outcome.Name }, by, ct)
                : (Task)steps.DoneAsync(tx, instance, step, closing.History, by, ct));
        }
        else if (closing.Then is not null)
        {
            await applyTrigger.RunAsync(tx, by.CompanyId, todo.FlowInstanceId!.Value, closing.ToTrigger(todo), by, ct);
        }
    }
}
