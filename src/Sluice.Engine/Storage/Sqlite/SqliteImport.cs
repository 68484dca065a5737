using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// Runs one prepared statement once per row. A single statement for all rows, as <see cref="SqlTable"/> makes it,
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
            Run(db, insert, rows, firstColumn: 0);
        }
    }

    /// <param name="sql">The statement, with the rows for each of which it runs.</param>
    public static void Run(sqlite3 db, sqlite3_stmt prepared, Sql sql)
    {
        var (rows, first) = sql.Each!.Value;
        for (var i = 0; i < sql.Values.Count; i++)
        {
            Bind(prepared, i, sql.Values[i].Value);
        }

        Run(db, prepared, rows, first);
    }

    private static void Run(sqlite3 db, sqlite3_stmt prepared, SqlTable rows, int firstColumn)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            for (var i = 0; i < rows.Columns.Count; i++)
            {
                Bind(prepared, firstColumn + i, rows.Columns[i].Values, row);
            }

            raw.sqlite3_step(prepared);
            Check(raw.sqlite3_reset(prepared), db); // Returns the error code of the step.
        }
    }

    private static void Bind(sqlite3_stmt prepared, int at, Array values, int row)
    {
        switch (values)
        {
            case string?[] texts: BindText(prepared, at, texts[row]); break;
            case long?[] numbers when numbers[row] is { } number: _ = raw.sqlite3_bind_int64(prepared, at + 1, number); break;
            case bool?[] truths when truths[row] is { } truth: _ = raw.sqlite3_bind_int(prepared, at + 1, truth ? 1 : 0); break;
            default: _ = raw.sqlite3_bind_null(prepared, at + 1); break;
        }
    }

    private static void Bind(sqlite3_stmt prepared, int at, object? value)
    {
        switch (value)
        {
            case string text: BindText(prepared, at, text); break;
            case long number: _ = raw.sqlite3_bind_int64(prepared, at + 1, number); break;
            case bool truth: _ = raw.sqlite3_bind_int(prepared, at + 1, truth ? 1 : 0); break;
            default: _ = raw.sqlite3_bind_null(prepared, at + 1); break;
        }
    }

    /// <summary>Binds a text with its length: it may hold a NUL. The library takes an empty span for null.</summary>
    private static void BindText(sqlite3_stmt prepared, int at, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            _ = text is null ? raw.sqlite3_bind_null(prepared, at + 1) : raw.sqlite3_bind_text(prepared, at + 1, text);
            return;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        _ = raw.sqlite3_bind_text(prepared, at + 1, bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private static void Check(int code, sqlite3 db) => SqliteException.ThrowExceptionForRC(code, db);
}
