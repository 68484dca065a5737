using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Tasks.Closing;

/// <summary>A person has done a task, or dismisses it: what that means to its instance and to the prospect happens in the same transaction.</summary>
internal sealed class CloseTask(ToDoReaction steps, React react, ProspectReaction prospects, TimeProvider clock)
{
    /// <param name="tx">In which the prospect and the instance are locked before anything is written.</param>
    /// <param name="found">As it was found.</param>
    /// <param name="closing">What the person wants.</param>
    /// <param name="by">For the history.</param>
    /// <param name="ct">Given up.</param>
    /// <returns>What is wrong with the request, and why it cannot be done now; both empty: it is done.</returns>
    public async Task<(List<string> Faults, string? WhyNot)> RunAsync(IDbSession tx, ListedToDo found, TaskClosing closing, Actor by, CancellationToken ct)
    {
        var todo = found.ToDo with { Status = closing.Status, Outcome = closing.Outcome?.Name, UpdatedAt = clock.GetUtcNow() };
        if (closing.Outcome is { OptsOut: true })
        {
            await new ProspectStore(tx).LockAsync(by.CompanyId, found.Contact.CrmId, ct);
        }

        var run = todo.FlowInstanceId is { } id ? await new RunStore(tx).LockAsync(by.CompanyId, id, ct) : null;
        if (closing.FaultsFor(todo, run) is { Count: > 0 } faults)
        {
            return (faults, null);
        }

        if (WhyNot(found.ToDo, closing, run) is { } whyNot || !await new ToDoStore(tx).CloseAsync(todo, ct))
        {
            return ([], WhyNot(found.ToDo, closing, run) ?? "The task has changed meanwhile: look at it again");
        }

        await ReactAsync(tx, todo, closing, by, ct);
        return ([], null);
    }

    private static string? WhyNot(ToDo todo, TaskClosing closing, Run? run) => (todo, closing.Then) switch
    {
        ({ Status: not ToDoStatus.Open }, _) => $"The task is {ToDoStore.Word(todo.Status)} already",
        ({ Kind: ToDo.UncertainMail }, _) => "Say what has become of the mail, and the task is done: POST /sluice/v1/messages/{id}/resolve",
        ({ IsHidden: true }, _) => "The task's flow instance is Paused: resume it first",
        (_, "resume") when run is not { Status: FlowInstanceStatus.Paused } => $"The flow instance is {run?.Status}: there is nothing to resume",
        (_, "remove") when run is not { IsOpen: true } => $"The flow instance is {run?.Status}: there is nothing to remove",
        _ => null,
    };

    private async Task ReactAsync(IDbSession tx, ToDo todo, TaskClosing closing, Actor by, CancellationToken ct)
    {
        if (closing.Outcome is { OptsOut: true } optOut)
        {
            await new ProspectStore(tx).OptOutAsync(by.CompanyId, todo.ProspectId, ct);
            await prospects.EndAllAsync(tx, todo.ProspectId, $"Outcome of a call: {optOut.Name}", by, ct);
        }
        else if (todo is { Kind: ToDo.Step, FlowInstanceId: { } instance, StepId: { } step })
        {
            await (closing.Outcome is { Removes: true } outcome
                ? react.RunAsync(tx, by.CompanyId, instance, new Trigger(TriggerKind.Ended) { Reason = FinishReason.CallOutcome, Detail = outcome.Name }, by, ct)
                : (Task)steps.DoneAsync(tx, instance, step, closing.Status == ToDoStatus.Dismissed ? "dismissed" : closing.Outcome?.Name, by, ct));
        }
        else if (closing.Then is not null)
        {
            await react.RunAsync(tx, by.CompanyId, todo.FlowInstanceId!.Value, closing.ToTrigger(todo), by, ct);
        }
    }
}
