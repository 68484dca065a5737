namespace Sluice.Tests.Architecture;

internal static class ProgramMap
{
    public static readonly FolderMap Map = new(
        "Sluice",
        [
            new("Cli/Shared", []),
            new("Cli/Calls", ["Cli/Shared"]),
            new("Cli/Commands", ["Cli/Shared"]),
            new("Cli", ["Cli/Shared", "Cli/Calls", "Cli/Commands"]),
            new(".", ["Cli"]),
        ],
        Circles: []);
}
