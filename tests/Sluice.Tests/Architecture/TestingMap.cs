namespace Sluice.Tests.Architecture;

internal static class TestingMap
{
    public static readonly FolderMap Map = new("Sluice.Testing", [new(".", [])], Circles: []);
}
