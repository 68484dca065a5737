using System.Text;

namespace Sluice.Tests.ToDos;

public sealed class TaskRaceTests
{
    /// <summary>What is done to a task and what is done to its instance lock in one order, so neither waits for the other; and what has ended stays ended.</summary>
    [Theory, EveryDatabase]
    public async Task A_task_that_is_moved_while_its_instance_is_removed_does_not_come_back(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasStepAsync(app.Tenant.Flow);
        var crmIds = Enumerable.Range(0, 30).Select(number => $"p{number}").ToArray();
        foreach (var crmId in crmIds)
        {
            await app.HasProspectAsync(crmId);
        }

        await app.AssignAsync(app.Tenant.Flow, crmIds);
        await app.RunAsync();
        var tasks = await app.Db.QueryAsync($"select id, flow_instance_id from todos", row => (Id: row.GetInt64(0), Instance: row.GetInt64(1)), CancellationToken.None);
        await Task.WhenAll(tasks.SelectMany(task => (Task<Reply>[])[MoveAsync(app, task.Id), app.UnassignAsync(task.Instance)]));

        Assert.Equal(crmIds.Length, tasks.Count);
        Assert.Equal([0], await app.Db.QueryAsync($"select count(*) from todos where status = 'OPEN'", row => row.GetInt64(0), CancellationToken.None));
    }

    private static Task<Reply> MoveAsync(TestApp app, long task) => app.SendAsync(
        HttpMethod.Patch, $"/v2/tasks/{task}", new StringContent($$"""{"userId":"{{app.Tenant.User.Id}}","dueDate":"2026-03-09T09:00:00Z"}""", Encoding.UTF8, "application/json"));
}
