namespace Sluice.Tests.Architecture;

internal static class ServerMap
{
    public static readonly FolderMap Map = new(
        "Sluice.Server",
        [
            new("Http", []),
            new("Docs", ["Http"], "Also what descriptions of operations are made of"),
            new("Api/V2/Users", ["Http", "Docs"]),
            new("Api/V2/Workspaces", ["Http", "Docs"]),
            new("Api/V2/Flows", ["Http", "Docs"]),
            new("Api/V2/Tasks", ["Http", "Docs"]),
            new("Api/V2/Prospects", ["Http", "Docs"]),
            new("Api/V2/Crm", ["Http", "Docs"]),
            new("Api/V2/Privacy", ["Http", "Docs"]),
            new("Api/Unsubscribe", ["Http"]),
            new("Api/OAuth", ["Http"]),
            new("Api/Manage", ["Http", "Docs"], "Explains and changes what the engine does; one folder for each noun inside"),
            new("Dev/Clock", ["Http", "Docs"]),
            new("Dev/Faults", ["Http", "Docs"]),
            new("Dev/Requests", ["Http", "Docs"]),
            new("Dev/Seed", []),
            new("Dev/MailPorts", [], "What mail programs speak; Smtp and Imap inside"),
            new("Dev/Sandboxes", ["Http", "Docs", "Dev/Clock", "Dev/Seed"], "Each sandbox has a whole server's services, with a clock and the demo data"),
            new("Dev/ClockPreview", ["Http", "Docs", "Dev/Clock", "Dev/Sandboxes"], "Moves the clock of a copy"),
            new("Console", ["Http", "Api/Manage", "Dev/Clock", "Dev/ClockPreview", "Dev/Faults", "Dev/Requests", "Dev/Sandboxes"], "The pages for people; a form makes the call of the API that does the same, and the Developer page shows what Dev has"),
            new("Hosting", ["Http", "Docs", "Api/V2/Users", "Api/V2/Workspaces", "Api/V2/Flows", "Api/V2/Tasks", "Api/V2/Prospects", "Api/V2/Crm", "Api/V2/Privacy", "Api/Unsubscribe", "Api/OAuth", "Api/Manage", "Dev/Clock", "Dev/Faults", "Dev/Requests", "Dev/MailPorts", "Dev/Sandboxes", "Dev/ClockPreview", "Console"], "Puts the server together"),
        ],
        Circles: []);
}
