using System.Net;
using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Tasks;

namespace Sluice.Tests.Engine.Instances.Explain;

public sealed class ExplainTests
{
    [Theory, EveryDatabase]
    public async Task A_step_that_is_not_yet_due_says_when_it_is(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasStepAsync(app.Tenant.Flow, 1, "CALL", 6 * 1440);
        await app.HasProspectAsync("ada");
        var assigned = await app.AssignAsync(app.Tenant.Flow, "ada");

        var reply = await ExplainAsync(app, assigned.Each("prospectsAssigned", "flowInstanceId").Single());

        Assert.Equal("step", (string?)reply.Json["waitsFor"]);
        Assert.Equal("an API key", reply.Each("history", "by").Single());
        Assert.Equal([assigned.RequestId], reply.Each("history", "byRequestId"));
        Assert.StartsWith("Waits for step 1 of 1, CALL, which comes due on ", (string?)reply.Json["sentence"], StringComparison.Ordinal);
        Assert.NotNull(reply.Json["nextAt"]);
    }

    [Theory, EveryDatabase]
    public async Task A_task_is_explained_with_its_user_and_the_time_when_it_expires(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var step = await app.HasStepAsync(app.Tenant.Flow);
        var instance = await app.HasInstanceAsync("ada");
        await SetAsync(app, instance, WaitsFor.ToDo, At(120));
        await new ToDoStore(app.Db).AddAsync(
            [new ToDo(
                instance.CompanyId, app.NextId(), instance.OwnerId, app.Tenant.Workspace.Id, instance.ProspectId, instance.Id, instance.FlowId, step.Id, TaskKind.Step, "CALL", null,
                ToDoStatus.Open, ToDoPriority.Medium, At(-1), At(-1), At(-1))],
            CancellationToken.None);

        var reply = await ExplainAsync(app, instance.Id);

        Assert.Equal(
            "Waits for Robin Rep to make a call, due since Sunday 1 March 2026 at 01:00; it ends by itself on Tuesday 30 June 2026 at 02:00 if nobody does.", (string?)reply.Json["sentence"]);
        Assert.Equal("2026-06-30T02:00:00-07:00", (string?)reply.Json["nextAt"]);
        Assert.Equal(["to_do"], reply.Each("heldBy", "rule"));
    }

    [Theory, EveryDatabase]
    public async Task The_explanation_names_the_task_of_the_step_although_a_meeting_has_created_a_newer_task(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var scenario = await ProspectScenario.BeginAsync(app, "CALL", rules: "continue");
        await scenario.AssignAsync();
        await scenario.DoAsync("meeting");

        var why = await scenario.ExplainAsync();

        Assert.Equal("Running to_do | meeting_booked SEND_EMAIL, step CALL | ", await scenario.ShowAsync());
        Assert.Contains(" to make a call, due since ", (string?)why["sentence"], StringComparison.Ordinal);
        Assert.Contains(", CALL, due since ", (string?)why["heldBy"]![0]!["fact"], StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_pause_is_explained_with_its_reason_and_its_end(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceAsync("ada", status: InstanceStatus.Paused);
        await SetAsync(app, instance, WaitsFor.Pause, At(30), PauseReason.Reply);

        var reply = await ExplainAsync(app, instance.Id);

        Assert.Equal(
            "Paused since Monday 2 March 2026 at 01:00 because the prospect replied; it ends by itself on Wednesday 1 April 2026 at 02:00 if nobody resumes it.", (string?)reply.Json["sentence"]);
    }

    [Theory, EveryDatabase]
    public async Task A_mail_is_explained_as_held_by_a_limit_or_as_uncertain(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceAsync("ada");
        await SetAsync(app, instance, WaitsFor.Mail, null);
        await new MessageStore(app.Db).AddAsync([Message(app, instance)], CancellationToken.None);
        await app.Db.ExecuteAsync($"update messages set hold_reason = 'recipient_day', hold_limit = 3", CancellationToken.None);

        var held = await ExplainAsync(app, instance.Id);
        await app.Db.ExecuteAsync($"update messages set state = 'uncertain', hold_reason = null, hold_limit = null", CancellationToken.None);
        var lost = await ExplainAsync(app, instance.Id);

        Assert.Equal(["sending_limit"], held.Each("heldBy", "rule"));
        Assert.StartsWith("3 mails to one recipient in 24 hours; so far the sender has sent 0 of 500 ", held.Each("heldBy", "fact").Single(), StringComparison.Ordinal);
        Assert.Equal("2026-03-03T01:00:00-08:00", (string?)held.Json["nextAt"]);
        Assert.Equal(["uncertain_mail"], lost.Each("heldBy", "rule"));
        Assert.Null(lost.Json["nextAt"]);
    }

    [Theory, EveryDatabase]
    public async Task The_end_of_an_instance_is_explained_with_its_reason(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceAsync("ada");
        await app.UnassignAsync(instance.Id);

        var reply = await ExplainAsync(app, instance.Id);

        Assert.Equal("Ended on Monday 2 March 2026 at 01:00 because somebody removed it.", (string?)reply.Json["sentence"]);
        Assert.Equal("nothing", (string?)reply.Json["waitsFor"]);
        Assert.Null(reply.Json["nextAt"]);
    }

    [Theory, EveryDatabase]
    public async Task An_abolished_time_zone_is_explained(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasStepAsync(app.Tenant.Flow);
        var mars = await app.HasUserAsync("mars@example.com", change: user => user with { TimeZone = "Mars/Olympus_Mons" });
        var instance = await app.HasInstanceAsync("ada", owner: mars, change: instance => instance with { NextDueAt = At(1) });

        Assert.Equal(["time_zone"], (await ExplainAsync(app, instance.Id)).Each("heldBy", "rule"));
    }

    [Theory, EveryDatabase]
    public async Task Another_companys_instance_is_not_found_and_an_invalid_id_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var other = await app.HasTenantAsync("Other");
        var theirs = await app.HasInstanceAsync("ada", other.Flow, of: other);

        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(app, $"{theirs.Id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(app, "0")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(app, "ada")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(app, "99999999999999999999")).Status);
    }

    private static Task<Reply> ExplainAsync(TestApp app, long id) => ExplainAsync(app, $"{id}");

    private static async Task<Reply> ExplainAsync(TestApp app, string id)
    {
        var reply = await AskAsync(app, id);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply;
    }

    private static async Task<Reply> AskAsync(TestApp app, string id) => await app.GetAsync($"/sluice/v1/flow-instances/{id}/explain", await app.HasKeyAsync([Scopes.Manage]));

    private static Task<int> SetAsync(TestApp app, Run instance, WaitsFor waits, DateTimeOffset? due, PauseReason? pause = null) => app.Db.ExecuteAsync($"""
        update flow_instances
        set waits_for = {(int)waits},
            next_due_at = {due},
            pause_reason = {pause?.Word()},
            paused_at = {(pause is null ? (DateTimeOffset?)null : At(0))}
        where company_id = {instance.CompanyId} and id = {instance.Id}
        """, CancellationToken.None);

    private static Message Message(TestApp app, Run instance) => new(
        instance.CompanyId, app.NextId(), instance.Id, instance.ProspectId, 1, 1, instance.OwnerId, TestApp.RepEmail, "Robin Rep", "ada@example.com", "Hello", "", "1@example.com", null,
        MessageState.Queued, At(1), At(0));

    private static DateTimeOffset At(int days) => new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero).AddDays(days);
}
