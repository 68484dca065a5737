using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Flows;

/// <summary>The OpenAPI texts of writing flows.</summary>
internal static class AuthoringDescription
{
    private static readonly Input FlowId = ManagedParts.Id("The flow's id.");

    public static readonly OperationDescription ListFlows = new("listManagedFlows", ManagedParts.Authoring, "List flows", "Lists all flows of the company without their steps, 100 per page.")
    {
        Query = [ManagedParts.Cursor],
        Answer = AuthoringJson.Default.FlowsAnswer,
    };

    public static readonly OperationDescription GetFlow = OnFlow("getFlow", "Show a flow", "Returns a flow with its steps.");

    public static readonly OperationDescription FlowVersions = OnFlow(
        "listFlowVersions", "List the versions of a flow",
        "Lists the newest 50 versions of a flow's steps, the newest first: when each was written and by whom, and what is different from the one before. A change that leaves the steps as they are makes no version.") with
    {
        Answer = AuthoringJson.Default.FlowVersionsAnswer,
    };

    public static readonly OperationDescription RestoreVersion = OnFlow(
        "restoreFlowVersion", "Bring back an older version of a flow",
        "Makes the steps of a kept version the newest ones, as a new version. A step that is still there stays the same step, so whoever is in the flow goes on and repeats nothing. If the steps are so already, nothing changes.") with
    {
        Path = [FlowId, Required("version", Schema.Id("A version of `listFlowVersions`."))],
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Body = Schema.Object("What you rely on.", Optional("seen", Schema.Number("The newest version that you have seen. If there is a newer one by now, nothing is changed and the answer is 409.", 3))),
    };

    public static readonly OperationDescription CreateFlow = new("createFlow", ManagedParts.Authoring, "Create a flow", "Creates a flow.")
    {
        Body = Flow("The new flow.", isNew: true),
        Status = StatusCodes.Status201Created,
        Answer = AuthoringJson.Default.FlowAnswer,
    };

    public static readonly OperationDescription ReplaceFlow = OnFlow(
        "replaceFlow", "Replace a flow", "Replaces all of a flow. A missing field gets its default. A step with a known key or id stays the same step.") with
    {
        Body = Flow("The whole flow.", isNew: true),
    };

    public static readonly OperationDescription ChangeFlow = OnFlow("changeFlow", "Change a flow", "Changes the fields in the request and keeps all others. The list of steps is replaced whole.") with
    {
        Body = Flow("The fields to change.", isNew: false),
    };

    public static readonly OperationDescription DeleteFlow = OnFlow("deleteFlow", "Delete a flow", "Deletes a flow. Its open flow instances end.") with
    {
        Answer = AuthoringJson.Default.DeletedAnswer,
    };

    public static readonly OperationDescription DuplicateFlow = OnFlow("duplicateFlow", "Duplicate a flow", "Creates a disabled copy of a flow.") with
    {
        Body = Schema.Object("What is different in the copy.", Optional("name", Schema.Text("The name of the copy. Default: `Copy of` and the flow's name.", "Copy of SDR Flow"))),
        Status = StatusCodes.Status201Created,
    };

    public static readonly OperationDescription EnableFlow = OnFlow("enableFlow", "Enable a flow", "Lets a flow take prospects again.");

    public static readonly OperationDescription DisableFlow = OnFlow("disableFlow", "Disable a flow", "A disabled flow takes no new prospects; its open flow instances go on.");

    public static readonly OperationDescription StopFlow = OnFlow(
        "stopFlow", "Stop a flow", "Disables a flow, and ends it for everybody who is in it: a moment later, their instances are finished, their tasks dismissed, and the mail that waits is cancelled. It cannot be undone for them.");

    public static readonly OperationDescription Apply = new(
        "applyDocuments", ManagedParts.Authoring, "Apply flow files", "Makes flows, folders and rulesets as the documents say. If anything is wrong with one of them, nothing changes. Many are written some at a time: after a 409 or a lost answer, send the same call again. `sluice apply` calls it.")
    {
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Body = Schema.Object(
            "The documents.",
            Optional("dryRun", Schema.Flag("True: only tell what would change.")),
            Optional("prune", Schema.Flag("True: delete what no document names.")),
            Required("documents", Schema.List("At most 10,000 documents.", Schema.AnyObject("A flow, a folder or a ruleset: the fields of its operation, and `kind`.")))),
        Answer = AuthoringJson.Default.ApplyAnswer,
    };

    public static readonly OperationDescription Export = new(
        "exportDocuments", ManagedParts.Authoring, "Export flow files", "Returns all flows, folders and rulesets as documents. `sluice export` calls it.")
    {
        Answer = AuthoringJson.Default.ExportAnswer,
        ErrorStatuses = [StatusCodes.Status429TooManyRequests],
    };

    private static OperationDescription OnFlow(string id, string summary, string text) => new(id, ManagedParts.Authoring, summary, text)
    {
        Path = [FlowId],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = AuthoringJson.Default.FlowAnswer,
    };

    private static JsonObject Flow(string description, bool isNew) => Schema.Object(
        description,
        new Input("name", Schema.Text("The name.", DemoExample.FlowName), isNew),
        Optional("workspace", Schema.Text("The name of its workspace.", "Initial workspace")),
        Optional("folder", Schema.Text("The path of its folder.", "Outbound/Events")),
        new Input("owner", Schema.Email("The owner's e-mail address."), isNew),
        Optional("visibility", Schema.Enum("Who can see it.", Enum.GetNames<FlowVisibility>())),
        Optional("sharedWith", Schema.List("E-mail addresses of the users with whom it is shared.", Schema.Email("An address."))),
        Optional("exclusive", Schema.Flag("True if a prospect in this flow cannot be assigned to other flows.")),
        Optional("description", Schema.Text("Its purpose.", "Five touches in two weeks.")),
        Optional("enabled", Schema.Flag("Whether it takes new prospects.")),
        Optional("ruleset", Schema.Text("The name of its ruleset.", "Patient")),
        Optional("window", Window()),
        Optional("steps", Schema.List("The steps, in order, at most 100.", Step())));

    private static JsonObject Window() => Schema.Object(
        "When steps are due, in the time zone of the flow instance's owner.",
        Optional("from", Schema.Text("A time of day.", "08:00")),
        Optional("to", Schema.Text("A later time of day; 24:00 is midnight.", "18:00")),
        Optional("days", Schema.List("The days.", Schema.Enum("A day.", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").Named("Weekday"))));

    private static JsonObject Step() => Schema.Object(
        "A step.",
        Optional("id", Schema.Id("The step's id, if it has no key.")),
        Optional("key", Schema.Text("The step's name in its flow: a step with the same key stays the same step.", "intro")),
        Required("action", Schema.Enum("What the step does.", Engine.Flows.Step.Actions).Named("StepAction")),
        Optional("wait", Schema.Object(
            "The wait before the step: whole days or minutes.", Optional("days", Schema.Count("Days.")), Optional("minutes", Schema.Count("Minutes.")))),
        Optional("subject", Schema.Text("The subject of its mail.", "Hello")),
        Optional("body", Schema.Text("The body of its mail, as HTML.", "<p>Hello</p>")),
        Optional("isReply", Schema.Flag("True if its mail continues the thread of the previous one.")));
}
