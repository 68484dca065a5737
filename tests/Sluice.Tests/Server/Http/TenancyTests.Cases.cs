using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Http;

/// <summary>The table: what Globex gets when it asks for Acme's data.</summary>
public sealed partial class TenancyTests
{
    private static readonly Dictionary<string, Func<TestApp, World, Task>> Cases = new()
    {
        [ListFlows] = async (app, world) =>
        {
            await RefusesUserAsync(app, world, HttpMethod.Get, $"/v2/flows?flowOwnerEmail={world.AcmesUser.Email}");
            var own = $"/v2/flows?flowOwnerEmail={TestApp.RepEmail}";
            await FindsAsync(app, world, $"{own}&workspaceId={app.Tenant.Workspace.Id}", "flows", "id");
            await FindsAsync(app, world, $"{own}&folderId={world.AcmesFolder.Id}", "flows", "id");
            await FindsAsync(app, world, own, "flows", "id", WireId.Write(world.Globex.Flow.Id));
            await RefusesCursorAsync(app, world, own);
        },
        [ListFolders] = async (app, world) =>
        {
            await RefusesUserAsync(app, world, HttpMethod.Get, $"/v2/flows/folders?flowFolderOwnerEmail={world.AcmesUser.Email}");
            var own = $"/v2/flows/folders?flowFolderOwnerEmail={TestApp.RepEmail}";
            await FindsAsync(app, world, $"{own}&parentId={world.AcmesFolder.Id}", "flowsFolders", "id");
            await FindsAsync(app, world, own, "flowsFolders", "id", "100");
        },
        [ListSteps] = (app, world) => RefusesAsync(
            app, world, "/v2/flows/steps", $$"""{"flowIds":["{{app.Tenant.Flow.Id}}"]}""", NotFound, $"Flow not found: flowId={app.Tenant.Flow.Id}"),
        [ListAssignedFlows] = async (app, world) =>
        {
            await AnswersAsync(app, world, "/v2/flows/prospects", """{"crmProspectsIds":["ada","acme-prospect"]}""", """{"prospectsAssigned":[]}""");
            await AnswersAsync(
                app, world, "/v2/flows/prospects", $$"""{"flowInstanceIds":[{{world.AcmesInstance}},{{world.AcmesInstanceOfAda}}]}""", """{"prospectsAssigned":[]}""");
        },
        [Assign] = (app, world) => AssignAsync(app, world, "/v2/flows/prospects/assign"),
        [AssignDespiteCoolOff] = (app, world) => AssignAsync(app, world, "/v2/flows/prospects/assign/cool-off-override"),
        [Unassign] = async (app, world) =>
        {
            var (url, ids) = ("/v2/flows/prospects/unassign-flows-by-instance-id", $"\"flowInstanceIds\":[{world.AcmesInstance},{world.AcmesInstanceOfAda}]");
            await RefusesUserAsync(app, world, HttpMethod.Post, url, $$"""{{{ids}},"unassignedByUserEmail":"{{world.AcmesUser.Email}}"}""");
            if (app.Services.GetRequiredService<Profile>().RefuseUnknownFlowInstances)
            {
                await RefusesAsync(app, world, url, $"{{{ids}}}", BadRequest, "One or more of the given flowInstanceIds does not exist");
            }
            else
            {
                await AnswersAsync(app, world, url, $"{{{ids}}}", """{"unassignedFlowInstanceIds":[]}""");
            }
        },
        [UnassignByProspect] = async (app, world) =>
        {
            const string url = "/v2/flows/prospects/unassign-flows-by-crm-id";
            await AnswersAsync(app, world, url, """{"crmProspectId":"acme-prospect"}""", """{"unassignedFlowInstanceIds":[]}""");
            await AnswersAsync(
                app, world, url, $$"""{"crmProspectId":"acme-prospect","flowId":"{{app.Tenant.Flow.Id}}"}""", """{"unassignedFlowInstanceIds":[]}""");
            await RefusesUserAsync(
                app, world, HttpMethod.Post, url, $$"""{"crmProspectId":"acme-prospect","unassignedByUserEmail":"{{world.AcmesUser.Email}}"}""");
        },
        [BeginBulk] = async (app, world) =>
        {
            const string url = "/v2/flows/prospects/bulk-assignments";
            var prospects = "\"prospects\":[{\"crmId\":\"acme-prospect\"}]";
            await RefusesAsync(
                app, world, url, $$"""{{{prospects}},"flowId":"{{app.Tenant.Flow.Id}}","flowInstanceOwnerEmail":"{{TestApp.RepEmail}}"}""", NotFound, "Flow not found");
            await RefusesUserAsync(
                app, world, HttpMethod.Post, url, $$"""{{{prospects}},"flowId":"{{world.Globex.Flow.Id}}","flowInstanceOwnerEmail":"{{world.AcmesUser.Email}}"}""");
            var job = await AskAsync(
                app, world, HttpMethod.Post, url, $$"""{{{prospects}},"flowId":"{{world.Globex.Flow.Id}}","flowInstanceOwnerEmail":"{{TestApp.RepEmail}}"}""");
            var done = await TestApp.EventuallyAsync(
                () => app.GetAsync($"{url}/{job.Json["id"]}", world.Globex.Key), reply => (string?)reply.Json["status"] == "COMPLETED");
            Assert.Equal(["Invalid prospect crm id"], done.Each("results", "errorMessage"));
        },
        [GetBulk] = (app, world) => RefusesAsync(
            app, world, $"/v2/flows/prospects/bulk-assignments/{world.AcmesJob}", null, NotFound, $"Flow prospects bulk assignment {world.AcmesJob} not found"),
        [FindByEmail] = async (app, world) =>
        {
            const string url = "/v2/data-privacy/data-for-email-address?emailAddress=lead@example.com";
            Assert.Single((await app.GetAsync(url)).Json["customerData"]!.AsArray());
            Assert.Empty((await AskAsync(app, world, HttpMethod.Get, url, null)).Json["customerData"]!.AsArray());
        },
        [FindByPhone] = async (app, world) =>
        {
            const string url = "/v2/data-privacy/data-for-phone-number?phoneNumber=%2B15550100";
            Assert.Equal(["lead@example.com"], (await app.GetAsync(url)).Json["emailAddresses"]!.AsArray().Select(email => (string?)email));
            Assert.Empty((await AskAsync(app, world, HttpMethod.Get, url, null)).Json["emailAddresses"]!.AsArray());
        },
        [EraseByEmail] = (app, world) => ErasesNothingAsync(app, world, "erase-data-for-email-address?emailAddress=lead@example.com"),
        [EraseByPhone] = (app, world) => ErasesNothingAsync(app, world, "erase-data-for-phone-number?phoneNumber=%2B15550100"),
        [ListTasks] = (app, world) => AnswersAsync(
            app, world, "/v2/tasks", $$$"""{"filter":{"userId":{{{world.AcmesUser.Id}}},"types":["FLOW","MANUAL"],"taskAction":["CALL"],"status":["OPEN"]}}""", """{"crmType":"SALESFORCE","tasks":[]}"""),
        [ChangeTask] = async (app, world) =>
        {
            var reply = await AskAsync(app, world, HttpMethod.Patch, $"/v2/tasks/{world.AcmesTask}", $$"""{"userId":{{world.AcmesUser.Id}},"status":"DONE"}""");
            reply.ShouldRefuse(NotFound, "TaskId not found");
        },
        [ListUsers] = async (app, world) =>
        {
            await FindsAsync(app, world, "/v2/users", "users", "id", WireId.Write(world.Globex.User.Id));
            await RefusesCursorAsync(app, world, "/v2/users");
        },
        [FilterUsers] = async (app, world) =>
        {
            var all = await AskAsync(app, world, HttpMethod.Post, "/v2/users/extensive", "{}");
            var cursor = (string?)(await app.PostTextAsync("/v2/users/extensive", "{}")).Json["records"]!["cursor"];

            Assert.Equal([WireId.Write(world.Globex.User.Id)], all.Each("users", "id"));
            await RefusesAsync(
                app, world, "/v2/users/extensive", $$$"""{"filter":{"userIds":["{{{world.AcmesUser.Id}}}"]}}""", NotFound, $"The following userIds were not found: {world.AcmesUser.Id}");
            await RefusesAsync(app, world, "/v2/users/extensive", $$"""{"cursor":"{{cursor}}"}""", BadRequest, "Failed to verify cursor");
        },
        [GetUser] = (app, world) => RefusesAsync(app, world, $"/v2/users/{world.AcmesUser.Id}", null, NotFound, "User not found"),
        [ListWorkspaces] = (app, world) => FindsAsync(app, world, "/v2/workspaces", "workspaces", "id", WireId.Write(world.Globex.Workspace.Id)),
        [RegisterIntegration] = async (app, world) =>
        {
            // Acme has an integration already; this does not matter to Globex.
            var reply = await AskAsync(app, world, HttpMethod.Put, "/v2/crm/integrations", $$"""{"name":"Own","ownerEmail":"{{TestApp.RepEmail}}"}""");
            await FindsAsync(app, world, "/v2/crm/integrations", "integrations", "integrationId", reply.Json["integrationId"]!.ToString());
        },
        [ListIntegrations] = async (app, world) =>
        {
            var reply = await AskAsync(app, world, HttpMethod.Get, "/v2/crm/integrations", null);
            Assert.DoesNotContain(WireId.Write(world.AcmesIntegration), reply.Each("integrations", "integrationId"));
        },
        [DeleteIntegration] = (app, world) => KnowsNoIntegrationAsync(app, world, HttpMethod.Delete, "/v2/crm/integrations", null),
        [SetSchema] = (app, world) => KnowsNoIntegrationAsync(app, world, HttpMethod.Post, "/v2/crm/entity-schema", """[{"uniqueName":"acme","label":"Acme","type":"STRING"}]"""),
        [GetSchema] = (app, world) => KnowsNoIntegrationAsync(app, world, HttpMethod.Get, "/v2/crm/entity-schema", null),
        [UploadObjects] = async (app, world) =>
        {
            var reply = await app.UploadAsync($"?integrationId={world.AcmesIntegration}&objectType=LEAD&clientRequestId=b", """{"objectId":"acme-lead"}""", world.Globex.Key);
            reply.ShouldRefuse(UnknownInCrm(app), $"Integration not found: integrationId={world.AcmesIntegration}");
        },
        [GetObjects] = (app, world) => KnowsNoIntegrationAsync(app, world, HttpMethod.Get, "/v2/crm/entities", """["acme-lead"]"""),
        [GetUploadStatus] = (app, world) => RefusesAsync(
            app, world, $"/v2/crm/request-status?integrationId={world.AcmesIntegration}&clientRequestId=acme-upload", null, UnknownInCrm(app), "Request acme-upload not found"),
    };

