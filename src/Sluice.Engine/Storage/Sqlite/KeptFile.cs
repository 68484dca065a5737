using SQLitePCL;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>A row that has come, or has changed; or, without one, that is not found any more.</summary>
/// <param name="Key">In UTF-8.</param>
/// <param name="Id">The first number of the row.</param>
internal readonly record struct KeptChange<T>(long CompanyId, byte[] Key, long Id, T? Row)
    where T : unmanaged;

/// <summary>
/// The statements behind <see cref="KeptRows{T}"/>. The writer's connection notes the keys of what it changes in a temporary table, by triggers that
/// are its own and never in the file: what is rolled back is so there too, and no statement can be forgotten. SQLite's own hook was rejected, as it
/// says nothing of tables without a rowid.
/// </summary>
internal sealed class KeptFile<T>(LookUp<T> lookUp)
    where T : unmanaged
{
    private readonly string _columns = lookUp.ColumnsOf("f");

    public void Watch(SqliteSession writer)
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
            """); // A step writes the status that was there: nothing to note.

        string Note(string row) => $"insert or ignore into changed_{table} values ({row}.company_id, {row}.{key}, {row}.{id})";
    }

    /// <summary>And forgets that they were changed.</summary>
    public List<KeptChange<T>> ReadChanges(SqliteSession writer)
    {
        var changes = new List<KeptChange<T>>();
        writer.Read(
            $"""
            select c.company_id, c.key, c.id, {_columns}
            from temp.changed_{lookUp.Table} c
            left join {lookUp.Table} f on f.company_id = c.company_id and f.{lookUp.Columns[0]} = c.id and f.{lookUp.Key} = c.key and f.{lookUp.Where}
            """,
            row => changes.Add(new KeptChange<T>(
                raw.sqlite3_column_int64(row, 0),
                raw.sqlite3_column_blob(row, 1).ToArray(),
                raw.sqlite3_column_int64(row, 2),
                raw.sqlite3_column_type(row, 3) == raw.SQLITE_NULL ? null : ReadRow(row, 3))));
        if (changes.Count > 0)
        {
            writer.Run($"delete from temp.changed_{lookUp.Table}");
        }

        return changes;
    }

    /// <summary>All there is to be found, as it is at one moment.</summary>
    /// <returns>Null when it is too much for this machine's memory.</returns>
    public KeptTable<T>? ReadAll(string path, long maxRows, CancellationToken ct)
    {
        using var session = new SqliteSession(path);
        session.Run("pragma mmap_size = 0"); // What is read once need stay neither mapped nor cached.
        session.Run("pragma cache_size = -256");
        session.Run("begin");
        long expected = 0;
        session.Read($"select count(*) from {lookUp.Table} f where f.{lookUp.Where}", row => expected = raw.sqlite3_column_int64(row, 0));
        if (expected > maxRows)
        {
            return null;
        }

        var table = new KeptTable<T>(expected);
        session.Read(
            $"select f.company_id, f.{lookUp.Key}, {_columns} from {lookUp.Table} f where f.{lookUp.Where}",
            row =>
            {
                ct.ThrowIfCancellationRequested();
                table.Put(raw.sqlite3_column_int64(row, 0), raw.sqlite3_column_blob(row, 1), ReadRow(row, 2));
            });
        return table;
    }

    private static T ReadRow(sqlite3_stmt row, int first)
    {
        T read = default;
        var cells = LookUp<T>.Cells(ref read);
        for (var i = 1; i < cells.Length; i++)
        {
            cells[i] = raw.sqlite3_column_int64(row, first + i - 1);
        }

        return read;
    }
}
