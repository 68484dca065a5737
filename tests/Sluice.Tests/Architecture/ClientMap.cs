namespace Sluice.Tests.Architecture;

internal static class ClientMap
{
    public static readonly FolderMap Map = new(
        "Sluice.Client",
        [
            new("Values", []),
            new("Settings", []),
            new("Models", ["Values", "Settings"]),
            new("Http", ["Values", "Settings", "Models"]),
            new("OAuth", ["Settings", "Http"]),
            new(".", ["Values", "Settings", "Models", "Http"]),
        ],
        Circles: []);
}
