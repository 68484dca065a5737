
namespace Sluice.Engine.Storage.Sqlite;

/// <summary>A change that a transaction made to a row of the look-up.</summary>
/// <param name="Key">The row's key, in UTF-8.</param>
/// <param name="Id">The row's id: the look-up's first column.</param>
/// <param name="Row">The row after the change; null if the look-up no longer finds it.</param>
internal readonly record struct IndexChange<T>(long CompanyId, byte[] Key, long Id, T? Row)
    where T : unmanaged;

/// <summary>
/// The SQL statements behind <see cref="InMemoryIndex{T}"/>. Triggers record the keys of all changed rows in a temporary table. Triggers and
/// table belong to the writer's connection and are never in the file. A rollback also removes the records of its changes, and no changing
/// statement can be missed. SQLite's update hook was rejected, because it does not report tables without a rowid.
/// </summary>
internal sealed class IndexChangeTracker<T>(LookUp<T> lookUp)
    where T : unmanaged
{
    private readonly string _columns = lookUp.ColumnsOf("f");

    public void StartTracking(SqliteSession writer)
    {
        var (table, key, id) = (lookUp.Table, lookUp.Key, lookUp.Columns[0]);
        var watched = lookUp.Columns.Prepend(key).ToList();
        writer.Run($"create temp table changed_{table} (company_id, key, id, primary key (company_id, key, id)) without rowid");
        writer.Run($"create temp trigger added_{table} after insert on main.{table} begin {Note("new")}; end");
        writer.Run($"create temp trigger deleted_{table} after delete on main.{table} begin {Note("old")}; end");
        writer.Run($"""
            create temp trigger updated_{table} after update of {string.Join(", ", watched)} on main.{table}
            when {string.Join(" or ", watched.Select(column => $"old.{column} is not new.{column}"))}
            begin {Note("old")}; {Note("new")}; end
            """); // Skips updates without a change: a step often writes the status that the row already has.

        string Note(string row) => $"insert or ignore into changed_{table} values ({row}.company_id, {row}.{key}, {row}.{id})";
    }

    /// <summary>Reads the changed rows, and deletes the records of their changes.</summary>
    public List<IndexChange<T>> ReadChanges(SqliteSession writer)
    {
        var changes = new List<IndexChange<T>>();
        writer.Read(
            $"""
            select c.company_id, c.key, c.id, {_columns}
            from temp.changed_{lookUp.Table} c
            left join {lookUp.Table} f on f.company_id = c.company_id and f.{lookUp.Columns[0]} = c.id and f.{lookUp.Key} = c.key and f.{lookUp.Where}
            """,
            row => changes.Add(new IndexChange<T>(
                row.GetInt64(0),
                row.Utf8(1).ToArray(),
                row.GetInt64(2),
                row.IsDBNull(3) ? null : ReadRow(row, 3))));
        if (changes.Count > 0)
        {
            writer.Run($"delete from temp.changed_{lookUp.Table}");
        }

        return changes;
    }

    /// <summary>Reads all rows that the look-up can find, as of one moment.</summary>
    /// <returns>Null if there are more than <paramref name="maxRows"/>, too many for this machine's memory.</returns>
    public IndexTable<T>? ReadAll(string path, long maxRows, CancellationToken ct)
    {
        using var session = new SqliteSession(path);
        session.Run("pragma mmap_size = 0"); // Rows that are read only once need be neither mapped nor cached.
        session.Run("pragma cache_size = -256");
        session.Run("begin");
        long expected = 0;
        session.Read($"select count(*) from {lookUp.Table} f where f.{lookUp.Where}", row => expected = row.GetInt64(0));
        if (expected > maxRows)
        {
            return null;
        }

        var table = new IndexTable<T>(expected, lookUp.Columns.Count - lookUp.SharedColumns);
        session.Read(
            $"select f.company_id, f.{lookUp.Key}, {_columns} from {lookUp.Table} f where f.{lookUp.Where}",
            row =>
            {
                ct.ThrowIfCancellationRequested();
                table.Put(row.GetInt64(0), row.Utf8(1), ReadRow(row, 2));
            });
        return table;
    }

    private static T ReadRow(SqliteRow row, int first)
    {
        T read = default;
        var cells = LookUp<T>.Cells(ref read);
        for (var i = 1; i < cells.Length; i++)
        {
            cells[i] = row.Cell(first + i - 1);
        }

        return read;
    }
}
