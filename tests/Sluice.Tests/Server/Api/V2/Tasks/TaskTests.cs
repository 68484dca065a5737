using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Tasks;

using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Tasks;

public sealed class TaskTests
{
    private static readonly string[] Types = ["FLOW", "MANUAL"];
    private static readonly string[] Calls = ["CALL"];
    private static readonly string[] AllStatuses = ["OPEN", "DONE", "DISMISSED"];

    [Theory, EveryDatabase]
    [Wire(ListTasks, "doc", "A task of a flow shows its flow, step and contact; ids are numbers")]
    [Wire(ListTasks, "doc", "There are no pages; the CRM's type is beside the list")]
    public async Task A_call_of_a_flow_is_listed_with_its_flow_step_and_contact(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var step = await app.HasStepAsync(app.Tenant.Flow);
        var instance = await app.HasInstanceAsync("ada");
        var todo = await HasToDoAsync(app, instance, step.Id);

        var reply = await ListAsync(app, app.Tenant.User.Id);

        reply.ShouldBe(OK, $$$"""
            {
              "crmType": "SALESFORCE",
              "tasks": [{
                "id": {{{todo.Id}}}, "userId": {{{app.Tenant.User.Id}}},
                "created": "2026-03-02T01:00:00-08:00", "updated": "2026-03-02T01:00:00-08:00",
                "status": "OPEN", "type": "FLOW", "actions": ["CALL"], "account": null, "opportunity": null, "dueDate": "2026-03-02T01:00:00-08:00",
                "flow": { "id": {{{app.Tenant.Flow.Id}}}, "name": "SDR Flow", "step": { "id": {{{step.Id}}}, "name": "Step 1", "stepNumber": 1 } },
                "contact": { "crmId": "ada", "type": "CONTACT",
                  "data": { "firstName": null, "lastName": null, "emailAddress": null, "phoneNumber": null, "title": null, "companyName": null } },
                "additionalContacts": [],
                "priority": { "id": 2, "name": "Medium", "weight": 2 }
              }]
            }
            """);
    }

    [Theory, EveryDatabase]
    [Wire(ListTasks, "doc", "Only calls are shown")]
    [Wire(ListTasks, "doc", "Type and status filter the list")]
    [Wire(ListTasks, "doc", "A task made by hand has a title and no flow")]
    public async Task The_filter_narrows_the_list(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ofFlow = await HasToDoAsync(app, await app.HasInstanceAsync("ada"));
        var byHand = await HasToDoAsync(app, null, title: "Call back");
        await HasToDoAsync(app, null, action: "SEND_EMAIL");
        var done = await HasToDoAsync(app, null, status: ToDoStatus.Done);

        Assert.Equal([$"{ofFlow.Id}"], (await ListAsync(app, app.Tenant.User.Id, types: ["FLOW"])).Each("tasks", "id"));
        var manual = await ListAsync(app, app.Tenant.User.Id, types: ["MANUAL"]);
        Assert.Equal([$"{byHand.Id}"], manual.Each("tasks", "id"));
        Assert.Equal(["Call back"], manual.Each("tasks", "title"));
        Assert.Null(manual.Json["tasks"]![0]!["flow"]);
        Assert.Equal([$"{done.Id}"], (await ListAsync(app, app.Tenant.User.Id, statuses: ["DONE"])).Each("tasks", "id"));
        Assert.Empty((await ListAsync(app, 1)).Each("tasks", "id"));
    }

    [Theory, EveryDatabase]
    [Wire(ListTasks, "doc", "User, types, actions and statuses are required; all missing ones are reported at once", Refusal = true)]
    [Wire(ListTasks, "inf", "An unknown word is refused", Refusal = true)]
    public async Task A_filter_without_its_fields_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var nothing = await app.PostAsync("/v2/tasks", new { });
        var wrong = await ListAsync(app, app.Tenant.User.Id, types: ["flow"]);

