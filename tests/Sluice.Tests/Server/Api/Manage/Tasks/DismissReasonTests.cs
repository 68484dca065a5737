using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Tasks;

public sealed class DismissReasonTests
{
    [Theory, EveryDatabase]
    public async Task Why_a_task_was_dismissed_is_kept_with_it_and_in_the_history(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasStepAsync(app.Tenant.Flow);
        var run = await app.HasInstanceAsync("ada", change: one => one with { NextDueAt = app.Clock.GetUtcNow() });
        await app.RunAsync();
        var task = (await author.GetAsync("tasks")).Each("tasks", "id").Single();

        (await author.PostAsync($"tasks/{task}", """{"status":"DONE","reason":"x"}""")).ShouldRefuse(BadRequest, "reason is only for status DISMISSED");
        (await author.PostAsync($"tasks/{task}", $$"""{"status":"DISMISSED","reason":"{{new string('x', 501)}}"}""")).ShouldRefuse(BadRequest, "reason: should have at most 500 characters");
        Assert.Equal("Wrong person", (string?)(await author.PostAsync($"tasks/{task}", """{"status":"DISMISSED","reason":"Wrong person"}""")).Json["task"]!["outcome"]);

        var history = (await author.GetAsync($"flow-instances/{run.Id}/explain")).Json["history"]!.AsArray();
        Assert.Contains(history, one => (string?)one!["detail"]?["reason"] == "dismissed: Wrong person");
    }
}
