namespace Sluice.Tests.Architecture;

internal static class EngineMap
{
    public static readonly FolderMap Map = new(
        "Sluice.Engine",
        [
            new("Primitives", []),
            new("Storage", []),
            new("Storage/Sqlite", ["Storage"]),
            new("Storage/Postgres", ["Storage"]),
            new("Storage/Setup", ["Primitives", "Storage", "Storage/Sqlite", "Storage/Postgres"]),
            new("Storage/Copy", ["Storage", "Storage/Setup"]),
            new("Companies", ["Primitives", "Storage"]),
            new("Idempotency", ["Storage"], "Does a call once; knows no call"),
            new("OAuth", ["Primitives", "Storage", "Companies"]),
            new("Users", ["Primitives", "Storage"]),
            new("Workspaces", ["Storage"]),
            new("Prospects", ["Primitives", "Storage"]),
            new("Flows", ["Primitives", "Storage"]),
            new("Tasks", ["Storage"], "Below Instances: an end dismisses tasks"),
            new("Mail", ["Primitives", "Storage"], "Below Instances too: an end cancels mail. What sends and receives stands above"),
            new("Instances", ["Primitives", "Storage", "Companies", "Users", "Prospects", "Flows", "Tasks", "Mail"]),
            new("Mail/Content", ["Primitives", "Users", "Prospects", "Flows", "Mail", "Instances"]),
            new("Mailboxes", ["Primitives", "Storage"]),
            new("Mail/Intake/Reading", ["Primitives"], "Says what a raw message is, and touches no database"),
            new("Mail/Intake", ["Primitives", "Storage", "Users", "Prospects", "Flows", "Tasks", "Mail", "Mailboxes", "Instances", "Mail/Intake/Reading"]),
            new("Mailboxes/Reading", ["Primitives", "Storage", "Companies", "Instances", "Mail/Intake", "Mail/Intake/Reading", "Mailboxes"]),
            new("Prospects/Changes", ["Primitives", "Storage", "Prospects", "Tasks", "Instances"]),
            new("Tasks/Closing", ["Primitives", "Storage", "Prospects", "Tasks", "Instances"]),
            new("Crm", ["Primitives", "Storage", "Users", "Prospects", "Prospects/Changes"], "Above Prospects/Changes: an upload that deletes a prospect ends instances"),
            new("Flows/Authoring", ["Primitives", "Storage", "Companies", "Users", "Workspaces", "Prospects", "Flows", "Instances", "Mail/Content"]),
            new("Mail/Delivery", ["Primitives", "Storage", "Companies", "Prospects", "Flows", "Tasks", "Mail", "Mailboxes", "Instances", "Mail/Content"]),
            new("Instances/Explain", ["Primitives", "Storage", "Companies", "Users", "Flows", "Tasks", "Mail", "Instances", "Mail/Content", "Mail/Intake", "Mail/Delivery"]),
            new("Privacy", ["Primitives", "Storage", "Companies", "Idempotency", "Prospects", "Tasks", "Mail", "Instances", "Mail/Intake", "Crm"], "Above all that holds people; what it erases, each folder erases of its own tables"),
            new("Scheduling", ["Primitives", "Storage", "Companies", "Flows", "Tasks", "Mail", "Instances", "Mail/Content", "Crm", "Mail/Delivery", "Privacy"]),
            new(".", ["Storage", "Idempotency", "Users", "Workspaces", "Flows", "Tasks", "Instances", "Mail/Content", "Mail/Intake", "Mailboxes/Reading", "Prospects/Changes", "Tasks/Closing", "Crm", "Mail/Delivery", "Instances/Explain", "Privacy", "Scheduling"], "Puts the engine together"),
        ],
        Circles: []);
}