    private static async Task AssignAsync(TestApp app, World world, string url)
    {
        await RefusesAsync(app, world, url, BodyOf(app.Tenant.Flow.Id, TestApp.RepEmail, "globex-prospect"), NotFound, "Flow not found");
        await RefusesUserAsync(app, world, HttpMethod.Post, url, BodyOf(world.Globex.Flow.Id, world.AcmesUser.Email, "globex-prospect"));
        var theirs = await AskAsync(app, world, HttpMethod.Post, url, BodyOf(world.Globex.Flow.Id, TestApp.RepEmail, "acme-prospect"));
        Assert.Equal(["Invalid prospect crm id"], theirs.Each("prospectsNotAssigned", "errorMessage"));

        // Both companies have this CRM id. Acme's prospect has opted out and is in an exclusive flow; this does not matter to Globex.
        var same = await AskAsync(app, world, HttpMethod.Post, url, BodyOf(world.Globex.Flow.Id, TestApp.RepEmail, "ada"));
        Assert.Equal(["ada"], same.Each("prospectsAssigned", "crmProspectId"));
        await AskAsync(app, world, HttpMethod.Post, "/v2/flows/prospects/unassign-flows-by-crm-id", """{"crmProspectId":"ada"}""");

        static string BodyOf(long flowId, string owner, string crmId) =>
            $$"""{"flowId":"{{flowId}}","flowInstanceOwnerEmail":"{{owner}}","crmProspectsIds":["{{crmId}}"]}""";
    }

