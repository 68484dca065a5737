using System.Text.Json.Nodes;
using Sluice.Engine.Instances;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Prospects;

/// <summary>What clients are told of prospects in flows.</summary>
internal static class FlowInstanceDescription
{
    private static readonly ApiPart Part = new("Prospects in flows", "Which prospect is in which flow; entering and leaving.");

    private static readonly Dictionary<string, JsonObject> Words = new()
    {
        ["prospectsAssigned"] = Schema.Means("The flow instances: a prospect's run through a flow each."),
        ["flowId"] = Schema.Id("The flow."),
        ["flowName"] = Schema.Means("The flow's name now.", "Cold outreach"),
        ["crmProspectId"] = CrmId("The prospect."),
        ["flowInstanceId"] = Schema.Id("This run of the prospect through the flow."),
        ["flowInstanceOwnerEmail"] = Schema.Email("The user who does what is to do."),
        ["flowInstanceOwnerFullName"] = Schema.Means("That user's first and last name.", "Ada Lovelace"),
        ["flowInstanceCreateDate"] = Schema.Time("When the prospect was assigned."),
        ["flowInstanceStatus"] = Schema.Word("Where it stands. The finished ones are shown only when asked for by instance id.", Enum.GetNames<FlowInstanceStatus>()),
        ["workspaceId"] = Schema.Id("The flow's workspace."),
        ["exclusive"] = Schema.Flag("Whether a prospect in this flow is kept out of others."),
        ["prospectsNotAssigned"] = Schema.Means("The prospects that did not enter, and why."),
        ["errorCode"] = Schema.Word("The kind of reason.", "InvalidArgument", "InvalidState", "UnexpectedError"),
        ["errorMessage"] = Schema.Means("The reason.", "Prospect is already assigned to the same flow"),
        ["unassignedFlowInstanceIds"] = Schema.Means("Those that this call removed. One that is not here stays as it was."),
    };

    private static readonly Input ByUser = May("unassignedByUserEmail", Schema.Email("The user in whose name they are removed."));

    public static readonly Description List = new(
        "listAssignedFlows", Part, "List assigned flows for the given prospects",
        "The flow instances of prospects, by the prospects' CRM ids (open ones only) or by instance ids (finished ones too). Give one of the two lists, not both. Unknown ids contribute nothing.")
    {
        Body = Schema.Object("By what they are found.", CrmIds(isRequired: false), InstanceIds("flow instances.", isRequired: false)),
        Words = Words,
        Answer = FlowInstanceJson.Default.AssignedShape,
    };

    public static readonly Description Assign = new(
        "assignProspects", Part, "Assign prospects to a flow",
        "Lets up to 200 prospects (100 in the observed profile) enter a flow. One that is refused refuses no other. Overrides hold for all prospects of the call and cannot be changed afterwards.")
    {
        Body = AssignBody(),
        Refusals = [StatusCodes.Status404NotFound],
        NamesUser = true,
        Words = Words,
        Answer = FlowInstanceJson.Default.AssignShape,
    };

    public static readonly Description AssignDespiteCoolOff = Assign with
    {
        Id = "assignProspectsDespiteCoolOff",
        Summary = "Assign prospects to a flow despite the cool-off",
        Text = "Use `assignProspects` with `overrides.coolOffOverride`; this is the same with that set.",
        IsDeprecated = true,
    };

    public static readonly Description Unassign = new(
        "unassignFlowsByInstanceId", Part, "Unassign flows by flow instance id",
        "Ends 1 to 200 flow instances. Of two calls that race for one, one returns it. In the observed profile one unknown id refuses the whole call.")
    {
        Body = Schema.Object("What is removed.", InstanceIds("1 to 200 flow instances.", isRequired: true), ByUser),
        NamesUser = true,
        Words = Words,
        Answer = FlowInstanceJson.Default.UnassignAnswer,
    };

    public static readonly Description UnassignByProspect = new(
        "unassignFlowsByCrmId", Part, "Unassign flows by prospect", "Ends the open flow instances of one prospect: in one flow, or in all.")
    {
        Body = Schema.Object(
            "What is removed.", Must("crmProspectId", CrmId("The prospect.")), May("flowId", Schema.IdIn("Only out of this flow.")), ByUser),
        NamesUser = true,
        Words = Words,
        Answer = FlowInstanceJson.Default.UnassignAnswer,
    };

    private static JsonObject AssignBody() => Schema.Object(
        "Who enters which flow, and in whose name.",
        CrmIds(isRequired: true),
        Must("flowId", Schema.IdIn("The flow.")),
        Must("flowInstanceOwnerEmail", Schema.Email("The user who does what is to do. Active, with an Engage seat.")),
        May("flowInstanceDescription", Schema.Text("HTML, shown with what is to do.", "<p>Met at the fair</p>")),
        May("overrides", Schema.Object(
            "What differs from the flow as it is.",
            May("steps", Schema.List("Texts instead of a step's own.", Schema.Object(
                "A step.",
                Must("number", Schema.Number("Its place in the flow, from 1.", 1)),
                May("subject", Schema.Text("Instead of its subject.", "Hello again")),
                May("body", Schema.Text("HTML, instead of its body.", "<p>Hello again</p>"))))),
            May("flowInstanceVariables", Schema.List("Values of placeholders.", Schema.Object(
                "A placeholder.",
                Must("name", Schema.Text("With or without its braces.", "city")),
                May("value", Schema.Text("What stands in its place.", "London"))))),
            May("coolOffOverride", Schema.Flag("True: also prospects in their cool-off period.")))));

    private static JsonObject CrmId(string description) => Schema.Text($"{description} As the CRM writes it, byte for byte.", "0035e00000B7kQmAAJ");

    private static Input CrmIds(bool isRequired) => new("crmProspectsIds", Schema.List("CRM ids of prospects.", CrmId("A prospect.")), isRequired);

    private static Input InstanceIds(string description, bool isRequired) =>
        new("flowInstanceIds", Schema.List($"Ids of {description}", Schema.IdIn("A flow instance.")), isRequired);
}
