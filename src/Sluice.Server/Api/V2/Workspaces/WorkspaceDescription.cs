using Sluice.Server.Docs;

namespace Sluice.Server.Api.V2.Workspaces;

internal static class WorkspaceDescription
{
    public static readonly Description List = new(
        "listWorkspaces", new ApiPart("Workspaces", "Workspaces separate flows."), "List workspaces", "All workspaces of the company, in one answer.")
    {
        Words = new Dictionary<string, System.Text.Json.Nodes.JsonObject>
        {
            ["workspaces"] = Schema.Means("The workspaces."),
            ["id"] = Schema.Id("The workspace's id."),
            ["name"] = Schema.Means("The workspace's name.", "Initial workspace"),
            ["description"] = Schema.Means("The purpose of the workspace.", "The built-in workspace"),
        },
        Answer = WorkspaceJson.Default.WorkspacesAnswer,
    };
}
