using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Tasks;

/// <summary>The OpenAPI texts of tasks.</summary>
internal static class TaskDescription
{
    private static readonly ApiPart Part = new("Tasks", "Lists and changes the tasks of users.");

    private static readonly Dictionary<string, JsonObject> FieldDescriptions = new()
    {
        ["crmType"] = Schema.DescriptionOnly("The type of CRM that the contacts come from.", "SALESFORCE"),
        ["tasks"] = Schema.DescriptionOnly("The tasks, earliest due date first. Only calls are listed."),
        ["id"] = Schema.Number("The id. It can exceed 53 bits: parse it as a 64-bit integer.", long.Parse(DemoExample.TaskId, CultureInfo.InvariantCulture)),
        ["userId"] = Schema.Number("The id of the user whose task it is.", long.Parse(DemoExample.UserId, CultureInfo.InvariantCulture)),
        ["created"] = Schema.Time("When the task was created."),
        ["updated"] = Schema.Time("When the task was last changed."),
        ["status"] = Schema.Enum("The task's status.", "OPEN", "DONE", "DISMISSED").Named("TaskStatus"),
        ["type"] = Schema.Enum("FLOW: a flow created the task. MANUAL: a person created it.", "FLOW", "MANUAL").Named("TaskSource"),
        ["actions"] = Schema.DescriptionOnly("What the user should do."),
        ["account"] = Schema.DescriptionOnly("The account that the task is about."),
        ["opportunity"] = Schema.DescriptionOnly("The opportunity that the task is about."),
        ["dueDate"] = Schema.Time("When the task is due."),
        ["flow"] = Schema.DescriptionOnly("The flow that the task belongs to; null for a manual task."),
        ["name"] = Schema.DescriptionOnly("The name.", DemoExample.FlowName),
        ["step"] = Schema.DescriptionOnly("The flow step that the task belongs to."),
        ["stepNumber"] = Schema.Number("The step's position in the flow, from 1.", 1),
        ["contact"] = Schema.DescriptionOnly("The contact that the task is about."),
        ["crmId"] = Schema.DescriptionOnly("The CRM id, exactly as the CRM writes it.", DemoExample.CrmId),
        ["TaskContact.type"] = Schema.Enum("The type of the CRM object.", "CONTACT", "LEAD", "ACCOUNT", "DEAL").Named("TaskContactType"),
        ["data"] = Schema.DescriptionOnly("The contact's data in the CRM."),
        ["firstName"] = Schema.DescriptionOnly("First name.", "Grace"),
        ["lastName"] = Schema.DescriptionOnly("Last name.", "Hopper"),
        ["emailAddress"] = Schema.DescriptionOnly("E-mail address.", "grace@example.org"),
        ["phoneNumber"] = Schema.DescriptionOnly("Phone number.", "+1 555 0100"),
        ["title"] = Schema.DescriptionOnly("Job title.", "Rear admiral"),
        ["companyName"] = Schema.DescriptionOnly("The name of the contact's company.", "Example"),
        ["additionalContacts"] = Schema.DescriptionOnly("Other contacts that the task is about."),
        ["TaskItem.title"] = Schema.DescriptionOnly("The task's title. Only manual tasks have one.", "Call back"),
        ["priority"] = Schema.DescriptionOnly("The task's priority."),
        ["TaskPriority.id"] = Schema.Number("The priority's id: 1, 2 or 3.", 2),
        ["TaskPriority.name"] = Schema.Enum("The priority's name.", "Low", "Medium", "High").Named("TaskPriorityName"),
        ["weight"] = Schema.Number("The priority's weight. A higher weight is a higher priority.", 2),
    };

    public static readonly OperationDescription List = new(
        "listTasks", Part, "List tasks", "Lists one user's call tasks: open, done and dismissed. There is no paging; the list ends after 1,000 tasks.")
    {
        Body = Schema.Object("The tasks to list.", Required("filter", Schema.Object(
            "The conditions that a task must meet.",
            Required("userId", Schema.IdInRequest("The user whose tasks are listed.", DemoExample.UserId)),
            Required("types", Schema.List("Tasks that a flow created, manual tasks, or both.", Schema.Enum("A type.", "FLOW", "MANUAL").Named("TaskSource"), 1)),
            Required("taskAction", Schema.List("The actions of the tasks.", Schema.Enum("An action.", "CALL").Named("TaskAction"), 1)),
            Required("status", Schema.List("The statuses of the tasks.", Schema.Enum("A status.", "OPEN", "DONE", "DISMISSED").Named("TaskStatus"), 1)),
            Optional("workspaceId", Schema.IdInRequest("Only tasks of this workspace.", DemoExample.WorkspaceId))))),
        FieldDescriptions = FieldDescriptions,
        Answer = TaskJson.Default.TasksAnswer,
    };

    public static readonly OperationDescription Change = new(
        "changeTask", Part, "Change a task",
        "Changes the fields in the request and keeps all others. Returns the changed task, or 403 if the task does not belong to the user `userId`.")
    {
        Path = [Required("taskId", Schema.Id("The task's id.", DemoExample.TaskId))],
        Body = Schema.Object(
            "The fields to change.",
            Required("userId", Schema.IdInRequest("The user whose task it is.", DemoExample.UserId)),
            Optional("status", Schema.Text("OPEN, DONE or DISMISSED; upper or lower case.", "DONE")),
            Optional("dueDate", Schema.Time("The new due date.")),
            Optional("priority", Schema.Text("Low, Medium or High; upper or lower case.", "High"))),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        FieldDescriptions = FieldDescriptions,
        Answer = TaskJson.Default.TasksAnswer,
    };
}
