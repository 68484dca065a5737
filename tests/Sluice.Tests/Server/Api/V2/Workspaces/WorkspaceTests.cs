using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.V2.Workspaces;

public sealed class WorkspaceTests
{
    [Theory, EveryDatabase]
    public async Task A_new_company_has_the_built_in_workspace(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var reply = await app.GetAsync("/v2/workspaces");

        reply.ShouldBe(OK, $$"""
            { "workspaces": [{ "id": "{{app.Tenant.Workspace.Id}}", "name": "Initial workspace", "description": "The built-in workspace" }] }
            """);
    }
}
