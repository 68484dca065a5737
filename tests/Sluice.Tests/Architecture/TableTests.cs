using static Sluice.Tests.Architecture.TableAccess;

namespace Sluice.Tests.Architecture;

/// <summary>Holds who reads and writes which table. The statements are parsed, so that a join counts wherever it stands.</summary>
public sealed class TableTests
{
    private static readonly TableOwner[] Owners = [.. TableOwners.OfSchema, .. TableOwners.Others];

    [Fact]
    public void Every_table_of_the_migrations_has_one_owner()
    {
        var owned = TableOwners.OfSchema.Select(owner => owner.Table).ToList();
        Assert.NotEmpty(Schema.Tables);
        Assert.True(
            owned.Count == owned.Distinct().Count() && Schema.Tables.SetEquals(owned),
            $"""
            Tables without an owner, and who writes them:
            {Join(Schema.Tables.Except(owned).Select(table => $"new(\"{table}\", \"{WritersOf(table)}\"),"))}
            Owned, and in no migration: {string.Join(", ", owned.Where(table => !Schema.Tables.Contains(table)))}
            Owned twice: {string.Join(", ", owned.GroupBy(table => table).Where(table => table.Count() > 1).Select(table => table.Key))}
            """);
    }

    [Fact]
    public void The_owner_of_a_table_names_it() =>
        Assert.DoesNotContain(Owners, owner => !SqlPlace.All.Any(place => place.Table == owner.Table && FolderMap.Contains(owner.Folder, place.Folder)));

    [Fact]
    public void Folders_use_tables_of_others_only_where_the_list_says_so()
    {
        var foreign = SqlPlace.All.Where(IsForeign).GroupBy(KeyOf).OrderBy(group => group.Key).ToList();
        var known = TableExceptions.All.Select(KeyOf).ToList();
        var actual = foreign.Select(group => TableExceptions.All.FirstOrDefault(one => KeyOf(one) == group.Key) ?? new(group.Key.Folder, group.Key.Table, group.Key.Access, "TODO: say why"));
        Assert.True(
            known.Count == known.Distinct().Count() && known.ToHashSet().SetEquals(foreign.Select(group => group.Key)),
            $"""
            Not on the list, and the table belongs to another folder or to none:
            {Join(foreign.Where(group => !known.Contains(group.Key)).SelectMany(group => group).Select(Describe))}
            On the list, and not needed:
            {Join(known.Except(foreign.Select(group => group.Key)).Select(one => one.ToString()))}
            If the code is right, this is the list:
            {Join(actual.Select(one => $"new(\"{one.Folder}\", \"{one.Table}\", {one.Access}, \"{one.Reason}\"),"))}
            """);
    }

    [Fact]
    public void Every_exception_says_why() =>
        Assert.DoesNotContain(TableExceptions.All, one => string.IsNullOrWhiteSpace(one.Reason) || one.Reason.StartsWith("TODO", StringComparison.Ordinal));

    private static (string Folder, string Table, TableAccess Access) KeyOf(SqlPlace place) => (OnMap(place.Folder), place.Table, place.IsWrite ? Write : Read);

    private static (string Folder, string Table, TableAccess Access) KeyOf(TableException known) => (known.Folder, known.Table, known.Access);

    private static string Describe(SqlPlace place) => $"{place.Place}: {(place.IsWrite ? "writes" : "reads")} {place.Table}, which {OwnerOf(place.Table)} owns";

    private static bool IsForeign(SqlPlace place) => !Owners.Any(owner => owner.Table == place.Table && FolderMap.Contains(owner.Folder, place.Folder));

    private static string OwnerOf(string table) => Owners.FirstOrDefault(owner => owner.Table == table)?.Folder ?? "nobody";

    private static string WritersOf(string table) => string.Join(" or ", SqlPlace.All.Where(place => place.Table == table && place.IsWrite).Select(place => place.Folder).Distinct());

    /// <summary>A folder as its project's map names it.</summary>
    private static string OnMap(string folder)
    {
        var (project, below) = folder.Split('/', 2) is [var first, var rest] ? (first, rest) : (folder, ".");
        return below == "." ? project : $"{project}/{FolderMap.Of(project).Find(below)}";
    }

    private static string Join(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => $"    {line}"));
}