        nothing.ShouldRefuse(BadRequest, "userId should be a valid Long", "types is empty", "taskAction is empty", "status is empty");
        var mail = await app.PostAsync("/v2/tasks", new { filter = new { userId = app.Tenant.User.Id, types = Types, taskAction = (string[])["MAIL"], status = AllStatuses } });
        wrong.ShouldRefuse(BadRequest, "types should be one or more of FLOW, MANUAL");
        mail.ShouldRefuse(BadRequest, "taskAction should be CALL");
    }

    [Theory, EveryProfile]
    [Wire(ChangeTask, "inf", "Opening a closed task whose flow instance has ended", Refusal = true)]
    public async Task A_task_of_an_ended_instance_cannot_be_reopened(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var instance = await app.HasInstanceAsync("ada");
        var (todo, done, byHand) = (await HasToDoAsync(app, instance), await HasToDoAsync(app, instance, status: ToDoStatus.Done), await HasToDoAsync(app, null, status: ToDoStatus.Done));
        var open = $$"""{"userId":{{todo.UserId}},"status":"OPEN"}""";
        Assert.Equal(OK, (await ChangeAsync(app, done.Id, open)).Status); // Its instance still runs.
        await app.UnassignAsync(instance.Id);

        (await ChangeAsync(app, todo.Id, open)).ShouldRefuse(BadRequest, "Task cannot be reopened");
        (await ChangeAsync(app, done.Id, $$"""{"userId":{{todo.UserId}},"status":"open","priority":"High"}""")).ShouldRefuse(BadRequest, "Task cannot be reopened");
        Assert.Equal(["Medium", "Medium"], (await ListAsync(app, todo.UserId, types: ["FLOW"], statuses: ["DISMISSED"])).Json["tasks"]!.AsArray().Select(task => (string?)task!["priority"]!["name"]));
        Assert.Equal(OK, (await ChangeAsync(app, todo.Id, $$"""{"userId":{{todo.UserId}},"priority":"High"}""")).Status);
        Assert.Equal(OK, (await ChangeAsync(app, byHand.Id, open)).Status); // It has no instance.
        await app.Db.ExecuteAsync($"delete from flow_instances where id = {instance.Id}", CancellationToken.None);
        (await ChangeAsync(app, todo.Id, open)).ShouldRefuse(BadRequest, "Task cannot be reopened");
    }

    [Theory, EveryDatabase]
    [Wire(ChangeTask, "doc", "Changes status, due date and priority; the answer is a list with this one task")]
    [Wire(ChangeTask, "doc", "The case of a priority does not matter")]
    [Wire(ChangeTask, "doc", "Fields that are not named stay unchanged")]
    public async Task A_task_can_be_changed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var todo = await HasToDoAsync(app, null);
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        var all = await ChangeAsync(app, todo.Id, $$"""{ "userId": "{{todo.UserId}}", "status": "DONE", "dueDate": "2026-03-09T09:30:00+01:00", "priority": "hIGH" }""");
        var none = await ChangeAsync(app, todo.Id, $$"""{ "userId": "{{todo.UserId}}" }""");

        foreach (var task in (IEnumerable<System.Text.Json.Nodes.JsonNode>)[all.Json["tasks"]![0]!, none.Json["tasks"]![0]!])
        {
            Assert.Equal("DONE", (string?)task["status"]);
            Assert.Equal("2026-03-09T01:30:00-07:00", (string?)task["dueDate"]);
            Assert.Equal("High", (string?)task["priority"]!["name"]);
        }

        Assert.Equal("2026-03-02T01:01:00-08:00", (string?)all.Json["tasks"]![0]!["updated"]);
    }

    [Theory, EveryDatabase]
    [Wire(ChangeTask, "doc", "An unknown task", Refusal = true)]
    [Wire(ChangeTask, "doc", "Another user's task", Refusal = true)]
    [Wire(ChangeTask, "inf", "An unknown status or priority", Refusal = true)]
    public async Task A_faulty_change_is_refused_and_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var todo = await HasToDoAsync(app, null);
        var before = await app.Db.DumpAsync();

        (await ChangeAsync(app, 1, $$"""{ "userId": "{{todo.UserId}}" }""")).ShouldRefuse(NotFound, "TaskId not found");
        (await ChangeAsync(app, todo.Id, """{ "userId": "1", "status": "DONE" }""")).ShouldRefuse(Forbidden, "The task belongs to another user");
        (await ChangeAsync(app, todo.Id, $$"""{ "userId": "{{todo.UserId}}", "status": "GONE", "priority": "1" }"""))
            .ShouldRefuse(BadRequest, "status should be one of OPEN, DONE, DISMISSED", "priority should be one of Low, Medium, High");

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    [Wire(Unassign, "seed", "Removing a prospect closes its open tasks at the same moment")]
    public async Task Open_tasks_are_dismissed_when_their_instance_is_unassigned(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceAsync("ada");
        var (open, other) = (await HasToDoAsync(app, instance), await HasToDoAsync(app, await app.HasInstanceAsync("bob")));
        var done = await HasToDoAsync(app, instance, status: ToDoStatus.Done);

        await app.UnassignAsync(instance.Id);

        Assert.Equal([$"{open.Id}"], (await ListAsync(app, app.Tenant.User.Id, statuses: ["DISMISSED"])).Each("tasks", "id"));
        Assert.Equal([$"{other.Id}"], (await ListAsync(app, app.Tenant.User.Id, statuses: ["OPEN"])).Each("tasks", "id"));
        Assert.Equal([$"{done.Id}"], (await ListAsync(app, app.Tenant.User.Id, statuses: ["DONE"])).Each("tasks", "id"));
    }

    private static Task<Reply> ListAsync(TestApp app, long userId, string[]? types = null, string[]? statuses = null) => app.PostAsync(
        "/v2/tasks", new { filter = new { userId = WireId.Write(userId), types = types ?? Types, taskAction = Calls, status = statuses ?? (types is null ? AllStatuses : ["OPEN"]) } });

    private static Task<Reply> ChangeAsync(TestApp app, long id, string body) =>
        app.SendAsync(HttpMethod.Patch, $"/v2/tasks/{id}", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

    private static async Task<ToDo> HasToDoAsync(
        TestApp app, Run? instance, long? stepId = null, string action = "CALL", string? title = null, ToDoStatus status = ToDoStatus.Open)
    {
        var prospect = await app.HasProspectAsync(instance?.CrmProspectId ?? "carl");
        var now = app.Clock.GetUtcNow();
        var todo = new ToDo(
            app.Tenant.Id, app.NextId(), app.Tenant.User.Id, app.Tenant.Workspace.Id, prospect.Id, instance?.Id, instance?.FlowId, stepId,
            instance is null ? TaskKind.Manual : TaskKind.Step, action, title, status, ToDoPriority.Medium, now, now, now);
        await new ToDoStore(app.Db).AddAsync([todo], CancellationToken.None);
        return todo;
    }
}
