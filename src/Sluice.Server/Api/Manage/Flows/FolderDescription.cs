using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Flows;

/// <summary>The OpenAPI texts of writing folders.</summary>
internal static class FolderDescription
{
    public static readonly OperationDescription List = new("listFolders", ManagedParts.Authoring, "List folders", "Lists all folders of flows.")
    {
        Answer = AuthoringJson.Default.FoldersAnswer,
    };

    public static readonly OperationDescription Create = new("createFolder", ManagedParts.Authoring, "Create a folder", "Creates a folder for flows.")
    {
        Body = Folder("The new folder.", isNew: true),
        Status = StatusCodes.Status201Created,
        Answer = AuthoringJson.Default.FolderAnswer,
    };

    public static readonly OperationDescription Change = new("changeFolder", ManagedParts.Authoring, "Change a folder", "Changes the fields in the request and keeps all others.")
    {
        Path = [ManagedParts.Id("The folder's id.")],
        Body = Folder("The fields to change.", isNew: false),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = AuthoringJson.Default.FolderAnswer,
    };

    public static readonly OperationDescription Delete = new("deleteFolder", ManagedParts.Authoring, "Delete a folder", "Deletes an empty folder; one that has contents is refused.")
    {
        Path = [ManagedParts.Id("The folder's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = AuthoringJson.Default.DeletedAnswer,
    };

    private static JsonObject Folder(string description, bool isNew) => Schema.Object(
        description,
        new Input("name", Schema.Text("The name, without a slash.", "Outbound"), isNew),
        Optional("workspace", Schema.Text("The name of its workspace.", "Initial workspace")),
        Optional("parent", Schema.Text("The path of the folder that contains it.", "Outbound")),
        new Input("owner", Schema.Email("The owner's e-mail address."), isNew),
        Optional("visibility", Schema.Enum("Who can see it.", Enum.GetNames<FlowVisibility>())));
}
