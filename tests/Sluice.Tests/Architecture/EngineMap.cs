namespace Sluice.Tests.Architecture;

internal static class EngineMap
{
    public static readonly FolderMap Map = new(
        "Sluice.Engine",
        [
            new("Primitives", []),
            new("Storage", []),
            new("Storage/Sqlite", []),
            new("Storage/Postgres", []),
            new("Storage/Setup", []),
            new("Storage/Copy", []),
            new("Companies", []),
            new("Users", []),
            new("Workspaces", []),
            new("Prospects", []),
            new("Flows", []),
            new("Tasks", []),
            new("Mail", []),
            new("Mail/Content", []),
            new("Instances", []),
            new("Mail/Delivery", []),
            new("Mail/Intake", []),
            new("Instances/Explain", []),
            new("Prospects/Changes", []),
            new("Tasks/Closing", []),
            new("Crm", []),
            new("Flows/Authoring", []),
            new("Scheduling", []),
            new(".", []),
        ],
        Circles: []);
}
