namespace Sluice.Tests.Architecture;

internal static class ClientAnalyzersMap
{
    public static readonly FolderMap Map = new("Sluice.Client.Analyzers", [new(".", [])], Circles: []);
}
