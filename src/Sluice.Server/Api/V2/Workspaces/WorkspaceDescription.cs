using Sluice.Server.Docs;

namespace Sluice.Server.Api.V2.Workspaces;

internal static class WorkspaceDescription
{
    public static readonly OperationDescription List = new(
        "listWorkspaces", new ApiPart("Workspaces", "Workspaces separate flows."), "List workspaces", "All workspaces of the company, in one answer.")
    {
        FieldDescriptions = new Dictionary<string, System.Text.Json.Nodes.JsonObject>
        {
            ["workspaces"] = Schema.DescriptionOnly("The workspaces."),
            ["id"] = Schema.Id("The workspace's id.", DemoExample.WorkspaceId),
            ["name"] = Schema.DescriptionOnly("The workspace's name.", "Initial workspace"),
            ["description"] = Schema.DescriptionOnly("The purpose of the workspace.", "The built-in workspace"),
        },
        Answer = WorkspaceJson.Default.WorkspacesAnswer,
    };
}
