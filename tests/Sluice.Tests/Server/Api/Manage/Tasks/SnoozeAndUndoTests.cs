using Sluice.Engine.Instances;
using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Tasks;

/// <summary>Tasks that are put off, and closings that are taken back.</summary>
public sealed class SnoozeAndUndoTests
{
    [Theory, EveryDatabase]
    public async Task A_snoozed_task_is_due_later_and_comes_back_by_itself(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (author, run, task) = await BeginAsync(app, "ada");
        var (until, expires) = (app.Clock.GetUtcNow().AddDays(3), (await app.RunOfAsync(run)).NextDueAt);

        Assert.Equal(OK, (await author.PostAsync($"tasks/{task}/snooze", $$"""{"until":"{{until:O}}"}""")).Status);

        Assert.Equal(expires + TimeSpan.FromDays(3), (await app.RunOfAsync(run)).NextDueAt);
        Assert.Empty((await author.GetAsync($"tasks?status=OPEN&dueBefore={app.Clock.GetUtcNow().AddDays(2):yyyy-MM-ddTHH:mm:ssZ}")).Each("tasks", "id"));
        app.Clock.Advance(TimeSpan.FromDays(4));
        await app.RunAsync();
        Assert.Equal([task], (await author.GetAsync($"tasks?status=OPEN&dueBefore={app.Clock.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}")).Each("tasks", "id"));
        (await author.PostAsync($"tasks/{task}/snooze", """{"until":"2001-01-01T00:00:00Z"}""")).ShouldRefuse(BadRequest, "until: should be later than now");
        (await author.PostAsync($"tasks/{task}/snooze", $$"""{"until":"{{app.Clock.GetUtcNow().AddDays(91):O}}"}""")).ShouldRefuse(BadRequest, "until: should be within 90 days");
        await author.PostAsync($"tasks/{task}", """{"status":"DONE"}""");
        (await author.PostAsync($"tasks/{task}/snooze", $$"""{"until":"{{app.Clock.GetUtcNow().AddDays(1):O}}"}""")).ShouldRefuse(Conflict, "The task is already DONE");
    }

    [Theory, EveryDatabase]
    public async Task What_was_done_dismissed_or_skipped_a_moment_ago_can_be_undone_and_done_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (author, run, task) = await BeginAsync(app, "ada");
        foreach (var how in (string[])["""{"status":"DONE"}""", """{"status":"DISMISSED","reason":"Other"}""", "skip"])
        {
            var before = await app.RunOfAsync(run);
            await (how == "skip" ? author.PostAsync($"flow-instances/{run.Id}/skip", null) : author.PostAsync($"tasks/{task}", how));
            Assert.Equal((how, 2), (how, (await app.RunOfAsync(run)).StepOrder));
            app.Clock.Advance(TimeSpan.FromSeconds(9));

            var undone = await author.PostAsync($"tasks/{task}/undo", null);

            Assert.True(undone.Status == OK, undone.Text);
            Assert.Equal(("OPEN", null), ((string?)undone.Json["task"]!["status"], (string?)undone.Json["task"]!["outcome"]));
            var after = await app.RunOfAsync(run);
            Assert.Equal((before.StepOrder, before.WaitsFor, before.Status), (after.StepOrder, after.WaitsFor, after.Status));
        }

        (await author.PostAsync($"tasks/{task}/undo", null)).ShouldRefuse(Conflict, "The task is open: there is nothing to undo");
        await author.PostAsync($"tasks/{task}", """{"status":"DONE"}""");
        app.Clock.Advance(TimeSpan.FromDays(2));
        await app.RunAsync();
        Assert.Equal((2, WaitsFor.ToDo), ((await app.RunOfAsync(run)).StepOrder, (await app.RunOfAsync(run)).WaitsFor));
        var total = (await author.GetAsync("reports")).Json["total"]!;
        Assert.Equal((1L, 1L), ((long)total["tasksDone"]!, (long)total["done"]!)); // What was undone does not count.
    }

    [Theory, EveryDatabase]
    public async Task What_something_has_followed_or_is_too_old_stays_closed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (author, _, late) = await BeginAsync(app, "late");
        await author.PostAsync($"tasks/{late}", """{"status":"DONE"}""");
        app.Clock.Advance(TimeSpan.FromSeconds(16));
        (await author.PostAsync($"tasks/{late}/undo", null)).ShouldRefuse(Conflict, "The task was closed too long ago: it stays closed");

        var (_, paused, second) = await BeginAsync(app, "paused");
        await author.PostAsync($"tasks/{second}", """{"status":"DONE"}""");
        await author.PostAsync($"flow-instances/{paused.Id}/pause", "{}");
        (await author.PostAsync($"tasks/{second}/undo", null)).ShouldRefuse(Conflict, "The flow has gone on since then: that cannot be undone");

        var (_, _, removed) = await BeginAsync(app, "removed");
        await author.PostAsync($"tasks/{removed}", """{"status":"DONE","outcome":"Not interested (other)"}""");
        var reply = await author.PostAsync($"tasks/{removed}/undo", null);
        Assert.Equal(Conflict, reply.Status);
        Assert.Equal(NotFound, (await author.PostAsync("tasks/1/undo", null)).Status);
    }

    private static async Task<(Author Author, Run Run, string Task)> BeginAsync(TestApp app, string crmId)
    {
        var flow = await app.HasFlowAsync($"Flow of {crmId}");
        await app.HasStepAsync(flow, 1);
        await app.HasStepAsync(flow, 2, "CALL", 1440);
        var run = await app.HasInstanceAsync(crmId, flow, change: one => one with { NextDueAt = app.Clock.GetUtcNow() });
        await app.RunAsync();
        var author = await Author.OfAsync(app);
        return (author, run, (await author.GetAsync($"tasks?status=OPEN&flowInstanceId={run.Id}")).Each("tasks", "id").Single());
    }
}
