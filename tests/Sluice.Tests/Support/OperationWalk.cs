using Sluice.Engine.Primitives;
using Sluice.Engine.Tasks;

using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Support;

internal static class OperationWalk
{
    /// <summary>Calls every operation, with requests that really change something, so that the server runs every kind of statement.</summary>
    public static async Task CallEveryOperationAsync(this TestApp app)
    {
        foreach (var operation in app.MappedOperations())
        {
            Assert.NotEqual(InternalServerError, (await app.CallAsync(operation)).Status);
        }

        await app.WalkFlowsAsync();
        await app.WalkBulkAsync();
        await app.WalkCrmAsync();
    }

    private static async Task WalkFlowsAsync(this TestApp app)
    {
        await app.HasProspectsAsync(3, "walk");
        var assigned = await app.AssignAsync(app.Tenant.Flow, "walk0", "walk1", "walk2");
        Assert.Equal(3, assigned.Json["prospectsAssigned"]!.AsArray().Count);
        var instance = long.Parse((string)(await app.ListAsync("walk0")).Json["prospectsAssigned"]![0]!["flowInstanceId"]!);
        await new ToDoStore(app.Db).AddAsync(
            [new ToDo(
                app.Tenant.Id, app.NextId(), app.Tenant.User.Id, app.Tenant.Workspace.Id, 1, instance, app.Tenant.Flow.Id, null, TaskKind.Manual, "CALL", null, ToDoStatus.Open,
                ToDoPriority.Low, app.Clock.GetUtcNow(), app.Clock.GetUtcNow(), app.Clock.GetUtcNow())],
            CancellationToken.None);
        Assert.Equal(OK, (await app.UnassignAsync(instance)).Status);
        Assert.Equal(OK, (await app.PostAsync("/v2/flows/prospects/unassign-flows-by-crm-id", new { crmProspectId = "walk1" })).Status);
        Assert.Equal(OK, (await app.CallAsync(ListTasks)).Status);
    }

    private static async Task WalkBulkAsync(this TestApp app)
    {
        var reply = await app.PostAsync(
            "/v2/flows/prospects/bulk-assignments",
            new
            {
                flowId = WireId.Write(app.Tenant.Flow.Id),
                flowInstanceOwnerEmail = TestApp.RepEmail,
                prospects = new object[] { new { crmId = "walk0" }, new { firstName = "New", lastName = "One", email = "new@example.com" } },
            });
        await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/flows/prospects/bulk-assignments/{reply.Json["id"]}"), job => (string?)job.Json["status"] == "COMPLETED");
    }

    private static async Task WalkCrmAsync(this TestApp app)
    {
        var known = (await app.CallAsync(ListIntegrations)).Json["integrations"]!.AsArray();
        var id = known.Count > 0 ? (long)known[0]!["integrationId"]! : (long)(await app.CallAsync(RegisterIntegration)).Json["integrationId"]!;
        var query = $"?integrationId={id}&objectType=LEAD&clientRequestId=walk";
        var lead = """{"objectId":"lead","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"lead@example.com","firstName":"L","lastName":"L"}""";
        Assert.Equal(Created, (await app.UploadAsync(query, lead)).Status);
        await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/crm/request-status{query}"), reply => (string?)reply.Json["status"] is "DONE");
    }
}
