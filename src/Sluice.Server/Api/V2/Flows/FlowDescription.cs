using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Flows;

/// <summary>The OpenAPI texts of flows, folders and steps.</summary>
internal static class FlowDescription
{
    private static readonly ApiPart Part = new("Flows", "Lists flows, their folders and their steps.");

    private static readonly Dictionary<string, JsonObject> Words = new()
    {
        ["flows"] = Schema.Means("The flows."),
        ["id"] = Schema.Id("The id."),
        ["name"] = Schema.Means("The name.", "Cold outreach"),
        ["folderId"] = Schema.Id("The folder that contains the flow; null if the flow is in no folder."),
        ["folderName"] = Schema.Means("The name of that folder.", "Outbound"),
        ["visibility"] = Schema.Word(
            "Who can see it. Company: all users. Personal: its owner. Shared: users it is shared with.", "Company", "Personal", "Shared"),
        ["creationDate"] = Schema.Time("When the flow was created."),
        ["exclusive"] = Schema.Flag("True if a prospect in this flow cannot be assigned to other flows."),
        ["description"] = Schema.Means("The purpose of the flow.", "Five touches in two weeks."),
        ["steps"] = Schema.Means("The flow's steps, in order."),
        ["StepItem.id"] = Schema.Id("The step's id."),
        ["stepOrder"] = Schema.Number("The step's position in the flow, from 1.", 1),
        ["action"] = Schema.Word("What the step does.", Step.Actions),
        ["subject"] = Schema.Means("The subject of the step's mail.", "Hello"),
        ["body"] = Schema.Means("The body of the step's mail, as HTML.", "<p>Hello</p>"),
        ["isReply"] = Schema.Flag("True if the step's mail continues the thread of the previous mail."),
        ["flowsFolders"] = Schema.Means("The folders."),
        ["FoldersAnswer.flows"] = Schema.Means("The same folders as in flowsFolders, under the field name that the imitated API's published document uses."),
        ["parentFolderId"] = NullableId("The parent folder."),
        ["createdById"] = NullableId("The user who created the folder."),
    };

    public static readonly Description List = new(
        "listFlows", Part, "List flows",
        "Lists the flows that a user can see: the company's flows, the user's own flows, and flows shared with the user. Ordered by id, 100 per page.")
    {
        Query =
        [
            Must("flowOwnerEmail", Schema.Email("E-mail address of the user whose visible flows are listed.")),
            May("cursor", CommonWords.Cursor),
            May("workspaceId", Schema.Id("Only flows of this workspace.")),
            May("folderId", Schema.Id("Only flows in this folder.")),
            May("mostRecentlyAssigned", Schema.Flag("True: return only the flows that this user assigned most recently, newest first, at most 20.")),
        ],
        NamesUser = true,
        Words = Words,
        Answer = FlowJson.Default.FlowsAnswer,
    };

    public static readonly Description Folders = new(
        "listFlowFolders", Part, "List folders of flows",
        "Lists the folders that a user can see, and the virtual folder `Shared With You` (id 100). Empty fields of that folder contain the string `null`.")
    {
        Query =
        [
            Must("flowFolderOwnerEmail", Schema.Email("E-mail address of the user whose visible folders are listed.")),
            May("cursor", CommonWords.Cursor),
            May("parentId", Schema.Id("Only this folder and its children.")),
            May("workspaceId", Schema.Id("Only folders of this workspace.")),
        ],
        NamesUser = true,
        Words = Words,
        Answer = FolderJson.Default.FoldersAnswer,
    };

    public static readonly Description Steps = new(
        "listFlowSteps", Part, "List the steps of flows",
        "Returns up to 20 flows with their steps. One unknown flow refuses the whole call.")
    {
        Body = Schema.Object("The flows to read.", Must("flowIds", Schema.List("1 to 20 ids.", Schema.IdIn("A flow."), 1))),
        Refusals = [StatusCodes.Status404NotFound],
        Words = Words,
        Answer = StepJson.Default.StepsAnswer,
    };

    private static JsonObject NullableId(string description)
    {
        var schema = Schema.Id(description);
        schema["pattern"] = "^([0-9]{1,19}|null)$";
        return schema;
    }
}
