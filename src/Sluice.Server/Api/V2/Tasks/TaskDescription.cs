using System.Text.Json.Nodes;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Tasks;

/// <summary>The OpenAPI texts of tasks.</summary>
internal static class TaskDescription
{
    private const long AnId = 4193842069741237551;

    private static readonly ApiPart Part = new("Tasks", "Lists and changes the tasks of users.");

    private static readonly Dictionary<string, JsonObject> Words = new()
    {
        ["crmType"] = Schema.Means("The type of CRM that the contacts come from.", "SALESFORCE"),
        ["tasks"] = Schema.Means("The tasks, earliest due date first. Only calls are listed."),
        ["id"] = Schema.Number("The id. It can exceed 53 bits: parse it as a 64-bit integer.", AnId),
        ["userId"] = Schema.Number("The id of the user whose task it is.", AnId),
        ["created"] = Schema.Time("When the task was created."),
        ["updated"] = Schema.Time("When the task was last changed."),
        ["status"] = Schema.Word("The task's status.", "OPEN", "DONE", "DISMISSED"),
        ["type"] = Schema.Word("FLOW: a flow created the task. MANUAL: a person created it.", "FLOW", "MANUAL"),
        ["actions"] = Schema.Means("What the user should do."),
        ["account"] = Schema.Means("The account that the task is about."),
        ["opportunity"] = Schema.Means("The opportunity that the task is about."),
        ["dueDate"] = Schema.Time("When the task is due."),
        ["flow"] = Schema.Means("The flow that the task belongs to; null for a manual task."),
        ["name"] = Schema.Means("The name.", "Cold outreach"),
        ["step"] = Schema.Means("The flow step that the task belongs to."),
        ["stepNumber"] = Schema.Number("The step's position in the flow, from 1.", 1),
        ["contact"] = Schema.Means("The contact that the task is about."),
        ["crmId"] = Schema.Means("The CRM id, exactly as the CRM writes it.", "0035e00000B7kQmAAJ"),
        ["TaskContact.type"] = Schema.Word("The type of the CRM object.", "CONTACT", "LEAD", "ACCOUNT", "DEAL"),
        ["data"] = Schema.Means("The contact's data in the CRM."),
        ["firstName"] = Schema.Means("First name.", "Grace"),
        ["lastName"] = Schema.Means("Last name.", "Hopper"),
        ["emailAddress"] = Schema.Means("E-mail address.", "grace@example.org"),
        ["phoneNumber"] = Schema.Means("Phone number.", "+1 555 0100"),
        ["title"] = Schema.Means("Job title.", "Rear admiral"),
        ["companyName"] = Schema.Means("The name of the contact's company.", "Example"),
        ["additionalContacts"] = Schema.Means("Other contacts that the task is about."),
        ["TaskItem.title"] = Schema.Means("The task's title. Only manual tasks have one.", "Call back"),
        ["priority"] = Schema.Means("The task's priority."),
        ["TaskPriority.id"] = Schema.Number("The priority's id: 1, 2 or 3.", 2),
        ["TaskPriority.name"] = Schema.Word("The priority's name.", "Low", "Medium", "High"),
        ["weight"] = Schema.Number("The priority's weight. A higher weight is a higher priority.", 2),
    };

    public static readonly Description List = new(
        "listTasks", Part, "List tasks", "Lists one user's call tasks: open, done and dismissed. There is no paging; the list ends after 1,000 tasks.")
    {
        Body = Schema.Object("The tasks to list.", Must("filter", Schema.Object(
            "The conditions that a task must meet.",
            Must("userId", Schema.IdIn("The user whose tasks are listed.")),
            Must("types", Schema.List("Tasks that a flow created, manual tasks, or both.", Schema.Word("A type.", "FLOW", "MANUAL"), 1)),
            Must("taskAction", Schema.List("The actions of the tasks.", Schema.Word("An action.", "CALL"), 1)),
            Must("status", Schema.List("The statuses of the tasks.", Schema.Word("A status.", "OPEN", "DONE", "DISMISSED"), 1)),
            May("workspaceId", Schema.IdIn("Only tasks of this workspace."))))),
        Words = Words,
        Answer = TaskJson.Default.TasksAnswer,
    };

    public static readonly Description Change = new(
        "changeTask", Part, "Change a task",
        "Changes the fields in the request and keeps all others. Returns the changed task, or 403 if the task does not belong to the user `userId`.")
    {
        Path = [Must("taskId", Schema.Id("The task's id."))],
        Body = Schema.Object(
            "The fields to change.",
            Must("userId", Schema.IdIn("The user whose task it is.")),
            May("status", Schema.Text("OPEN, DONE or DISMISSED; upper or lower case.", "DONE")),
            May("dueDate", Schema.Time("The new due date.")),
            May("priority", Schema.Text("Low, Medium or High; upper or lower case.", "High"))),
        Refusals = [StatusCodes.Status404NotFound],
        Words = Words,
        Answer = TaskJson.Default.TasksAnswer,
    };
}
