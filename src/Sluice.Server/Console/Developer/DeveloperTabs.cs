using Sluice.Server.Console.Layout;
using Sluice.Server.Dev.Sandboxes;

namespace Sluice.Server.Console.Developer;

internal static class DeveloperTabs
{
    private static readonly (string Path, string Name)[] All =
    [
        (Links.Developer, "Requests"),
        ($"{Links.Developer}/mail", "Outgoing mail"),
        ($"{Links.Developer}/clock", "Clock"),
        ($"{Links.Developer}/faults", "Faults"),
        (SandboxRequests.Pages, "Sandboxes"),
        ("/docs", "API pages"),
    ];

    public static Html Of(string current) => $"<ul class=\"tabs\">{All.Select(one => Tab(one.Path, one.Name, one.Name == current))}</ul>";

    private static Html Tab(string path, string name, bool isCurrent) => $"<li><a href=\"{path}\"{Html.If(isCurrent, $" aria-current=\"true\"")}>{name}</a></li>";
}
