namespace Sluice.Tests.Architecture;

internal static class ProgramMap
{
    public static readonly FolderMap Map = new(
        "Sluice",
        [
            new("Cli/Shared", []),
            new("Cli/Calls", ["Cli/Shared"]),
            new("Cli/Checks", ["Cli/Shared"], "What serve --check looks at"),
            new("Cli/Commands", ["Cli/Shared", "Cli/Checks"]),
            new("Cli", ["Cli/Shared", "Cli/Calls", "Cli/Commands"]),
            new(".", ["Cli"]),
        ],
        Circles: []);
}
