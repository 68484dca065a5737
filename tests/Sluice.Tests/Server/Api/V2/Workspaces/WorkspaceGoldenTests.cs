using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Workspaces;

public sealed class WorkspaceGoldenTests
{
    [Theory, EveryProfile]
    [Wire(ListWorkspaces, "rec", "A new company has one workspace, with its name and description")]
    public async Task A_new_company_has_the_recorded_workspace(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        await app.Db.ExecuteAsync($"update workspaces set id = {7273476131570014205}", CancellationToken.None);

        var reply = await app.GetAsync("/v2/workspaces");

        reply.ShouldBeExactly(
            OK, """{"workspaces":[{"id":"7273476131570014205","name":"Initial workspace","description":"The built-in workspace"}]}""");
    }
}
