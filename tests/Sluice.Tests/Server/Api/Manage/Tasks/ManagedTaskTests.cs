using System.Text.Json.Nodes;
using Sluice.Engine.Instances;
using Sluice.Engine.Tasks;
using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Tasks;

public sealed class ManagedTaskTests
{
    [Theory, EveryDatabase]
    public async Task Tasks_are_listed_newest_first_and_can_be_filtered_by_owner_status_and_instance(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var ann = await app.HasUserAsync("ann@example.com");
        var step = await app.HasStepAsync(app.Tenant.Flow, 1);
        var email = await app.HasStepAsync(app.Tenant.Flow, 2, "SEND_EMAIL");
        var (ada, bob) = (await HasDueAsync(app, "ada"), await app.HasInstanceAsync("bob", owner: ann, change: one => one with { NextDueAt = app.Clock.GetUtcNow() }));
        await app.RunAsync();
        var call = await OpenAsync(author, ada);
        await CloseAsync(author, call, """{"status":"done","outcome":"left voicemail"}""");
        await app.RunAsync();

        var all = await author.GetAsync("tasks");
        Assert.Equal(["SEND_EMAIL OPEN", "CALL OPEN", "CALL DONE"], Rows(all).Order(StringComparer.Ordinal).Reverse());
        Assert.Equal(["SEND_EMAIL OPEN", "CALL DONE"], Rows(await author.GetAsync("tasks?owner=REP@example.com")));
        Assert.Equal(["CALL OPEN"], Rows(await author.GetAsync($"tasks?flowInstanceId={bob.Id}&status=OPEN")));
        Assert.Equal(["CALL DONE"], Rows(await author.GetAsync($"tasks?flowInstanceId={ada.Id}&status=DONE")));
        Assert.Equal(["SEND_EMAIL OPEN"], Rows(await author.GetAsync($"tasks?flowInstanceId={ada.Id}&limit=1")));
        Assert.Equal(["CALL DONE"], Rows(await author.GetAsync($"tasks?flowInstanceId={ada.Id}&limit=1&before={await OpenAsync(author, ada)}")));
        var told = Assert.Single((await author.GetAsync("tasks?status=DONE")).Json["tasks"]!.AsArray())!;
        Assert.Equal($$"""
            {"id":"{{call}}","owner":"rep@example.com","kind":"step","action":"CALL","status":"DONE","outcome":"Left voicemail","priority":"Medium","dueAt":"2026-03-02T01:00:00-08:00","createdAt":"2026-03-02T01:00:00-08:00","updatedAt":"2026-03-02T01:00:00-08:00","crmProspectId":"ada","flowInstanceId":"{{ada.Id}}","flowId":"{{app.Tenant.Flow.Id}}","flowName":"SDR Flow","stepId":"{{step.Id}}","step":1}
            """, told.ToJsonString());
        Assert.Equal($"{email.Id}", (string?)(await author.GetAsync($"tasks?flowInstanceId={ada.Id}&status=OPEN")).Json["tasks"]![0]!["stepId"]);

        await author.PostAsync($"flow-instances/{bob.Id}/pause", "{}");
        Assert.Empty(Rows(await author.GetAsync($"tasks?flowInstanceId={bob.Id}")));
        (await author.GetAsync("tasks?owner=x&status=open&flowInstanceId=y&before=z&limit=101")).ShouldRefuse(
            BadRequest,
            "owner: x is not a valid email address",
            "status: should be one of OPEN, DONE, DISMISSED, not open",
            "flowInstanceId: should be an id, which is a whole number",
            "before: should be an id, which is a whole number",
            "limit: should be a whole number from 1 to 100");
        (await author.GetAsync("tasks?owner=nobody@example.com")).ShouldRefuse(BadRequest, "User with the given email nobody@example.com wasn't found");
    }

    [Theory, EveryDatabase]
    public async Task The_outcome_of_a_call_continues_or_ends_the_instance(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasStepAsync(app.Tenant.Flow, 2);
        var (on, off) = (await HasDueAsync(app, "ada"), await HasDueAsync(app, "bob"));
        await app.RunAsync();

        var led = await CloseAsync(author, await OpenAsync(author, on), """{"status":"DONE","outcome":"Busy"}""");
        var removed = await CloseAsync(author, await OpenAsync(author, off), """{"status":"DONE","outcome":"Bad timing"}""");

        Assert.Equal(("Running", "DONE", "Busy"), ((string?)led.Json["flowInstanceStatus"], (string?)led.Json["task"]!["status"], (string?)led.Json["task"]!["outcome"]));
        Assert.Equal(("Finished", "DONE", "Bad timing"), ((string?)removed.Json["flowInstanceStatus"], (string?)removed.Json["task"]!["status"], (string?)removed.Json["task"]!["outcome"]));
        Assert.Equal((2, (FinishReason?)null), ((await app.RunOfAsync(on)).StepOrder, (await app.RunOfAsync(on)).FinishReason));
        Assert.Equal(FinishReason.CallOutcome, (await app.RunOfAsync(off)).FinishReason);
        Assert.Equal("""step_done {"step":1,"reason":"Busy"}""", await LastEventAsync(author, on));
        Assert.Equal("""call_outcome {"reason":"Bad timing"}""", await LastEventAsync(author, off));
    }

