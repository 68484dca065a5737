using Microsoft.CodeAnalysis.CSharp;

namespace Sluice.Tests.Architecture;

/// <summary>
/// Holds the order of the folders of each project. An arrow that comes or goes is a change of the project's map, with its reason. The names
/// come from the compiler, so it makes no difference how a file names a type.
/// </summary>
public sealed class FolderTests
{
    private const int MaxPlaces = 40;

    public static TheoryData<string> Projects => [.. SourceProject.All.Select(project => project.Name)];

    [Fact]
    public void Every_project_has_a_map() =>
        Assert.Equal(SourceProject.All.Select(project => project.Name).Order(StringComparer.Ordinal), FolderMap.All.Select(map => map.Project).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Projects))]
    public void Folders_use_the_folders_that_the_map_says(string project)
    {
        var (map, graph) = (FolderMap.Of(project), Mapped(project));
        var actual = graph.InOrder().ConvertAll(folder => new MappedFolder(folder, [.. graph.InOrder().Where(graph.UsedBy(folder).Contains)], map.WhyOf(folder)));
        Assert.True(
            Lines(map.Folders).SetEquals(Lines(actual)),
            $"""
            {project} and its map differ. If the code is right, this is the map:
            {Join(actual.Select(FolderMap.Write))}
            Arrows that are not on the map:
            {Join(Arrow.In(project).Where(arrow => !IsMapped(map, arrow)).Select(arrow => arrow.ToString()).Take(MaxPlaces))}
            Arrows that are on the map and nowhere else:
            {Join(map.Folders.SelectMany(folder => folder.Uses.Except(graph.UsedBy(folder.Folder)).Select(used => $"{folder.Folder} to {used}")))}
            """);
    }

    [Theory, MemberData(nameof(Projects))]
    public void Every_folder_stands_on_the_map_below_all_that_it_uses(string project)
    {
        var folders = FolderMap.Of(project).Folders;
        Assert.Empty(
            from entry in folders.Index()
            from used in entry.Item.Uses
            where !folders.Take(entry.Index).Any(other => other.Folder == used)
            select $"{entry.Item.Folder} uses {used} and does not stand below it");
    }

    /// <summary>Of all folders that hold files, at any depth: a folder and one inside it are two.</summary>
    [Theory, MemberData(nameof(Projects))]
    public void Folders_use_each_other_in_no_circle(string project)
    {
        var arrows = Arrow.In(project).ToList();
        var circles = new Graph(FoldersOf(project), arrows.Select(arrow => (arrow.From, arrow.To))).Circles().ToList();
        Assert.True(
            circles.Select(circle => string.Join(' ', circle)).ToHashSet().SetEquals(FolderMap.Of(project).Circles),
            $"""
            The circles of {project} are not those on its map. They are:
            {Join(circles.Select(circle => $"\"{string.Join(' ', circle)}\","))}
            Made of:
            {Join(circles.SelectMany(circle => arrows.Where(arrow => circle.Contains(arrow.From) && circle.Contains(arrow.To)).GroupBy(arrow => (arrow.From, arrow.To)).Select(Summarize)))}
            """);
    }

    [Fact]
    public void Rules_use_nothing_outside_their_folder_and_those_around_it()
    {
        var rules = SourceCode.Whole.Files.Where(file => file.FilePath.EndsWith("Rule.cs", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(rules);
        Assert.Empty(rules.Where(file => file.GetCompilationUnitRoot().Usings.Count > 0).Select(file => file.FilePath));
        Assert.DoesNotContain(SourceProject.All.SelectMany(project => Arrow.In(project.Name)), arrow => arrow.Place.Contains("Rule.cs(", StringComparison.Ordinal) && !FolderMap.Contains(arrow.To, arrow.From));
    }

    private static Graph Mapped(string project)
    {
        var map = FolderMap.Of(project);
        var known = map.Folders.Select(mapped => mapped.Folder);
        var actual = FoldersOf(project).Select(map.Find).ToHashSet(StringComparer.Ordinal);
        return new Graph(known.Where(actual.Contains).Union(actual.Order(StringComparer.Ordinal)), Arrow.In(project).Select(arrow => (map.Find(arrow.From), map.Find(arrow.To))));
    }

    private static IEnumerable<string> FoldersOf(string project)
    {
        var source = SourceProject.All.Single(one => one.Name == project);
        return source.Files.Select(source.FolderOf).Distinct(StringComparer.Ordinal);
    }

    private static bool IsMapped(FolderMap map, Arrow arrow) =>
        map.Find(arrow.From) == map.Find(arrow.To) || map.Folders.Any(mapped => mapped.Folder == map.Find(arrow.From) && mapped.Uses.Contains(map.Find(arrow.To)));

    private static HashSet<string> Lines(IEnumerable<MappedFolder> folders) =>
        [.. folders.Select(folder => $"{folder.Folder}: {string.Join(' ', folder.Uses.Order(StringComparer.Ordinal))}")];

    private static string Summarize(IGrouping<(string From, string To), Arrow> arrows) => $"{arrows.Key.From} to {arrows.Key.To}, {arrows.Count()} times. First: {arrows.First()}";

    private static string Join(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => $"    {line}"));
}
