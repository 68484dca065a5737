using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Tasks.Closing;

/// <summary>Puts an open task off: it is due at another time, and until then it stands among the later ones. The time at which it expires moves with it.</summary>
internal sealed class SnoozeTask(ToDoReaction reaction, TimeProvider clock)
{
    /// <summary>A task that is put off for longer is better dismissed.</summary>
    public const int MaxDays = 90;

    /// <param name="tx">The transaction; it locks the instance before it writes anything.</param>
    /// <param name="found">The task as it was read before the lock.</param>
    /// <returns>Why it cannot be put off now; null: it is.</returns>
    public async Task<string?> RunAsync(IDbSession tx, ListedToDo found, DateTimeOffset until, Actor by, CancellationToken ct)
    {
        var before = found.ToDo;
        if (before.FlowInstanceId is { } id)
        {
            await new RunStore(tx).LockAsync(by.CompanyId, id, ct);
        }

        var after = before with { DueAt = until, UpdatedAt = clock.GetUtcNow() };
        if (FindConflict(before) is { } whyNot || !await new ToDoStore(tx).UpdateAsync(before, after, ct))
        {
            return FindConflict(before) ?? "The task was closed at the same time: read it again";
        }

        await reaction.RunAsync(tx, before, after, by, ct);
        return null;
    }

    /// <returns>What is wrong with the time; null: nothing.</returns>
    public string? FaultOf(DateTimeOffset until) => clock.GetUtcNow() is var now && until <= now ? "should be later than now"
        : until > now.AddDays(MaxDays) ? $"should be within {MaxDays} days"
        : null;

    private static string? FindConflict(ToDo todo) => todo switch
    {
        { Status: not ToDoStatus.Open } => $"The task is already {ToDoStore.ToText(todo.Status)}",
        { IsHidden: true } => "The task's flow instance is Paused: resume it first",
        _ => null,
    };
}