    [Theory, EveryDatabase]
    public async Task A_prospect_who_opts_out_on_the_phone_leaves_all_flows(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasStepAsync(app.Tenant.Flow, 1);
        var (here, there) = (await HasDueAsync(app, "ada"), await app.HasInstanceAsync("ada", await app.HasFlowAsync("Other")));
        var another = await app.HasInstanceAsync("bob");
        await app.RunAsync();
        var task = await OpenAsync(author, here);

        var reply = await CloseAsync(author, task, """{"status":"DONE","outcome":"Opt out"}""");

        Assert.Equal(("Finished", "DONE"), ((string?)reply.Json["flowInstanceStatus"], (string?)reply.Json["task"]!["status"]));
        Assert.Equal((FinishReason.OptedOut, FinishReason.OptedOut), ((await app.RunOfAsync(here)).FinishReason, (await app.RunOfAsync(there)).FinishReason));
        Assert.Equal("""opted_out {"reason":"Outcome of a call: Opt out"}""", await LastEventAsync(author, there));
        Assert.True((await app.RunOfAsync(another)).IsOpen);
        Assert.Equal(["Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, "ada")).Each("prospectsNotAssigned", "errorMessage"));
    }

    [Theory, EveryDatabase]
    public async Task Closing_a_response_task_says_whether_the_instance_continues(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var (on, off, left) = (await HasRepliedAsync(app, "003A"), await HasRepliedAsync(app, "003B"), await HasRepliedAsync(app, "003C"));

        (await CloseAsync(author, await OpenAsync(author, on), """{"status":"DONE"}""")).ShouldRefuse(
            BadRequest, "then is missing: give resume or remove, because the flow instance is paused until this task is closed");
        Assert.Equal("Running", await ThenAsync(author, on, "resume"));
        Assert.Equal("FinishedResponse", await ThenAsync(author, off, "remove"));
        Assert.Equal("Paused", (string?)(await CloseAsync(author, await OpenAsync(author, left), """{"status":"DISMISSED"}""")).Json["flowInstanceStatus"]);

        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.RunAsync();
        Assert.Equal(2, (await app.MailOfAsync(on)).Count);
        Assert.Single(await app.MailOfAsync(off));
        Assert.Single(await app.MailOfAsync(left));
    }

    [Theory, EveryDatabase]
    public async Task An_instance_that_a_meeting_or_a_bounce_paused_ends_with_that_reason(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var flow = await app.HasMailFlowAsync();
        var (met, bounced) = (await app.HasInstanceWithSentMailAsync("003A", flow), await app.HasInstanceWithSentMailAsync("003B", flow));
        await app.ReceiveInboundAsync(new { type = "meeting_booked", messageId = "m1", flowInstanceId = TestApp.Wire(met) });
        await app.ReceiveInboundAsync(new { type = "bounce", messageId = "b1", flowInstanceId = TestApp.Wire(bounced) });

        Assert.Equal("Finished", await ThenAsync(author, met, "remove"));
        Assert.Equal("Finished", await ThenAsync(author, bounced, "remove"));
        Assert.Equal((FinishReason.MeetingBooked, FinishReason.Bounced), ((await app.RunOfAsync(met)).FinishReason, (await app.RunOfAsync(bounced)).FinishReason));
    }

    [Theory, EveryDatabase]
    public async Task Of_many_concurrent_calls_only_one_closes_a_task(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasStepAsync(app.Tenant.Flow, 2, waitMinutes: 1440);
        var instance = await HasDueAsync(app, "ada");
        await app.RunAsync();
        var task = await OpenAsync(author, instance);

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => CloseAsync(author, task, """{"status":"DONE"}"""))));

