using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// Inserts rows with one prepared statement that runs once per row. A single statement for all rows, as <see cref="SqlTable"/> makes it,
/// would write and parse the rows as JSON, which costs more than inserting them.
/// </summary>
internal static class SqliteImport
{
    public static void Run(SqliteConnection connection, SqlText table, SqlTable rows)
    {
        var names = string.Join(", ", rows.Columns.Select(column => column.Name));
        var values = string.Join(", ", rows.Columns.Select(_ => "?"));
        var db = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(db, $"insert into {table.Value} ({names}) values ({values})", out var insert), db);
        using (insert)
        {
            for (var row = 0; row < rows.Count; row++)
            {
                Bind(insert, rows, row);
                raw.sqlite3_step(insert);
                Check(raw.sqlite3_reset(insert), db); // Returns the error code of the step.
            }
        }
    }

    private static void Bind(sqlite3_stmt insert, SqlTable rows, int row)
    {
        for (var i = 0; i < rows.Columns.Count; i++)
        {
            _ = rows.Columns[i].Values switch
            {
                string?[] texts when texts[row] is { } text => raw.sqlite3_bind_text(insert, i + 1, text),
                long?[] numbers when numbers[row] is { } number => raw.sqlite3_bind_int64(insert, i + 1, number),
                bool?[] truths when truths[row] is { } truth => raw.sqlite3_bind_int(insert, i + 1, truth ? 1 : 0),
                _ => raw.sqlite3_bind_null(insert, i + 1),
            };
        }
    }

    private static void Check(int code, sqlite3 db) => SqliteException.ThrowExceptionForRC(code, db);
}
