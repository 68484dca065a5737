using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Tests.Server.Api.Manage.Flows;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Instances;

public sealed class SkipTests
{
    private const int Day = 1440;

    [Theory, EveryDatabase]
    public async Task An_instance_that_is_deleted_before_it_is_locked_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = HookedDb.Wrap });
        var author = await Author.OfAsync(app);
        await app.HasStepAsync(app.Tenant.Flow, 1);
        var instance = await app.HasInstanceAsync("ada");
        ((HookedDb)app.Db).Before = db => db.ExecuteAsync($"delete from flow_instances where id = {instance.Id}", CancellationToken.None);

        (await SkipAsync(author, instance)).ShouldRefuse(Conflict, "The flow instance was deleted meanwhile");
    }

    [Theory, EveryDatabase]
    public async Task Skipping_dismisses_the_steps_task_and_the_next_step_follows_after_its_wait(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasStepAsync(app.Tenant.Flow, 2, waitMinutes: 2 * Day);
        var instance = await app.HasInstanceAsync("ada", change: one => one with { NextDueAt = app.Clock.GetUtcNow() });
        await app.RunAsync();
        app.Clock.Advance(TimeSpan.FromHours(5));

        (await SkipAsync(author, instance)).ShouldBe(OK, $$"""{"flowInstanceId":"{{instance.Id}}","flowInstanceStatus":"Running"}""");

        var run = await app.RunOfAsync(instance);
        Assert.Equal((2, WaitsFor.Step, app.Clock.GetUtcNow().AddDays(2)), (run.StepOrder, run.WaitsFor, run.NextDueAt!.Value));
        Assert.Equal(["DISMISSED"], await ToDosAsync(app));
        var last = (await author.GetAsync($"flow-instances/{instance.Id}/explain")).Json["history"]!.AsArray()[^1]!;
        Assert.Equal(("step_done", "an API key", """{"step":1,"reason":"skipped"}"""), ((string?)last["type"], (string?)last["by"], last["detail"]!.ToJsonString()));

        app.Clock.Advance(TimeSpan.FromDays(2));
        await app.RunAsync();
        (await SkipAsync(author, instance)).ShouldBe(OK, $$"""{"flowInstanceId":"{{instance.Id}}","flowInstanceStatus":"FinishedNoReply"}""");
        (await SkipAsync(author, instance)).ShouldRefuse(Conflict, "The flow instance is FinishedNoReply: there is no step to skip");
        Assert.Equal(["DISMISSED", "DISMISSED"], await ToDosAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task Skipping_cancels_the_steps_queued_mail(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await HasQueuedAsync(app);

        Assert.Equal(OK, (await SkipAsync(await Author.OfAsync(app), instance)).Status);
        await app.RunAsync();

        Assert.Equal([MessageState.Cancelled], (await app.MailOfAsync(instance)).Select(mail => mail.State));
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.RunAsync();
        Assert.Equal([MessageState.Cancelled, MessageState.Sent], (await app.MailOfAsync(instance)).Select(mail => mail.State));
        Assert.Equal(InstanceStatus.FinishedNoReply, (await app.RunOfAsync(instance)).Status);
    }

    [Theory, EveryDatabase]
    public async Task A_step_whose_mail_may_have_left_cannot_be_skipped(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var instance = await HasQueuedAsync(app);
        var mail = (await app.MailOfAsync(instance))[0];

        foreach (var (state, why) in ((string, string)[])
        [
            ("sending", "The step's mail is being sent right now and cannot be stopped"),
            ("uncertain", $"The step's mail may have been sent: first say whether it was, with POST /sluice/v1/messages/{mail.Id}/resolve"),
        ])
        {
            await app.Db.ExecuteAsync($"update messages set state = {state}, lease_until = {app.Clock.GetUtcNow().AddDays(1)} where company_id = {app.Tenant.Id} and id = {mail.Id}", CancellationToken.None);
            var before = await app.RunOfAsync(instance);
            (await SkipAsync(author, instance)).ShouldRefuse(Conflict, why);
            Assert.Equal(before, await app.RunOfAsync(instance));
        }
    }

    [Theory, EveryDatabase]
    public async Task A_step_that_is_skipped_before_it_is_due_does_not_return_when_the_flow_is_edited(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var flow = await author.HasFlowAsync("""
            {"name":"Calls","owner":"rep@example.com","steps":[{"key":"a","action":"CALL"},{"key":"b","action":"CALL","wait":{"days":1}},{"key":"c","action":"CALL","wait":{"days":1}}]}
            """);
        await app.HasProspectAsync("ada");
        var assigned = await app.PostAsync("/v2/flows/prospects/assign", new { flowId = (string?)flow["id"], flowInstanceOwnerEmail = TestApp.RepEmail, crmProspectsIds = new[] { "ada" } });
        var id = (string)assigned.Json["prospectsAssigned"]![0]!["flowInstanceId"]!;
        await app.RunAsync();
        await author.PostAsync($"flow-instances/{id}/skip");

        Assert.Equal(OK, (await author.PostAsync($"flow-instances/{id}/skip")).Status); // Skips the second call, which is not due yet.
        Assert.Equal(OK, (await author.PatchAsync($"flows/{flow["id"]}", """
            {"steps":[{"key":"a","action":"CALL"},{"key":"b","action":"CALL","wait":{"days":1}},{"key":"new","action":"LINKEDIN_CONNECT"},{"key":"c","action":"CALL","wait":{"days":1}}]}
            """)).Status);

        Assert.Equal("3", (await author.GetAsync($"flow-instances/{id}")).Json["step"]!["order"]!.ToString());
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.RunAsync();
        Assert.Equal(["CALL", "LINKEDIN_CONNECT"], await app.Db.QueryAsync($"select action from todos order by id", row => row.GetString(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task A_paused_instance_stays_paused_and_continues_after_the_skipped_step(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var instance = await HasQueuedAsync(app);
        await author.PostAsync($"flow-instances/{instance.Id}/pause", "{}");

        (await SkipAsync(author, instance)).ShouldBe(OK, $$"""{"flowInstanceId":"{{instance.Id}}","flowInstanceStatus":"Paused"}""");
        await author.PostAsync($"flow-instances/{instance.Id}/resume");
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.RunAsync();

        Assert.Equal([(1, MessageState.Cancelled), (2, MessageState.Sent)], (await app.MailOfAsync(instance)).Index().Select(mail => (mail.Index + 1, mail.Item.State)));
    }

    [Theory, EveryDatabase]
    public async Task Only_the_named_step_is_skipped_and_a_faulty_request_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var empty = await app.HasInstanceAsync("ada");
        (await SkipAsync(author, empty)).ShouldRefuse(Conflict, "The flow instance is Running: there is no step to skip");
        var first = await app.HasStepAsync(app.Tenant.Flow, 1);
        var second = await app.HasStepAsync(app.Tenant.Flow, 2, waitMinutes: Day);

        Assert.Equal(OK, (await SkipAsync(author, empty, $"?stepId={first.Id}")).Status);
        (await SkipAsync(author, empty, $"?stepId={first.Id}")).ShouldRefuse(Conflict, $"The flow instance is at step {second.Id}, not at {first.Id}");
        (await SkipAsync(author, empty, "?stepId=two")).ShouldRefuse(BadRequest, "stepId: should be an id, which is a whole number");
        (await author.PostAsync("flow-instances/99999999999999999999/skip")).ShouldRefuse(BadRequest, "id: should be an id, which is a whole number of at most 19 digits, not 99999999999999999999");
        (await author.PostAsync("flow-instances/ada/skip")).ShouldRefuse(BadRequest, "id: should be an id, which is a whole number of at most 19 digits, not ada");
        Assert.Equal(2, (await app.RunOfAsync(empty)).StepOrder);
    }

    /// <summary>Creates an instance whose first mail is queued; no worker has looked for mail to send yet.</summary>
    private static async Task<Run> HasQueuedAsync(TestApp app)
    {
        var flow = await app.HasFlowAsync("Mails", change: flow => flow with { Window = new SendingWindow(0, 1440, 127) });
        await app.HasStepAsync(flow, 1, "AUTO_SEND_EMAIL", change: step => step with { Subject = "One", Body = "1" });
        await app.HasStepAsync(flow, 2, "AUTO_SEND_EMAIL", Day, step => step with { Subject = "Two", Body = "2" });
        var instance = await app.HasDueInstanceAsync("003A", flow);
        await app.Engine.RunOnceAsync(CancellationToken.None);
        Assert.Equal([MessageState.Queued], (await app.MailOfAsync(instance)).Select(mail => mail.State));
        return instance;
    }

    private static Task<Reply> SkipAsync(Author author, Run instance, string query = "") => author.PostAsync($"flow-instances/{instance.Id}/skip{query}");

    private static Task<List<string>> ToDosAsync(TestApp app) => app.Db.QueryAsync($"select status from todos order by id", row => row.GetString(0), CancellationToken.None);
}
