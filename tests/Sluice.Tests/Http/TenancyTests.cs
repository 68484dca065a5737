using Microsoft.Extensions.DependencyInjection;
using Sluice.Companies;
using Sluice.Http;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Http;

/// <summary>
/// A company can neither see nor touch what is another's. A table with a case for every mapped operation: one without a case fails. Each
/// case calls with the second company's key and names things of the first: they are as unknown as if they were not there. The first company's
/// rows are afterwards as they were.
/// </summary>
public sealed partial class TenancyTests
{
    /// <summary>In the name of everything of the first company that has one.</summary>
    private const string Mark = "only-of-acme";

    private static readonly Dictionary<string, Func<TestApp, Acme, KeyWords, Task>> Cases = new()
    {
        [ListFlows] = async (app, acme, key) =>
        {
            ShouldNotKnow(await app.GetAsync($"/v2/flows?flowOwnerEmail={acme.User.Email}", key), acme.User.Email);
            foreach (var filter in (string[])[$"workspaceId={acme.Tenant.Workspace.Id}", $"folderId={acme.Folder.Id}", $"workspaceId={acme.Tenant.Workspace.Id}&folderId={acme.Folder.Id}"])
            {
                Assert.Empty((await app.GetAsync($"/v2/flows?flowOwnerEmail={TestApp.RepEmail}&{filter}", key)).Each("flows", "id"));
            }

            Assert.Equal(["Globex"], (await app.GetAsync($"/v2/flows?flowOwnerEmail={TestApp.RepEmail}", key)).Each("flows", "name"));
            await ShouldRefuseCursorAsync(app, $"/v2/flows?flowOwnerEmail={TestApp.RepEmail}", acme, key);
        },
        [ListAssignedFlows] = async (app, acme, key) =>
        {
            var byProspect = await app.PostAsync("/v2/flows/prospects", new { crmProspectsIds = new[] { "ada", Mark } }, key);
            var byId = await app.PostAsync("/v2/flows/prospects", new { flowInstanceIds = new[] { acme.InstanceId, acme.SharedCrmInstanceId } }, key);

            byProspect.ShouldBe(OK, """{ "prospectsAssigned": [] }""");
            byId.ShouldBe(OK, """{ "prospectsAssigned": [] }""");
        },
        [Assign] = async (app, acme, key) =>
        {
            (await AssignAsync(app, acme.Tenant.Flow.Id, TestApp.RepEmail, "globex-prospect", key)).ShouldRefuse(NotFound, "Flow not found");
            ShouldNotKnow(await AssignAsync(app, acme.GlobexFlow.Id, acme.User.Email, "globex-prospect", key), acme.User.Email);
            var theirProspect = await AssignAsync(app, acme.GlobexFlow.Id, TestApp.RepEmail, Mark, key);
            Assert.Equal(["Invalid prospect crm id"], theirProspect.Each("prospectsNotAssigned", "errorMessage"));

            // The same CRM id in both: that Acme's is in a flow, or opted out, is nothing to Globex.
            var same = await AssignAsync(app, acme.GlobexFlow.Id, TestApp.RepEmail, "ada", key);
            Assert.Equal([TestApp.RepEmail], same.Each("prospectsAssigned", "flowInstanceOwnerEmail"));
        },
        [Unassign] = async (app, acme, key) =>
        {
            var reply = await app.PostAsync(
                "/v2/flows/prospects/unassign-flows-by-instance-id", new { flowInstanceIds = new[] { acme.InstanceId, acme.SharedCrmInstanceId } }, key);
            var byTheirUser = await app.PostAsync(
                "/v2/flows/prospects/unassign-flows-by-instance-id",
                new { flowInstanceIds = new[] { acme.InstanceId }, unassignedByUserEmail = acme.User.Email },
                key);

            if (app.Services.GetRequiredService<Profile>().RefuseUnknownFlowInstances)
            {
                reply.ShouldRefuse(BadRequest, "One or more of the given flowInstanceIds does not exist");
            }
            else
            {
                reply.ShouldBe(OK, """{ "unassignedFlowInstanceIds": [] }""");
            }

            ShouldNotKnow(byTheirUser, acme.User.Email);
        },
        [ListUsers] = async (app, acme, key) =>
        {
            var reply = await app.GetAsync("/v2/users", key);

            Assert.Equal([TestApp.RepEmail], reply.Each("users", "emailAddress"));
            Assert.Equal("1", reply.Json["records"]!["totalRecords"]!.ToString());
            await ShouldRefuseCursorAsync(app, "/v2/users", acme, key);
        },
        [GetUser] = async (app, acme, key) => (await app.GetAsync($"/v2/users/{acme.User.Id}", key)).ShouldRefuse(NotFound, "User not found"),
        [ListWorkspaces] = async (app, _, key) => Assert.Single((await app.GetAsync("/v2/workspaces", key)).Each("workspaces", "id")),
        [ListFilteredUsers] = async (app, acme, key) =>
            Assert.Empty((await app.PostAsync("/v2/users/extensive", new { filter = new { userIds = new[] { WireId.Write(acme.User.Id) } } }, key)).Each("users", "id")),
        [ListFolders] = FoldersAsync,
        [ListSteps] = async (app, acme, key) =>
            (await app.PostAsync("/v2/flows/steps", new { flowIds = new[] { WireId.Write(acme.Tenant.Flow.Id) } }, key))
                .ShouldRefuse(NotFound, $"Flow not found: flowId={acme.Tenant.Flow.Id}"),
        [AssignDespiteCoolOff] = async (app, acme, key) => (await app.PostAsync(
            "/v2/flows/prospects/assign/cool-off-override",
            new { flowId = WireId.Write(acme.Tenant.Flow.Id), flowInstanceOwnerEmail = TestApp.RepEmail, crmProspectsIds = new[] { "globex-prospect" } },
            key)).ShouldRefuse(NotFound, "Flow not found"),
        [UnassignByProspect] = async (app, _, key) =>
            (await app.PostAsync("/v2/flows/prospects/unassign-flows-by-crm-id", new { crmProspectId = Mark }, key)).ShouldBe(OK, """{ "unassignedFlowInstanceIds": [] }"""),
        [BeginBulk] = async (app, acme, key) => (await app.PostAsync(
            "/v2/flows/prospects/bulk-assignments",
            new { flowId = WireId.Write(acme.Tenant.Flow.Id), flowInstanceOwnerEmail = TestApp.RepEmail, prospects = new[] { new { crmId = Mark } } },
            key)).ShouldRefuse(NotFound, "Flow not found"),
        [GetBulk] = async (app, acme, key) =>
            (await app.GetAsync($"/v2/flows/prospects/bulk-assignments/{acme.BulkId}", key)).ShouldRefuse(NotFound, $"Flow prospects bulk assignment {acme.BulkId} not found"),
        [ListTasks] = TasksAsync,
        [ChangeTask] = async (app, acme, key) =>
            (await app.SendAsync(HttpMethod.Patch, $"/v2/tasks/{acme.ToDoId}", TestApp.JsonText($$"""{ "userId": "{{acme.Tenant.User.Id}}", "status": "DONE" }"""), key))
                .ShouldRefuse(NotFound, "TaskId not found"),
        [RegisterCrm] = async (app, _, key) =>
            Assert.Equal(OK, (await app.SendAsync(HttpMethod.Put, "/v2/crm/integrations", TestApp.JsonText("""{ "name": "own", "ownerEmail": "rep@example.com" }"""), key)).Status),
        [ListCrm] = async (app, _, key) => Assert.DoesNotContain(Mark, (await app.GetAsync("/v2/crm/integrations", key)).Body, StringComparison.Ordinal),
        [DeleteCrm] = async (app, acme, key) =>
            ShouldNotKnow(await app.SendAsync(HttpMethod.Delete, $"/v2/crm/integrations?integrationId={acme.CrmId}&clientRequestId=x", null, key), acme),
        [SetCrmSchema] = async (app, acme, key) =>
            ShouldNotKnow(await app.PostTextAsync($"/v2/crm/entity-schema?integrationId={acme.CrmId}&objectType=LEAD", """[{ "uniqueName": "a" }]""", key), acme),
        [GetCrmSchema] = async (app, acme, key) => ShouldNotKnow(await app.GetAsync($"/v2/crm/entity-schema?integrationId={acme.CrmId}", key), acme),
        [UploadToCrm] = async (app, acme, key) => ShouldNotKnow(
            await app.SendAsync(HttpMethod.Post, $"/v2/crm/entities?integrationId={acme.CrmId}&objectType=LEAD&clientRequestId=y", new MultipartFormDataContent(), key), acme),
        [GetCrmObjects] = async (app, acme, key) =>
            (await app.SendAsync(HttpMethod.Get, $"/v2/crm/entities?integrationId={acme.CrmId}&objectType=LEAD", TestApp.JsonText($"""["{Mark}"]"""), key))
                .ShouldBe(OK, """{ "crmObjectsMap": {} }"""),
        [GetCrmStatus] = async (app, acme, key) =>
            (await app.GetAsync($"/v2/crm/request-status?integrationId={acme.CrmId}&clientRequestId={Mark}", key)).ShouldRefuse(NotFound, $"Request {Mark} not found"),
    };

