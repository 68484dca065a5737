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
            new("Idempotency", ["Primitives", "Storage"], "Does a call once; knows no call"),
            new("OAuth", ["Primitives", "Storage", "Companies"]),
            new("Users", ["Primitives", "Storage"]),
            new("Audit", ["Primitives", "Storage"], "Below all whose changes it tells"),
            new("Workspaces", ["Storage"]),
            new("Flows", ["Primitives", "Storage"]),
            new("Mail/Intake/Reading", ["Primitives"], "Says what a raw message is, and touches no database"),
            new("Events", ["Primitives", "Storage"], "Below all whose events it has"),
            new("Prospects", ["Primitives", "Storage", "Events"]),
            new("Tasks", ["Primitives", "Storage", "Events"], "Below Instances: an end dismisses tasks"),
            new("Mail", ["Primitives", "Storage", "Events"], "Below Instances too: an end cancels mail. What sends and receives stands above"),
            new("Instances", ["Primitives", "Storage", "Companies", "Users", "Flows", "Events", "Prospects", "Tasks", "Mail"]),
            new("Mail/Content", ["Primitives", "Users", "Flows", "Prospects", "Mail", "Instances"]),
            new("Mailboxes", ["Primitives", "Storage", "Events"]),
            new("SignIn", ["Primitives", "Storage", "Companies", "Users", "Audit", "Mailboxes"], "Its secrets are encrypted by the key of the mailboxes"),
            new("Mail/Intake", ["Primitives", "Storage", "Users", "Flows", "Mail/Intake/Reading", "Prospects", "Tasks", "Mail", "Instances", "Mailboxes"]),
            new("Mailboxes/Reading", ["Primitives", "Storage", "Companies", "Mail/Intake/Reading", "Instances", "Mailboxes", "Mail/Intake"]),
            new("Prospects/Changes", ["Primitives", "Storage", "Events", "Prospects", "Tasks", "Instances"]),
            new("Tasks/Closing", ["Primitives", "Storage", "Events", "Prospects", "Tasks", "Instances"]),
            new("Crm", ["Primitives", "Storage", "Users", "Events", "Prospects", "Prospects/Changes"], "Above Prospects/Changes: an upload that deletes a prospect ends instances"),
            new("Flows/Authoring", ["Primitives", "Storage", "Companies", "Users", "Workspaces", "Flows", "Prospects", "Instances", "Mail/Content"]),
            new("Mail/Delivery", ["Primitives", "Storage", "Companies", "Flows", "Events", "Prospects", "Tasks", "Mail", "Instances", "Mail/Content", "Mailboxes"]),
            new("Instances/Explain", ["Primitives", "Storage", "Companies", "Users", "Flows", "Tasks", "Mail", "Instances", "Mail/Content", "Mail/Intake", "Mail/Delivery"]),
            new("Webhooks", ["Primitives", "Storage", "Events", "Mail", "Mailboxes"], "Its secrets are encrypted by the key of the mailboxes"),
            new("Privacy", ["Primitives", "Storage", "Companies", "Idempotency", "Audit", "Prospects", "Tasks", "Mail", "Instances", "Mail/Intake", "Crm", "Webhooks"], "Above all that holds people; what it erases, each folder erases of its own tables"),
            new("Scheduling", ["Primitives", "Storage", "Companies", "Flows", "Events", "Tasks", "Mail", "Instances", "Mail/Content", "Crm", "Mail/Delivery", "Webhooks", "Privacy"]),
            new(".", ["Storage", "Idempotency", "Users", "Audit", "Workspaces", "Flows", "Events", "Tasks", "Instances", "Mail/Content", "Mailboxes", "SignIn", "Mail/Intake", "Mailboxes/Reading", "Prospects/Changes", "Tasks/Closing", "Crm", "Mail/Delivery", "Instances/Explain", "Webhooks", "Privacy", "Scheduling"], "Puts the engine together"),
        ],
        Circles: []);
}
