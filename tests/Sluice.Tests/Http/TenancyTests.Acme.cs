using Sluice.Companies;
using Sluice.Flows;
using Sluice.Http;
using Sluice.Users;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Http;

public sealed partial class TenancyTests
{
    private static void ShouldNotKnow(Reply reply, Acme acme) => reply.ShouldRefuse(NotFound, $"Integration not found: integrationId={acme.CrmId}");

    private static async Task FoldersAsync(TestApp app, Acme acme, KeyWords key)
    {
        ShouldNotKnow(await app.GetAsync($"/v2/flows/folders?flowFolderOwnerEmail={acme.User.Email}", key), acme.User.Email);
        Assert.Equal(["100"], (await app.GetAsync($"/v2/flows/folders?flowFolderOwnerEmail={TestApp.RepEmail}", key)).Each("flowsFolders", "id"));
        Assert.Empty((await app.GetAsync($"/v2/flows/folders?flowFolderOwnerEmail={TestApp.RepEmail}&parentId={acme.Folder.Id}", key)).Each("flowsFolders", "id"));
    }

    private static async Task TasksAsync(TestApp app, Acme acme, KeyWords key)
    {
        var filter = new { userId = WireId.Write(acme.Tenant.User.Id), types = new[] { "FLOW", "MANUAL" }, taskAction = new[] { "CALL" }, status = new[] { "OPEN", "DONE", "DISMISSED" } };

        Assert.Single((await app.PostAsync("/v2/tasks", new { filter }, acme.Tenant.Key)).Each("tasks", "id"));
        Assert.Empty((await app.PostAsync("/v2/tasks", new { filter }, key)).Each("tasks", "id"));
    }

    /// <summary>The first company, with enough of everything for a second page, and what of the second the cases need.</summary>
    private sealed record Acme(
        Tenant Tenant, User User, Folder Folder, long InstanceId, long SharedCrmInstanceId, Flow GlobexFlow, long ToDoId, string BulkId, string CrmId)
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
            var todo = await app.HasToDoAsync(await app.HasProspectAsync(Mark));
            return new Acme(
                tenant, user, await app.HasFolderAsync(Mark), instance.Id, shared.Id, globexFlow, todo.Id, await BeginBulkAsync(app), await HasCrmAsync(app));
        }

        /// <summary>A job that is done, so that nothing of it changes any more.</summary>
        private static async Task<string> BeginBulkAsync(TestApp app)
        {
            var begun = await app.PostAsync(
                "/v2/flows/prospects/bulk-assignments",
                new { flowId = WireId.Write(app.Tenant.Flow.Id), flowInstanceOwnerEmail = TestApp.RepEmail, prospects = new[] { new { crmId = Mark } } });
            var id = (string)begun.Json["id"]!;
            await TestApp.UntilAsync(async () => (string?)(await app.GetAsync($"/v2/flows/prospects/bulk-assignments/{id}")).Json["status"] == "COMPLETED");
            return id;
        }

        private static async Task<string> HasCrmAsync(TestApp app)
        {
            var made = await app.SendAsync(HttpMethod.Put, "/v2/crm/integrations", TestApp.JsonText($$"""{ "name": "{{Mark}}", "ownerEmail": "rep@example.com" }"""));
            return made.Json["integrationId"]!.ToString();
        }
    }
}