    [Theory, EveryProfile]
    [Wire(All, "doc", "A key sees and touches the things of its own company and no other", Refusal = true)]
    public async Task No_operation_sees_or_touches_what_is_another_companys(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var globex = await app.HasTenantAsync("Globex");
        await app.Db.ExecuteAsync($"update flows set name = 'Globex' where id = {globex.Flow.Id}", CancellationToken.None);
        await app.HasProspectAsync("globex-prospect", of: globex);
        await app.HasProspectAsync("ada", of: globex);
        var acme = await Acme.MakeAsync(app, globex.Flow);
        var before = await RowsOfAsync(app, acme.Tenant);

        foreach (var operation in app.MappedOperations())
        {
            Assert.True(Cases.TryGetValue(operation, out var caseOf), $"Say in the table how {operation} keeps companies apart");
            await caseOf(app, acme, globex.Key);
        }

        Assert.Equal(before, await RowsOfAsync(app, acme.Tenant));
        Assert.Equal([.. Cases.Keys.Order(StringComparer.Ordinal)], app.MappedOperations());
    }

    private static void ShouldNotKnow(Reply reply, string email) =>
        Assert.Equal([$"User with the given email {email} wasn't found"], reply.Json["errors"]!.AsArray().Select(error => (string?)error));

    private static async Task ShouldRefuseCursorAsync(TestApp app, string url, Acme acme, KeyWords key)
    {
        var cursor = (string?)(await app.GetAsync(url, acme.Tenant.Key)).Json["records"]!["cursor"];
        Assert.NotNull(cursor);
        (await app.GetAsync($"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={cursor}", key)).ShouldRefuse(BadRequest, "Failed to verify cursor");
    }

    private static Task<Reply> AssignAsync(TestApp app, long flowId, string owner, string crmId, KeyWords key) => app.PostAsync(
        "/v2/flows/prospects/assign", new { flowId = WireId.Write(flowId), flowInstanceOwnerEmail = owner, crmProspectsIds = new[] { crmId } }, key);

    /// <summary>A row says whose it is by the company's id. The count of the day's calls is no thing of theirs: it follows from their own calls.</summary>
    private static async Task<string[]> RowsOfAsync(TestApp app, Tenant tenant) =>
        [.. (await app.Db.DumpAsync(except: "quota_days")).Split('\n').Where(row => row.Contains(WireId.Write(tenant.Id), StringComparison.Ordinal))];
}
