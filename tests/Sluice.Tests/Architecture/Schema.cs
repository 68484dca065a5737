namespace Sluice.Tests.Architecture;

/// <summary>The tables that the migrations make.</summary>
internal static class Schema
{
    private static readonly Lazy<HashSet<string>> Made = new(
        () => [.. Migrations().SelectMany(file => SqlTables.In(File.ReadAllText(file))).Where(use => use.IsWrite).Select(use => use.Table)]);

    public static IReadOnlySet<string> Tables => Made.Value;

    private static IEnumerable<string> Migrations() =>
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.sql", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "Migrations");
}
