using Microsoft.Extensions.DependencyInjection;
using Sluice.Companies;
using Sluice.Flows;
using Sluice.Http;
using Sluice.Users;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Http;

/// <summary>
/// A company can neither see nor touch what is another's. A table with a case for every mapped operation: one without a case fails. Each
/// case calls with the second company's key and names things of the first: they are as unknown as if they were not there. The first company's
/// rows are afterwards as they were.
/// </summary>
public sealed class TenancyTests
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

    /// <summary>The first company, with enough of everything for a second page, and what of the second the cases need.</summary>
    private sealed record Acme(Tenant Tenant, User User, Folder Folder, long InstanceId, long SharedCrmInstanceId, Flow GlobexFlow)
    {
        public static async Task<Acme> MakeAsync(TestApp app, Flow globexFlow)
        {
            var tenant = app.Tenant;
            var user = await app.HasUserAsync($"{Mark}@example.com", Mark, Mark);
            for (var i = 0; i < 100; i++)
            {
                await app.HasUserAsync($"{Mark}-{i}@example.com");
                await app.HasFlowAsync($"{Mark} {i}");
            }

            await app.HasWorkspaceAsync(Mark);
            var instance = await app.HasInstanceAsync(Mark);
            await app.HasProspectAsync("ada", optedOut: true);
            var shared = await app.HasInstanceAsync("ada", await app.HasFlowAsync(Mark, exclusive: true));
            return new Acme(tenant, user, await app.HasFolderAsync(Mark), instance.Id, shared.Id, globexFlow);
        }
    }
}
