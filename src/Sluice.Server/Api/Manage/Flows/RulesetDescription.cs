using System.Text.Json.Nodes;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Flows;

/// <summary>The OpenAPI texts of writing rulesets.</summary>
internal static class RulesetDescription
{
    private static readonly string[] Reactions = ["pause", "stop", "continue"];

    public static readonly OperationDescription List = new("listRulesets", ManagedParts.Authoring, "List rulesets", "Lists all rulesets: how flows react to replies and meetings.")
    {
        Answer = AuthoringJson.Default.RulesetsAnswer,
    };

    public static readonly OperationDescription Create = new("createRuleset", ManagedParts.Authoring, "Create a ruleset", "Creates a ruleset.")
    {
        Body = Ruleset("The new ruleset.", isNew: true),
        Status = StatusCodes.Status201Created,
        Answer = AuthoringJson.Default.RulesetAnswer,
    };

    public static readonly OperationDescription Change = new("changeRuleset", ManagedParts.Authoring, "Change a ruleset", "Changes the fields in the request and keeps all others.")
    {
        Path = [ManagedParts.Id("The ruleset's id.")],
        Body = Ruleset("The fields to change.", isNew: false),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = AuthoringJson.Default.RulesetAnswer,
    };

    public static readonly OperationDescription Delete = new("deleteRuleset", ManagedParts.Authoring, "Delete a ruleset", "Deletes a ruleset; one that a flow uses is refused.")
    {
        Path = [ManagedParts.Id("The ruleset's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = AuthoringJson.Default.DeletedAnswer,
    };

    private static JsonObject Ruleset(string description, bool isNew) => Schema.Object(
        description,
        new Input("name", Schema.Text("The name.", "Patient"), isNew),
        Optional("onReply", Schema.Enum("What a reply does to the flow instance.", Reactions).Named("Reaction")),
        Optional("replyToDo", Schema.Flag("Whether the owner gets a task when a prospect replies.")),
        Optional("onMeeting", Schema.Enum("What a booked meeting does to the flow instance.", Reactions).Named("Reaction")),
        Optional("meetingToDo", Schema.Flag("Whether the owner gets a task when a meeting is booked.")),
        Optional("ignoresCoolOff", Schema.Flag("Whether the flow takes prospects who are in their cool-off period.")));
}
