namespace Sluice.Tests.Architecture;

/// <summary>One line of a project's map.</summary>
/// <param name="Folder">Below the project, with slashes; a point is the project's own folder. All folders below it count as it, unless the map names them.</param>
/// <param name="Uses">The folders whose types it uses.</param>
/// <param name="Why">Why this is so, where the names alone do not say it.</param>
internal sealed record MappedFolder(string Folder, string[] Uses, string Why = "");

/// <summary>The map of a project: its folders, each after all that it uses.</summary>
/// <param name="Circles">Sets of folders that use each other in a circle, as <c>"Storage Storage/Kept"</c>. Each waits to be taken apart.</param>
internal sealed record FolderMap(string Project, MappedFolder[] Folders, string[] Circles)
{
    public static IReadOnlyList<FolderMap> All { get; } = [ProgramMap.Map, ClientAnalyzersMap.Map, ClientMap.Map, EngineMap.Map, ServerMap.Map, TestingMap.Map];

    /// <returns>An empty one for a project that has none yet.</returns>
    public static FolderMap Of(string project) => All.SingleOrDefault(map => map.Project == project) ?? new FolderMap(project, [], []);

    /// <returns>The deepest folder of the map that a folder lies in; one that is not on the map counts by its first part.</returns>
    public string Find(string folder) =>
        Folders.Select(mapped => mapped.Folder).Where(mapped => Contains(mapped, folder)).MaxBy(mapped => mapped.Length) ?? folder.Split('/')[0];

    public static bool Contains(string outer, string folder) => folder == outer || folder.StartsWith($"{outer}/", StringComparison.Ordinal);

    public string WhyOf(string folder) => Folders.SingleOrDefault(mapped => mapped.Folder == folder)?.Why ?? "";

    /// <summary>As the map's file says it.</summary>
    public static string Write(MappedFolder folder) =>
        $"new(\"{folder.Folder}\", [{string.Join(", ", folder.Uses.Select(used => $"\"{used}\""))}]{(folder.Why == "" ? "" : $", \"{folder.Why}\"")}),";
}
