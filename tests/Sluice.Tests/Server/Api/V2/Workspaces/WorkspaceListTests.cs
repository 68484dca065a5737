using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Workspaces;

public sealed class WorkspaceListTests
{
    [Theory, EveryDatabase]
    [Wire(ListWorkspaces, "rec", "All workspaces in one answer, without pages")]
    public async Task All_workspaces_are_in_one_answer(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        for (var i = 0; i < 101; i++)
        {
            await app.HasWorkspaceAsync($"Team {i}");
        }

        var reply = await app.GetAsync("/v2/workspaces?cursor=x");

        Assert.Equal(102, reply.Each("workspaces", "id").Distinct().Count());
        Assert.Equal(["workspaces"], reply.Json.AsObject().Select(field => field.Key));
    }
}
