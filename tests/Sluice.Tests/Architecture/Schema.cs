using System.Text.RegularExpressions;

namespace Sluice.Tests.Architecture;

/// <summary>The tables that the migrations make, without those that the same script drops: it has copied their rows.</summary>
internal static partial class Schema
{
    private static readonly Lazy<HashSet<string>> Made = new(() => [.. Migrations().Select(File.ReadAllText).SelectMany(TablesOf)]);

    public static IReadOnlySet<string> Tables => Made.Value;

    private static IEnumerable<string> TablesOf(string script) => SqlTables.In(script).Where(use => use.IsWrite).Select(use => use.Table)
        .Except(Dropped().Matches(script).Select(dropped => dropped.Groups[1].Value), StringComparer.Ordinal);

    [GeneratedRegex(@"^drop table (\w+)", RegexOptions.Multiline)]
    private static partial Regex Dropped();

    private static IEnumerable<string> Migrations() =>
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.sql", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "Migrations");
}
