namespace Sluice.Tests.Architecture;

internal static class SluiceMap
{
    public static readonly FolderMap Map = new(
        "Sluice",
        [
            new("Ids", []),
            new("Storage", []),
            new("Http", ["Ids", "Storage"], "Storage for the day's count of calls, Ids for the requestId and the shape of a key"),
            new("Companies", ["Ids", "Storage", "Http"]),
            new("Users", ["Storage", "Http"]),
            new("Workspaces", ["Storage", "Http"]),
            new("Flows", ["Storage", "Http", "Users"]),
            new("Crm", ["Ids", "Storage", "Http"]),
            new("ToDos", ["Storage", "Http"], "Above FlowInstances: an end closes what is to do"),
            new("Mail", ["Storage", "Http", "Users", "Crm"], "Above FlowInstances too: an end cancels what has not left. Placeholders name users and prospects"),
            new("FlowInstances", ["Ids", "Storage", "Http", "Companies", "Users", "Flows", "Crm", "ToDos", "Mail"]),
            new("Engine", ["Ids", "Storage", "Http", "Companies", "Users", "Flows", "Crm", "ToDos", "Mail", "FlowInstances"], "All that a step is made of"),
            new("Simulation", ["Ids", "Storage", "Http", "Companies", "Users", "Workspaces", "Flows", "Crm", "ToDos", "Mail", "FlowInstances", "Engine"]),
            new("Control", ["Ids", "Storage", "Http", "Companies", "Users", "Workspaces", "Flows", "Crm", "ToDos", "Mail", "FlowInstances", "Engine"], "All of it, to explain it"),
            new("Docs", ["Http"], "Reads the metadata of the routes, so it needs no other folder"),
            new("Hosting", ["Ids", "Storage", "Http", "Companies", "Users", "Workspaces", "Flows", "Crm", "ToDos", "Mail", "FlowInstances", "Engine", "Control", "Docs"]),
            new("Cli", ["Ids", "Storage", "Http", "Companies", "Workspaces", "Mail", "Simulation", "Control", "Docs", "Hosting"], "Docs: sluice call is made of the description"),
            new(".", ["Cli"]),
        ],
        Circles: ["Cli Cli/Calls", "Storage Storage/Kept"]);
}
