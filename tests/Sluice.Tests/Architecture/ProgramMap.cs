namespace Sluice.Tests.Architecture;

internal static class ProgramMap
{
    public static readonly FolderMap Map = new(
        "Sluice",
        [
            new("Cli/Shared", []),
            new("Cli/Calls", []),
            new("Cli/Commands", []),
            new("Cli", []),
            new(".", []),
        ],
        Circles: []);
}
