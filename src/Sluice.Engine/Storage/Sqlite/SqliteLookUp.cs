using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>A look-up, prepared once on one connection and then kept.</summary>
internal sealed class SqliteLookUp<T> : IDisposable
    where T : unmanaged
{
    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _statement;

    public SqliteLookUp(sqlite3 db, LookUp<T> lookUp)
    {
        _db = db;
        Check(raw.sqlite3_prepare_v3(db, lookUp.TextIn(Dialect.Sqlite), raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <param name="companyId">The company whose rows are searched.</param>
    /// <param name="keys">A JSON array of strings, in UTF-8.</param>
    public List<T> Find(long companyId, ReadOnlySpan<byte> keys)
    {
        Check(raw.sqlite3_bind_int64(_statement, 1, companyId));
        Check(raw.sqlite3_bind_text(_statement, 2, keys));
        var rows = new List<T>();
        try
        {
            ReadInto(rows);
        }
        finally
        {
            raw.sqlite3_reset(_statement); // Returns the code of the last step, which ReadInto has checked.
        }

        return rows;
    }

    public void Dispose() => _statement.Dispose();

    private void ReadInto(List<T> rows)
    {
        var statement = _statement.DangerousGetHandle(); // Safe: no other caller uses or disposes the statement meanwhile.
        int code;
        while ((code = SqliteNative.Step(statement)) == raw.SQLITE_ROW)
        {
            T row = default;
            var cells = LookUp<T>.Cells(ref row);
            for (var column = 0; column < cells.Length; column++)
            {
                cells[column] = SqliteNative.Integer(statement, column);
            }

            rows.Add(row);
        }

        Check(code == raw.SQLITE_DONE ? raw.SQLITE_OK : code);
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _db);
}