    private static Task<Reply> AskAsync(TestApp app, World world, HttpMethod method, string url, string? body) =>
        app.SendAsync(method, url, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"), world.Globex.Key);

    private static async Task AnswersAsync(TestApp app, World world, string url, string body, string answer) =>
        (await AskAsync(app, world, HttpMethod.Post, url, body)).ShouldBe(OK, answer);

    private static async Task RefusesAsync(TestApp app, World world, string url, string? body, HttpStatusCode status, string error) =>
        (await AskAsync(app, world, body is null ? HttpMethod.Get : HttpMethod.Post, url, body)).ShouldRefuse(status, error);

    private static async Task FindsAsync(TestApp app, World world, string url, string list, string field, params string[] found) =>
        Assert.Equal(found, (await AskAsync(app, world, HttpMethod.Get, url, null)).Each(list, field));

    private static async Task RefusesUserAsync(TestApp app, World world, HttpMethod method, string url, string? body = null)
    {
        var reply = await AskAsync(app, world, method, url, body);
        reply.ShouldRefuse(
            (HttpStatusCode)app.Services.GetRequiredService<Profile>().UnknownUser, $"User with the given email {world.AcmesUser.Email} wasn't found");
    }

    private static async Task RefusesCursorAsync(TestApp app, World world, string url)
    {
        var cursor = (string?)(await app.GetAsync(url)).Json["records"]!["cursor"];
        Assert.NotNull(cursor);
        await RefusesAsync(app, world, $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={cursor}", null, BadRequest, "Failed to verify cursor");
    }

    /// <summary>Waits until the erasure is done: the test then compares all of Acme's rows.</summary>
    private static async Task ErasesNothingAsync(TestApp app, World world, string operation)
    {
        Assert.Equal(OK, (await AskAsync(app, world, HttpMethod.Post, $"/v2/data-privacy/{operation}", null)).Status);
        await Eventually.UntilAsync(async () => (await app.Db.QueryAsync($"select 1 from erasures where finished_at is null", row => 0, CancellationToken.None)).Count == 0);
    }

    private static async Task KnowsNoIntegrationAsync(TestApp app, World world, HttpMethod method, string path, string? body)
    {
        var reply = await AskAsync(app, world, method, $"{path}?integrationId={world.AcmesIntegration}&objectType=LEAD&clientRequestId=b", body);
        reply.ShouldRefuse(UnknownInCrm(app), $"Integration not found: integrationId={world.AcmesIntegration}");
    }

    private static HttpStatusCode UnknownInCrm(TestApp app) => (HttpStatusCode)app.Services.GetRequiredService<Profile>().UnknownInCrm;
}
