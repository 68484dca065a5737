using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Flows;

/// <summary>The OpenAPI texts of flows, folders and steps.</summary>
internal static class FlowDescription
{
    private static readonly ApiPart Part = new("Flows", "Lists flows, their folders and their steps.");

    private static readonly Dictionary<string, JsonObject> FieldDescriptions = new()
    {
        ["flows"] = Schema.DescriptionOnly("The flows."),
        ["id"] = Schema.Id("The id.", DemoExample.FlowId),
        ["name"] = Schema.DescriptionOnly("The name.", DemoExample.FlowName),
        ["folderId"] = Schema.Id("The folder that contains the flow; null if the flow is in no folder."),
        ["folderName"] = Schema.DescriptionOnly("The name of that folder.", "Outbound"),
        ["visibility"] = Schema.Enum(
            "Who can see it. Company: all users. Personal: its owner. Shared: users it is shared with.", "Company", "Personal", "Shared"),
        ["creationDate"] = Schema.Time("When the flow was created."),
        ["exclusive"] = Schema.Flag("True if a prospect in this flow cannot be assigned to other flows."),
        ["description"] = Schema.DescriptionOnly("The purpose of the flow.", "Five touches in two weeks."),
        ["steps"] = Schema.DescriptionOnly("The flow's steps, in order."),
        ["StepItem.id"] = Schema.Id("The step's id."),
        ["stepOrder"] = Schema.Number("The step's position in the flow, from 1.", 1),
        ["action"] = Schema.Enum("What the step does.", Step.Actions).Named("StepAction"),
        ["subject"] = Schema.DescriptionOnly("The subject of the step's mail.", "Hello"),
        ["body"] = Schema.DescriptionOnly("The body of the step's mail, as HTML.", "<p>Hello</p>"),
        ["isReply"] = Schema.Flag("True if the step's mail continues the thread of the previous mail."),
        ["flowsFolders"] = Schema.DescriptionOnly("The folders."),
        ["FoldersAnswer.flows"] = Schema.DescriptionOnly("The same folders as in flowsFolders, under the field name that the imitated API's published document uses."),
        ["parentFolderId"] = NullableId("The parent folder."),
        ["createdById"] = NullableId("The user who created the folder."),
    };

    public static readonly OperationDescription List = new(
        "listFlows", Part, "List flows",
        "Lists the flows that a user can see: the company's flows, the user's own flows, and flows shared with the user. Ordered by id, 100 per page.")
    {
        Query =
        [
            Required("flowOwnerEmail", Schema.Email("E-mail address of the user whose visible flows are listed.")),
            Optional("cursor", CommonFieldDescriptions.Cursor),
            Optional("workspaceId", Schema.Id("Only flows of this workspace.", DemoExample.WorkspaceId)),
            Optional("folderId", Schema.Id("Only flows in this folder.")),
            Optional("mostRecentlyAssigned", Schema.Flag("True: return only the flows that this user assigned most recently, newest first, at most 20.")),
        ],
        NamesUser = true,
        FieldDescriptions = FieldDescriptions,
        Answer = FlowJson.Default.FlowsAnswer,
    };

    public static readonly OperationDescription Folders = new(
        "listFlowFolders", Part, "List folders of flows",
        "Lists the folders that a user can see, and the virtual folder `Shared With You` (id 100). Empty fields of that folder contain the string `null`.")
    {
        Query =
        [
            Required("flowFolderOwnerEmail", Schema.Email("E-mail address of the user whose visible folders are listed.")),
            Optional("cursor", CommonFieldDescriptions.Cursor),
            Optional("parentId", Schema.Id("Only this folder and its children.")),
            Optional("workspaceId", Schema.Id("Only folders of this workspace.")),
        ],
        NamesUser = true,
        FieldDescriptions = FieldDescriptions,
        Answer = FolderJson.Default.FoldersAnswer,
    };

    public static readonly OperationDescription Steps = new(
        "listFlowSteps", Part, "List the steps of flows",
        "Returns up to 20 flows with their steps. One unknown flow refuses the whole call.")
    {
        Body = Schema.Object("The flows to read.", Required("flowIds", Schema.List("1 to 20 ids.", Schema.IdInRequest("A flow.", DemoExample.FlowId), 1))),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        FieldDescriptions = FieldDescriptions,
        Answer = StepJson.Default.StepsAnswer,
    };

    private static JsonObject NullableId(string description)
    {
        var schema = Schema.Id(description);
        schema["pattern"] = "^([0-9]{1,19}|null)$";
        return schema;
    }
}
