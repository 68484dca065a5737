using System.Text.Json.Nodes;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Tasks;

/// <summary>What clients are told of tasks.</summary>
internal static class TaskDescription
{
    private const long AnId = 4193842069741237551;

    private static readonly ApiPart Part = new("Tasks", "What users are to do.");

    private static readonly Dictionary<string, JsonObject> Words = new()
    {
        ["crmType"] = Schema.Means("The make of CRM that the contacts are of.", "SALESFORCE"),
        ["tasks"] = Schema.Means("The tasks, the one due soonest first. Only calls are shown."),
        ["id"] = Schema.Number("Its id. A number of more than 53 bits: read it as an integer.", AnId),
        ["userId"] = Schema.Number("Whose task it is.", AnId),
        ["created"] = Schema.Time("When it was made."),
        ["updated"] = Schema.Time("When it was last changed."),
        ["status"] = Schema.Word("Where it stands.", "OPEN", "DONE", "DISMISSED"),
        ["type"] = Schema.Word("Of a flow, or made by hand.", "FLOW", "MANUAL"),
        ["actions"] = Schema.Means("What is to be done."),
        ["account"] = Schema.Means("The account it is about."),
        ["opportunity"] = Schema.Means("The opportunity it is about."),
        ["dueDate"] = Schema.Time("When it is due."),
        ["flow"] = Schema.Means("The flow it comes from; null when made by hand."),
        ["name"] = Schema.Means("Its name.", "Cold outreach"),
        ["step"] = Schema.Means("The step it comes from."),
        ["stepNumber"] = Schema.Number("The step's place in the flow, from 1.", 1),
        ["contact"] = Schema.Means("Whom it is about."),
        ["crmId"] = Schema.Means("As the CRM writes it.", "0035e00000B7kQmAAJ"),
        ["TaskContact.type"] = Schema.Word("What the CRM has it as.", "CONTACT", "LEAD", "ACCOUNT", "DEAL"),
        ["data"] = Schema.Means("What the CRM says of it."),
        ["firstName"] = Schema.Means("First name.", "Grace"),
        ["lastName"] = Schema.Means("Last name.", "Hopper"),
        ["emailAddress"] = Schema.Means("E-mail address.", "grace@example.org"),
        ["phoneNumber"] = Schema.Means("Phone number.", "+1 555 0100"),
        ["title"] = Schema.Means("Position.", "Rear admiral"),
        ["companyName"] = Schema.Means("The company's name.", "Example"),
        ["additionalContacts"] = Schema.Means("Who else it is about."),
        ["TaskItem.title"] = Schema.Means("Only of a task made by hand.", "Call back"),
        ["priority"] = Schema.Means("How much it matters."),
        ["TaskPriority.id"] = Schema.Number("1, 2 or 3.", 2),
        ["TaskPriority.name"] = Schema.Word("In a word.", "Low", "Medium", "High"),
        ["weight"] = Schema.Number("More matters more.", 2),
    };

    public static readonly Description List = new(
        "listTasks", Part, "List tasks", "The calls that one user is to make or has made. There is no page; after 1,000 the list ends.")
    {
        Body = Schema.Object("Which tasks.", Must("filter", Schema.Object(
            "What must hold of a task.",
            Must("userId", Schema.IdIn("Whose tasks.")),
            Must("types", Schema.List("Of a flow, or made by hand.", Schema.Word("A type.", "FLOW", "MANUAL"), 1)),
            Must("taskAction", Schema.List("What is to be done.", Schema.Word("An action.", "CALL"), 1)),
            Must("status", Schema.List("Where they stand.", Schema.Word("A status.", "OPEN", "DONE", "DISMISSED"), 1)),
            May("workspaceId", Schema.IdIn("Only tasks of this workspace."))))),
        Words = Words,
        Answer = TaskJson.Default.TasksAnswer,
    };

    public static readonly Description Change = new(
        "changeTask", Part, "Change a task", "Changes what is given and leaves the rest. Answers the task as it is then. Another user's task: 403.")
    {
        Path = [Must("taskId", Schema.Id("The task's id."))],
        Body = Schema.Object(
            "What changes.",
            Must("userId", Schema.IdIn("Whose task it is.")),
            May("status", Schema.Text("OPEN, DONE or DISMISSED, in any case.", "DONE")),
            May("dueDate", Schema.Time("When it is due from now on.")),
            May("priority", Schema.Text("Low, Medium or High, in any case.", "High"))),
        Refusals = [StatusCodes.Status404NotFound],
        Words = Words,
        Answer = TaskJson.Default.TasksAnswer,
    };
}
