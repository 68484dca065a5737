namespace Sluice.Tests.Architecture;

internal static class ServerMap
{
    public static readonly FolderMap Map = new(
        "Sluice.Server",
        [
            new("Http", []),
            new("Docs", []),
            new("Api/V2/Users", []),
            new("Api/V2/Workspaces", []),
            new("Api/V2/Flows", []),
            new("Api/V2/Tasks", []),
            new("Api/V2/Prospects", []),
            new("Api/V2/Crm", []),
            new("Api/Unsubscribe", []),
            new("Api/Manage", []),
            new("Dev/Clock", []),
            new("Dev/Faults", []),
            new("Dev/Requests", []),
            new("Dev/Seed", []),
            new("Hosting", []),
        ],
        Circles: []);
}
