using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Instances;

/// <summary>The OpenAPI texts of single flow instances.</summary>
internal static class InstanceDescription
{
    public static readonly OperationDescription Get = On("getFlowInstance", "Show a flow instance", "Returns where a flow instance stands.") with
    {
        Answer = InstanceJson.Default.InstanceItem,
        ErrorStatuses = [StatusCodes.Status404NotFound],
    };

    public static readonly OperationDescription Explain = On(
        "explainFlowInstance", "Explain a flow instance", "Tells in a sentence what a flow instance waits for, what holds it, what will happen next, its last 1,000 events, and for each of the last 100 messages that came in why it was taken for what it was.") with
    {
        Answer = ExplainJson.Default.ExplainAnswer,
        ErrorStatuses = [StatusCodes.Status404NotFound],
    };

    public static readonly OperationDescription Pause = On("pauseFlowInstance", "Pause a flow instance", "Pauses a flow instance for at most thirty days.") with
    {
        Body = Schema.Object("How long.", Optional("until", Schema.Time("When it goes on by itself."))),
    };

    public static readonly OperationDescription Resume = On("resumeFlowInstance", "Resume a flow instance", "Lets a paused flow instance go on.");

    public static readonly OperationDescription Finish = On("finishFlowInstance", "Finish a flow instance", "Ends a flow instance.");

    public static readonly OperationDescription Skip = On("skipStep", "Skip a step", "Lets a flow instance go on without doing its current step.") with
    {
        Query = [Optional("stepId", Schema.Id("The step to skip. If the flow instance is at another step, the call is refused."))],
    };

    public static readonly OperationDescription Reassign = On("reassignFlowInstance", "Give a flow instance to another owner", "Changes the owner of a flow instance.") with
    {
        Body = Schema.Object("The new owner.", Required("flowInstanceOwnerEmail", Schema.Email("E-mail address of an active user with an Engage seat."))),
        NamesUser = true,
    };

    public static readonly OperationDescription Plan = new(
        "planAssignment", ManagedParts.Instances, "Plan an assignment", "Tells what an assignment would do, and does nothing. The body is that of `assignProspects`.")
    {
        Body = Schema.Object(
            "The assignment.",
            Required("crmProspectsIds", Schema.List("CRM ids of prospects, at most 200.", Schema.Text("A CRM id.", DemoExample.FreeCrmId))),
            Required("flowId", Schema.IdInRequest("The flow.", DemoExample.OpenFlowId)),
            Required("flowInstanceOwnerEmail", Schema.Email("E-mail address of the flow instances' owner.")),
            Optional("flowInstanceDescription", Schema.Text("HTML, shown with the tasks of the flow instances.", "<p>Met at the fair</p>")),
            Optional("coolOffOverride", Schema.Flag("True: also prospects that are in their cool-off period.")),
            CommonFieldDescriptions.Overrides("The same as outside of overrides.")),
        NamesUser = true,
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = PlanJson.Default.PlanAnswer,
    };

    private static OperationDescription On(string id, string summary, string text) => new(id, ManagedParts.Instances, summary, text)
    {
        Path = [ManagedParts.Id("The flow instance's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = InstanceJson.Default.InstanceAnswer,
    };
}
