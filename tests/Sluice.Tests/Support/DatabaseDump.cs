using Sluice.Engine.Storage;

namespace Sluice.Tests.Support;

internal static class DatabaseDump
{
    /// <summary>Tables that change by themselves: they hold the leases of nodes and the calls of the last second.</summary>
    private static readonly string[] OfNodes = ["nodes", "call_slots", "server_era"];

    /// <summary>Writes all other tables as sorted lines, one per row, so that a test can check that nothing has changed. The turn of an event belongs to the server.</summary>
    public static async Task<string> DumpAsync(this Db db, params string[] except)
    {
        var lines = new List<string>();
        foreach (var table in (await TablesAsync(db)).Except(OfNodes).Except(except))
        {
            lines.AddRange(await db.QueryAsync(
                $"select * from {new SqlText(table)}",
                row => $"{table}: {string.Join(" | ", Enumerable.Range(0, row.FieldCount).Where(i => row.GetName(i) != "turn").Select(row.GetValue))}",
                CancellationToken.None));
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private static Task<List<string>> TablesAsync(Db db) => ReferenceEquals(db.Dialect, Dialect.Postgres)
        ? db.QueryAsync($"select table_name::text from information_schema.tables where table_schema = current_schema()", row => row.GetString(0), CancellationToken.None)
        : db.QueryAsync($"select name from sqlite_master where type = 'table' and name not like 'sqlite%'", row => row.GetString(0), CancellationToken.None);
}
