using System.Net;
using System.Text;
using Sluice.Client;

namespace Sluice.Tests.Client;

/// <summary>The typed client against a real server.</summary>
public sealed class ClientServerTests
{
    [Theory, EveryDatabase]
    public async Task It_assigns_lists_and_unassigns(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (client, flow) = (app.TypedClient(change => change.AssignBatchSize = 2), new FlowId($"{app.Tenant.Flow.Id}"));
        string[] people = ["ada", "bob", "cyd", "dot", "eve"];
        foreach (var person in people)
        {
            await app.HasProspectAsync(person, optedOut: person == "cyd");
        }

        var assigned = await client.AssignAsync(flow, people.Append("ada").Select(person => new CrmId(person)), TestApp.RepEmail);

        Assert.Equal(["ada", "bob", "dot", "eve"], assigned.Assigned.Select(one => $"{one.CrmProspectId}"));
        Assert.Equal(("cyd", AssignmentError.InvalidState, "Prospect opted out"), assigned.NotAssigned.Select(one => ($"{one.CrmProspectId}", one.ErrorCode, one.ErrorMessage)).Single());
        Assert.Equal(3, assigned.RequestIds.Count);
        var listed = await client.ListAssignedFlowsAsync([new CrmId("bob"), new CrmId("nobody")]).ToListAsync();
        Assert.Equal((assigned.Assigned[1].FlowInstanceId, FlowInstanceStatus.Running, new WorkspaceId($"{app.Tenant.Workspace.Id}")), listed.Select(one => (one.FlowInstanceId, one.FlowInstanceStatus, one.WorkspaceId)).Single());
        Assert.Equal(app.Clock.GetUtcNow(), listed[0].FlowInstanceCreateDate);
        Assert.Equal([assigned.Assigned[0].FlowInstanceId], (await client.UnassignAsync([assigned.Assigned[0].FlowInstanceId, new FlowInstanceId("1")])).Unassigned);
        Assert.Equal([assigned.Assigned[1].FlowInstanceId], (await client.UnassignAsync(new CrmId("bob"), flow, TestApp.RepEmail)).Unassigned);
        Assert.Equal(FlowInstanceStatus.Finished, Assert.Single(await client.ListFlowInstancesAsync([assigned.Assigned[1].FlowInstanceId]).ToListAsync()).FlowInstanceStatus);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task It_follows_pages(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { PageSize = 2 });
        for (var i = 0; i < 4; i++)
        {
            await app.HasFlowAsync($"Flow {i}");
            await app.HasUserAsync($"user{i}@example.com");
        }

        var client = app.TypedClient();
        Assert.Equal(5, (await client.ListFlowsAsync(TestApp.RepEmail).ToListAsync()).Count);
        Assert.Equal(5, (await client.ListUsersAsync().ToListAsync()).Count);
        var users = await client.ListUsersAsync(new UserFilter(CreatedFromDateTime: app.Clock.GetUtcNow())).ToListAsync();
        Assert.Equal(5, users.Count);
        Assert.Equal("user3@example.com", (await client.GetUserAsync(users[4].Id)).EmailAddress);
        Assert.Equal("Initial workspace", Assert.Single(await client.ListWorkspacesAsync()).Name);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task It_reads_steps_folders_and_tasks_and_changes_a_task(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasFolderAsync("Outbound");
        await app.HasStepAsync(app.Tenant.Flow);
        await app.HasProspectAsync("ada");
        var (client, user) = (app.TypedClient(), new UserId($"{app.Tenant.User.Id}"));
        await client.AssignAsync(new FlowId($"{app.Tenant.Flow.Id}"), new CrmId("ada"), TestApp.RepEmail);
        await app.Engine.RunDueAsync(CancellationToken.None);

        var step = Assert.Single(Assert.Single(await client.ListFlowStepsAsync([new FlowId($"{app.Tenant.Flow.Id}")]).ToListAsync()).Steps);
        var folders = await client.ListFlowFoldersAsync(TestApp.RepEmail).ToListAsync();

        Assert.Equal((1, StepAction.Call, null), (step.StepOrder, step.Action, step.Subject));
        Assert.Null(folders.Single(folder => folder.Id == new FlowFolderId("100")).ParentFolderId); // On the wire, the text "null".
        Assert.Equal(user, folders.Single(folder => folder.Name == "Outbound").CreatedById);
        var task = Assert.Single(await client.ListTasksAsync(new TaskFilter(user)));
        Assert.Equal((new CrmId("ada"), new FlowId($"{app.Tenant.Flow.Id}")), (task.Contact!.CrmId, task.Flow!.Id));
        Assert.Equal(TaskState.Done, (await client.ChangeTaskAsync(task.Id, user, new TaskChange(TaskState.Done, Priority: TaskPriorityName.High)))!.Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task It_uploads_a_stream_to_the_crm_and_reads_it_back(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var client = app.TypedClient();
        var crm = await client.RegisterCrmIntegrationAsync("Own", TestApp.RepEmail);
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes("""{"objectId":"1","modifiedDate":"2026-03-02T09:00:00Z","emailAddress":"ada@example.org","lastName":"Byron"}"""));
        await client.SetCrmSchemaAsync(crm, CrmObjectType.Lead, [new CrmField("size") { Type = "NUMBER", Label = "Size" }]);

        await client.UploadCrmObjectsAsync(crm, CrmObjectType.Lead, "up-1", lines);

        await Eventually.UntilAsync(async () => (await client.GetCrmRequestAsync(crm, "up-1")).Status == CrmRequestStatus.Done);
        Assert.True(lines.CanRead);
        var objects = await client.GetCrmObjectsAsync(crm, CrmObjectType.Lead, ["1", "2"]);
        Assert.Equal("Byron", objects["1"]!.Value.GetProperty("lastName").GetString());
        Assert.Null(objects["2"]);
        Assert.Equal("size", Assert.Single((await client.GetCrmSchemaAsync(crm))["LEAD"]).UniqueName);
        Assert.Equal(new CrmId("1"), Assert.Single(Assert.Single((await client.FindDataOfEmailAsync("ada@example.org")).CustomerData).Objects).ExternalId);
        var bulk = await client.BeginBulkAssignmentAsync(new FlowId($"{app.Tenant.Flow.Id}"), [new BulkProspect { CrmId = new CrmId("1") }], TestApp.RepEmail);
        await Eventually.UntilAsync(async () => (await client.GetBulkAssignmentAsync(bulk.Id)).Status == BulkStatus.Completed);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_refusal_has_status_request_id_and_all_sentences(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var fault = await Assert.ThrowsAsync<SluiceException>(() => app.TypedClient().AssignAsync(new FlowId("x"), [new CrmId("ada")], "nobody"));

        Assert.Equal((HttpStatusCode.BadRequest, false), (fault.Status, fault.IsOutcomeUnknown));
        Assert.Equal(["flowId should be a valid Long", "flowInstanceOwnerEmail: nobody is not a valid email address"], fault.Errors);
        Assert.NotEmpty(fault.RequestId!);
        Assert.StartsWith("POST /v2/flows/prospects/assign: 400 flowId should be a valid Long", fault.Message, StringComparison.Ordinal);
    }
}
