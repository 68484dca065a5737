using System.Text.Json.Nodes;
using Sluice.Engine.Instances;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Prospects;

/// <summary>The OpenAPI texts of prospects in flows.</summary>
internal static class FlowInstanceDescription
{
    private static readonly ApiPart Part = new("Prospects in flows", "Lists which prospects are in which flows; assigns and unassigns prospects.");

    private static readonly Dictionary<string, JsonObject> FieldDescriptions = new()
    {
        ["prospectsAssigned"] = Schema.DescriptionOnly("The flow instances. Each is one prospect's run through one flow."),
        ["flowId"] = Schema.Id("The flow.", DemoExample.FlowId),
        ["flowName"] = Schema.DescriptionOnly("The flow's current name.", DemoExample.FlowName),
        ["crmProspectId"] = CrmId("The prospect's CRM id."),
        ["flowInstanceId"] = Schema.Id("The flow instance.", DemoExample.FlowInstanceId),
        ["flowInstanceOwnerEmail"] = Schema.Email("E-mail address of the flow instance's owner."),
        ["flowInstanceOwnerFullName"] = Schema.DescriptionOnly("The owner's first and last name.", "Test User"),
        ["flowInstanceCreateDate"] = Schema.Time("When the prospect was assigned."),
        ["flowInstanceStatus"] = Schema.Enum(
            "The flow instance's status. Finished flow instances appear only if you list by flow instance id.", Enum.GetNames<InstanceStatus>()),
        ["workspaceId"] = Schema.Id("The flow's workspace.", DemoExample.WorkspaceId),
        ["exclusive"] = Schema.Flag("True if a prospect in this flow cannot be assigned to other flows."),
        ["prospectsNotAssigned"] = Schema.DescriptionOnly("The prospects that were not assigned, each with the reason."),
        ["errorCode"] = Schema.Enum("The kind of error.", "InvalidArgument", "InvalidState", "UnexpectedError"),
        ["errorMessage"] = Schema.DescriptionOnly("Why the prospect was not assigned.", "Prospect is already assigned to the same flow"),
        ["unassignedFlowInstanceIds"] = Schema.DescriptionOnly("The flow instances that this call ended. Requested ids that are missing here did not change."),
    };

    private static readonly Input ByUser = Optional("unassignedByUserEmail", Schema.Email("E-mail address of the user who unassigns the prospects."));

    public static readonly OperationDescription List = new(
        "listAssignedFlows", Part, "List assigned flows for the given prospects",
        "Lists flow instances, either by the prospects' CRM ids (open flow instances only) or by flow instance ids (open and finished). "
        + "Send one of the two lists, not both. Unknown ids are ignored.")
    {
        Body = Schema.Object("The ids to search by.", CrmIds(isRequired: false), InstanceIds("flow instances.", isRequired: false)),
        FieldDescriptions = FieldDescriptions,
        Answer = FlowInstanceJson.Default.AssignedShape,
    };

    public static readonly OperationDescription Assign = new(
        "assignProspects", Part, "Assign prospects to a flow",
        "Assigns up to 200 prospects (100 in the observed profile) to a flow. Each prospect is assigned or refused on its own. "
        + "Overrides apply to all prospects of the call and cannot be changed afterwards.")
    {
        Body = AssignBody(),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        NamesUser = true,
        FieldDescriptions = FieldDescriptions,
        Answer = FlowInstanceJson.Default.AssignShape,
    };

    public static readonly OperationDescription AssignDespiteCoolOff = Assign with
    {
        Id = "assignProspectsDespiteCoolOff",
        Summary = "Assign prospects to a flow despite the cool-off",
        Text = "Use `assignProspects` with `overrides.coolOffOverride` set to true instead; this operation does the same.",
        IsDeprecated = true,
    };

    public static readonly OperationDescription Unassign = new(
        "unassignFlowsByInstanceId", Part, "Unassign flows by flow instance id",
        "Ends 1 to 200 flow instances. If two calls try to end the same flow instance at once, only one of them returns its id. "
        + "In the observed profile, one unknown id refuses the whole call.")
    {
        Body = Schema.Object("The flow instances to end.", InstanceIds("1 to 200 flow instances.", isRequired: true), ByUser),
        NamesUser = true,
        FieldDescriptions = FieldDescriptions,
        Answer = FlowInstanceJson.Default.UnassignAnswer,
    };

    public static readonly OperationDescription UnassignByProspect = new(
        "unassignFlowsByCrmId", Part, "Unassign flows by prospect", "Ends the open flow instances of one prospect, in one flow or in all flows.")
    {
        Body = Schema.Object(
            "The prospect to unassign.",
            Required("crmProspectId", CrmId("The prospect's CRM id.", DemoExample.FreeCrmId)),
            Optional("flowId", Schema.IdInRequest("Unassign only from this flow.", DemoExample.OpenFlowId)),
            ByUser),
        NamesUser = true,
        FieldDescriptions = FieldDescriptions,
        Answer = FlowInstanceJson.Default.UnassignAnswer,
    };

    private static JsonObject AssignBody() => Schema.Object(
        "The prospects, the flow, and the owner of the new flow instances.",
        CrmIds(isRequired: true, DemoExample.FreeCrmId),
        Required("flowId", Schema.IdInRequest("The flow to assign the prospects to.", DemoExample.OpenFlowId)),
        Required("flowInstanceOwnerEmail", Schema.Email("E-mail address of the flow instances' owner. The owner must be an active user with an Engage seat.")),
        Optional("flowInstanceDescription", Schema.Text("HTML, shown with the tasks of the flow instances.", "<p>Met at the fair</p>")),
        CommonFieldDescriptions.Overrides("True: also assign prospects that are in their cool-off period."));

    private static JsonObject CrmId(string description, string example = DemoExample.CrmId) =>
        Schema.Text($"{description} Exactly as the CRM writes it; compared byte for byte.", example);

    private static Input CrmIds(bool isRequired, string example = DemoExample.CrmId) =>
        new("crmProspectsIds", Schema.List("CRM ids of prospects.", CrmId("A prospect's CRM id.", example)), isRequired);

    private static Input InstanceIds(string description, bool isRequired) =>
        new("flowInstanceIds", Schema.List($"Ids of {description}", Schema.IdInRequest("A flow instance.", DemoExample.FlowInstanceId)), isRequired);
}
