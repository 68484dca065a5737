using Sluice.Server.Docs;

namespace Sluice.Server.Api.V2.Workspaces;

internal static class WorkspaceDescription
{
    public static readonly Description List = new(
        "listWorkspaces", new ApiPart("Workspaces", "Where flows are kept apart."), "List workspaces", "All workspaces of the company. There is no page.")
    {
        Words = new Dictionary<string, System.Text.Json.Nodes.JsonObject>
        {
            ["workspaces"] = Schema.Means("The workspaces."),
            ["id"] = Schema.Id("Its id."),
            ["name"] = Schema.Means("Its name.", "Initial workspace"),
            ["description"] = Schema.Means("What it is for.", "The built-in workspace"),
        },
        Answer = WorkspaceJson.Default.WorkspacesAnswer,
    };
}
