using System.Net;
using System.Text;

namespace Sluice.Tests.Server.Api.V2.Tasks;

[Slow]
public sealed class TaskRaceTests
{
    /// <summary>Changes of a task and of its instance lock rows in the same order, so they cannot deadlock. A task that has ended stays ended.</summary>
    [Theory, EveryDatabase]
    public async Task A_task_that_is_rescheduled_while_its_instance_is_unassigned_is_not_reopened(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var tasks = await HasTasksAsync(app);
        await Task.WhenAll(tasks.SelectMany(task => (Task<Reply>[])[MoveAsync(app, task.Id), app.UnassignAsync(task.Instance)]));

        Assert.Equal([0], await app.Db.QueryAsync($"select count(*) from todos where status = 'OPEN'", row => row.GetInt64(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task A_task_that_is_completed_during_a_reassignment_is_either_done_or_still_open(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasUserAsync("ann@example.com");
        var (tasks, key) = (await HasTasksAsync(app), await app.HasManageKeyAsync());

        var replies = await Task.WhenAll(tasks.Select(async task =>
        {
            var done = PatchAsync(app, task.Id, "\"status\":\"DONE\"");
            await Task.WhenAll(done, app.PostAsync($"/sluice/v1/flow-instances/{task.Instance}/reassign", new { flowInstanceOwnerEmail = "ann@example.com" }, key));
            return (task.Id, (await done).Status);
        }));

        var now = await app.Db.QueryAsync($"select id, status from todos where step_id = (select min(step_id) from todos)", row => (row.GetInt64(0), row.GetString(1)), CancellationToken.None);
        Assert.Equal(replies.Select(reply => (reply.Id, reply.Status == HttpStatusCode.OK ? "DONE" : "OPEN")).Order(), now.Order());
    }

    /// <summary>Creates one open task per prospect: the first call in a flow of two calls.</summary>
    private static async Task<List<(long Id, long Instance)>> HasTasksAsync(TestApp app)
    {
        await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasStepAsync(app.Tenant.Flow, 2, waitMinutes: 1440);
        var crmIds = Enumerable.Range(0, 30).Select(number => $"p{number}").ToArray();
        foreach (var crmId in crmIds)
        {
            await app.HasProspectAsync(crmId);
        }

        await app.AssignAsync(app.Tenant.Flow, crmIds);
        await app.RunAsync();
        var tasks = await app.Db.QueryAsync($"select id, flow_instance_id from todos", row => (Id: row.GetInt64(0), Instance: row.GetInt64(1)), CancellationToken.None);
        Assert.Equal(crmIds.Length, tasks.Count);
        return tasks;
    }

    private static Task<Reply> MoveAsync(TestApp app, long task) => PatchAsync(app, task, "\"dueDate\":\"2026-03-09T09:00:00Z\"");

    private static Task<Reply> PatchAsync(TestApp app, long task, string change) => app.SendAsync(
        HttpMethod.Patch, $"/v2/tasks/{task}", new StringContent($$"""{"userId":"{{app.Tenant.User.Id}}",{{change}}}""", Encoding.UTF8, "application/json"));
}
