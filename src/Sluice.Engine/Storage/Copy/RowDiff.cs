using System.Globalization;

namespace Sluice.Engine.Storage.Copy;

/// <summary>Lists what differs between two small databases, row by row and column by column. Reads all rows of both.</summary>
internal static class RowDiff
{
    /// <summary>Rows of the server and not of what its clients did: the ranges of ids, the dev clock, the key, and counted calls.</summary>
    private static readonly string[] Ignored = ["nodes", "dev_clock", "api_keys", "quota_days", "idempotency_keys"];

    /// <summary>Columns that every change of a row changes, and that say nothing of what changed.</summary>
    private static readonly string[] IgnoredColumns = ["fence", "lease_until", "turn"];

    /// <param name="max">How many rows are returned at most.</param>
    /// <returns>The first rows that differ, in the order of tables and keys, and how many rows differ.</returns>
    public static async Task<(List<RowChange> Changes, int Count)> RunAsync(IDbSession before, IDbSession after, int max, CancellationToken ct)
    {
        var (found, count) = (new List<RowChange>(), 0);
        foreach (var table in (await CopyTable.AllAsync(before, ct)).Where(table => !Ignored.Contains(table.Name)))
        {
            foreach (var change in Between(table, await CopyRows.ReadAsync(table, before, ct), await CopyRows.ReadAsync(table, after, ct)))
            {
                count++;
                if (found.Count < max)
                {
                    found.Add(change);
                }
            }
        }

        return (found, count);
    }

    private static IEnumerable<RowChange> Between(CopyTable table, List<object?[]> before, List<object?[]> after)
    {
        var key = table.Key.Where(column => column.Name is not ("company_id" or "turn")).ToList() is { Count: > 0 } some ? some : [.. table.Key];
        var (ours, theirs) = (ByKey(table, key, before), ByKey(table, key, after));
        foreach (var id in ours.Keys.Concat(theirs.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (left, right) = (ours.GetValueOrDefault(id), theirs.GetValueOrDefault(id));
            var fields = Fields(table, key, left, right).ToList();
            if (left is null || right is null || fields.Count > 0)
            {
                yield return new RowChange(table.Name, id, left is null ? RowChange.Added : right is null ? RowChange.Removed : RowChange.Changed, fields);
            }
        }
    }

    private static Dictionary<string, object?[]> ByKey(CopyTable table, List<CopyColumn> key, List<object?[]> rows)
    {
        var places = key.ConvertAll(column => table.Columns.ToList().IndexOf(column));
        var found = new Dictionary<string, object?[]>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            found[string.Join(' ', places.Select(place => Text(row[place])))] = row;
        }

        return found;
    }

    private static IEnumerable<RowFieldChange> Fields(CopyTable table, List<CopyColumn> key, object?[]? before, object?[]? after) =>
        from column in table.Columns.Index()
        where column.Item.Name != "company_id" && !IgnoredColumns.Contains(column.Item.Name) && !key.Contains(column.Item)
        let left = Text(before?[column.Index])
        let right = Text(after?[column.Index])
        where left != right
        select new RowFieldChange(column.Item.Name, left, right);

    private static string? Text(object? value) => value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture);
}

/// <param name="Table">The kind of object, by the name of its table.</param>
/// <param name="Id">The rest of its key beside the company; several parts with spaces between.</param>
internal sealed record RowChange(string Table, string Id, string Kind, IReadOnlyList<RowFieldChange> Fields)
{
    public const string Added = "added";
    public const string Removed = "removed";
    public const string Changed = "changed";
}

/// <param name="From">Null: there was none.</param>
internal sealed record RowFieldChange(string Field, string? From, string? To);