        Assert.Equal((1, 7), (replies.Count(reply => reply.Status == OK), replies.Count(reply => reply.Status == Conflict)));
        var history = (await author.GetAsync($"flow-instances/{instance.Id}/explain")).Json["history"]!.AsArray();
        Assert.Single(history, one => (string?)one!["type"] == "step_done");
    }

    [Theory, EveryDatabase]
    public async Task A_task_that_cannot_be_closed_this_way_stays_unchanged(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasStepAsync(app.Tenant.Flow, 1, "SEND_EMAIL");
        var (running, paused) = (await HasDueAsync(app, "ada"), await HasDueAsync(app, "bob"));
        var replied = await HasRepliedAsync(app, "003A");
        await app.RunAsync();
        var (email, hidden, response) = (await OpenAsync(author, running), await OpenAsync(author, paused), await OpenAsync(author, replied));
        await author.PostAsync($"flow-instances/{paused.Id}/pause", "{}");
        await author.PostAsync($"flow-instances/{replied.Id}/resume");
        var uncertain = await HasUncertainAsync(app, running);
        var before = await app.Db.DumpAsync();

        (await CloseAsync(author, email, """{"status":"OPEN","outcome":"Bored","then":"stop"}""")).ShouldRefuse(
            BadRequest,
            "status: should be one of DONE, DISMISSED, not OPEN",
            "outcome: should be one of No voicemail, Left voicemail, Not in service, Busy, Wrong number, Hung up, Gatekeeper, Follow up, Meeting booked, Bad timing, Has a solution, Bad persona, Gave referral, Bad fit, Opt out, Not interested (other), not Bored",
            "then: should be one of resume, remove, not stop");
        (await CloseAsync(author, email, """{"status":"DISMISSED","then":"remove"}""")).ShouldRefuse(BadRequest, "outcome and then are only for status DONE");
        (await CloseAsync(author, email, """{"status":"DONE","outcome":"Opt out","then":"remove"}""")).ShouldRefuse(
            BadRequest,
            "outcome is only for calls, and this task's action is SEND_EMAIL",
            "then is only for tasks of kind response, meeting_booked or bounced, and this task's kind is step");
        (await CloseAsync(author, hidden, """{"status":"DONE"}""")).ShouldRefuse(Conflict, "The task's flow instance is Paused: resume it first");
        (await CloseAsync(author, response, """{"status":"DONE","then":"resume"}""")).ShouldRefuse(Conflict, "The flow instance is Running: there is nothing to resume");
        (await CloseAsync(author, uncertain, """{"status":"DISMISSED"}""")).ShouldRefuse(
            Conflict, "This task closes when you say whether the mail was sent: POST /sluice/v1/messages/{id}/resolve");
        (await CloseAsync(author, "1", """{"status":"DONE"}""")).ShouldRefuse(NotFound, "Task not found");
        (await CloseAsync(author, "one", """{"status":"DONE"}""")).ShouldRefuse(BadRequest, "id: should be an id, which is a whole number of at most 19 digits, not one");
        Assert.Equal(before, await app.Db.DumpAsync());

        Assert.Equal(OK, (await CloseAsync(author, response, """{"status":"DONE"}""")).Status); // Its instance no longer waits for it.
        (await CloseAsync(author, response, """{"status":"DISMISSED"}""")).ShouldRefuse(Conflict, "The task is already DONE");
    }

    private static Task<Run> HasDueAsync(TestApp app, string crmId) => app.HasInstanceAsync(crmId, change: one => one with { NextDueAt = app.Clock.GetUtcNow() });

    private static async Task<Run> HasRepliedAsync(TestApp app, string crmId)
    {
        var instance = await app.HasInstanceWithSentMailAsync(crmId, await app.HasMailFlowAsync());
        await app.ReceiveInboundAsync(new { type = "reply", messageId = $"r-{crmId}", flowInstanceId = TestApp.Wire(instance) });
        return instance;
    }

    private static async Task<string> HasUncertainAsync(TestApp app, Run instance)
    {
        var now = app.Clock.GetUtcNow();
        var todo = new ToDo(
            app.Tenant.Id, app.NextId(), app.Tenant.User.Id, app.Tenant.Workspace.Id, instance.ProspectId, instance.Id, instance.FlowId, null, TaskKind.UncertainMail, "SEND_EMAIL", null,
            ToDoStatus.Open, ToDoPriority.Medium, now, now, now);
        await new ToDoStore(app.Db).AddAsync([todo], CancellationToken.None);
        return $"{todo.Id}";
    }

    private static async Task<string> OpenAsync(Author author, Run instance) =>
        (await author.GetAsync($"tasks?flowInstanceId={instance.Id}&status=OPEN")).Each("tasks", "id").First();

    private static Task<Reply> CloseAsync(Author author, string task, string json) => author.PostAsync($"tasks/{task}", json);

    private static async Task<string?> ThenAsync(Author author, Run instance, string then) =>
        (string?)(await CloseAsync(author, await OpenAsync(author, instance), $$"""{"status":"DONE","then":"{{then}}"}""")).Json["flowInstanceStatus"];

    private static IEnumerable<string> Rows(Reply reply) => reply.Json["tasks"]!.AsArray().Select(one => $"{one!["action"]} {one["status"]}");

    private static async Task<string> LastEventAsync(Author author, Run instance) =>
        (await author.GetAsync($"flow-instances/{instance.Id}/explain")).Json["history"]!.AsArray()[^1] is JsonObject last ? $"{last["type"]} {last["detail"]?.ToJsonString()}" : "";
}
