using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Flows;

/// <summary>What clients are told of flows, folders and steps.</summary>
internal static class FlowDescription
{
    private static readonly ApiPart Part = new("Flows", "Flows, the folders they lie in, their steps.");

    private static readonly Dictionary<string, JsonObject> Words = new()
    {
        ["flows"] = Schema.Means("The flows."),
        ["id"] = Schema.Id("Its id."),
        ["name"] = Schema.Means("Its name.", "Cold outreach"),
        ["folderId"] = Schema.Id("The folder it lies in; null when in none."),
        ["folderName"] = Schema.Means("That folder's name.", "Outbound"),
        ["visibility"] = Schema.Word("Who sees it: the company, its owner, or those it is shared with.", "Company", "Personal", "Shared"),
        ["creationDate"] = Schema.Time("When it was made."),
        ["exclusive"] = Schema.Flag("Whether a prospect in it is kept out of other flows."),
        ["description"] = Schema.Means("What it is for.", "Five touches in two weeks."),
        ["steps"] = Schema.Means("Its steps, in order."),
        ["StepItem.id"] = Schema.Id("The step's id."),
        ["stepOrder"] = Schema.Number("Its place in the flow, from 1.", 1),
        ["action"] = Schema.Word("What is done.", Step.Actions),
        ["subject"] = Schema.Means("Of its mail.", "Hello"),
        ["body"] = Schema.Means("HTML.", "<p>Hello</p>"),
        ["isReply"] = Schema.Flag("Whether its mail continues the thread of the one before."),
        ["flowsFolders"] = Schema.Means("The folders."),
        ["FoldersAnswer.flows"] = Schema.Means("The same rows once more, under the name that the published document of the imitated API has for them."),
        ["parentFolderId"] = NullableId("The folder it lies in."),
        ["createdById"] = NullableId("The user who made it."),
    };

    public static readonly Description List = new(
        "listFlows", Part, "List flows",
        "The company's flows, the user's own, and those shared with that user, in the order of their ids, 100 a page.")
    {
        Query =
        [
            Must("flowOwnerEmail", Schema.Email("Whose view of the flows.")),
            May("cursor", CommonWords.Cursor),
            May("workspaceId", Schema.Id("Only flows of this workspace.")),
            May("folderId", Schema.Id("Only flows in this folder.")),
            May("mostRecentlyAssigned", Schema.Flag("True: the 20 flows at most that this user assigned last, newest first.")),
        ],
        NamesUser = true,
        Words = Words,
        Answer = FlowJson.Default.FlowsAnswer,
    };

    public static readonly Description Folders = new(
        "listFlowFolders", Part, "List folders of flows",
        "The folders a user sees, with the made-up folder `Shared With You` (id 100), whose empty fields are the four letters `null`.")
    {
        Query =
        [
            Must("flowFolderOwnerEmail", Schema.Email("Whose view of the folders.")),
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
        "Up to 20 flows with their steps. One flow that is unknown refuses the whole call.")
    {
        Body = Schema.Object("Which flows.", Must("flowIds", Schema.List("1 to 20 ids.", Schema.IdIn("A flow."), 1))),
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
