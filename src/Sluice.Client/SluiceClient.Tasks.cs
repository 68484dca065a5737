namespace Sluice.Client;

// What people have to do.
public sealed partial class SluiceClient
{
    /// <summary>Lists tasks, the earliest due date first. The API has no pages here, and lists only calls.</summary>
    public async Task<IReadOnlyList<TaskItem>> ListTasksAsync(TaskFilter filter, CancellationToken ct = default) =>
        (await ReadAsync("/v2/tasks", new TasksRequest(filter), SluiceJson.Default.TasksRequest, SluiceJson.Default.TasksAnswer, ct).ConfigureAwait(false)).Tasks ?? [];

    /// <summary>Changes a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="user">The user whose task it is.</param>
    /// <param name="change">What changes.</param>
    /// <returns>The task as it is now; null if the answer does not have it.</returns>
    public async Task<TaskItem?> ChangeTaskAsync(TaskId task, UserId user, TaskChange change, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var answer = await WriteAsync(
            HttpMethod.Patch, $"/v2/tasks/{Uri.EscapeDataString(task.Value)}", new TaskChangeRequest(user, change.Status, change.DueDate, change.Priority),
            SluiceJson.Default.TaskChangeRequest, SluiceJson.Default.TasksAnswer, ct).ConfigureAwait(false);
        return answer.Tasks is [var changed, ..] ? changed : null;
    }
}
