using System.Buffers;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// A statement that is prepared once on one connection and then kept. It runs without the library's command and reader: those boxed each value and looked up
/// each name again, which was a fifth of the processor time of an assignment.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _prepared;
    private readonly nint _statement;
    private readonly SqliteRow _row;
    private int[]? _parameters;

    private SqliteStatement(sqlite3 db, sqlite3_stmt prepared) =>
        (_db, _prepared, _statement, _row) = (db, prepared, prepared.DangerousGetHandle(), new SqliteRow(prepared)); // The handle is safe: one caller at a time.

    /// <param name="rest">The statements that follow in the text.</param>
    /// <returns>Null: there is nothing in the text but comments.</returns>
    public static SqliteStatement? Prepare(sqlite3 db, string text, out string rest)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(db, text, raw.SQLITE_PREPARE_PERSISTENT, out var prepared, out rest), db);
        return prepared.IsInvalid ? null : new SqliteStatement(db, prepared);
    }

    public List<T> Query<T>(IReadOnlyList<SqlValue> values, Func<DbDataReader, T> read)
    {
        var rows = new List<T>();
        ForEachRow(values, row => rows.Add(read(row)));
        return rows;
    }

    /// <returns>Number of rows that the statement changed.</returns>
    public int Execute(IReadOnlyList<SqlValue> values)
    {
        ForEachRow(values, static _ => { });
        return raw.sqlite3_stmt_readonly(_prepared) == 0 ? raw.sqlite3_changes(_db) : 0;
    }

    public void ForEachRow(IReadOnlyList<SqlValue> values, Action<SqliteRow> take)
    {
        Bind(values);
        try
        {
            var code = StepFirst();
            for (; code == raw.SQLITE_ROW; code = SqliteNative.Step(_statement))
            {
                take(_row);
            }

            Check(code == raw.SQLITE_DONE ? raw.SQLITE_OK : code);
        }
        finally
        {
            _ = SqliteNative.Reset(_statement); // Returns the code of the last step, which was checked.
            _ = SqliteNative.ClearBindings(_statement); // A large text would be kept until the statement runs again.
        }
    }

    /// <summary>Runs the statement once for each of these rows, whose columns begin at this place in the values. The other values are the same each time.</summary>
    /// <returns>Number of rows that were changed.</returns>
    public int ExecuteForEach(IReadOnlyList<SqlValue> values, SqlTable rows, int firstColumn)
    {
        var changed = 0;
        Bind(values);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var i = 0; i < rows.Columns.Count; i++)
            {
                Bind(_parameters![firstColumn + i], rows.Columns[i].Values, row);
            }

            _ = SqliteNative.Step(_statement);
            Check(SqliteNative.Reset(_statement)); // Returns the code of the step.
            changed += raw.sqlite3_changes(_db); // Without what triggers changed.
        }

        _ = SqliteNative.ClearBindings(_statement);
        return changed;
    }

    public void Dispose()
    {
        _row.Dispose();
        _prepared.Dispose();
    }

    /// <summary>Waits for others who use the file, also where SQLite itself does not: it returns at once where waiting could be a deadlock.</summary>
    private int StepFirst()
    {
        var begun = Stopwatch.GetTimestamp();
        int code;
        while ((code = SqliteNative.Step(_statement)) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED && Stopwatch.GetElapsedTime(begun) < Patience)
        {
            _ = SqliteNative.Reset(_statement);
            Task.Delay(Pause, TimeProvider.System).Wait(); // SQLite's calls are synchronous, and so is this rare pause.
        }

        return code;
    }

    private void Bind(IReadOnlyList<SqlValue> values)
    {
        _parameters ??= [.. Enumerable.Range(0, values.Count).Select(at => raw.sqlite3_bind_parameter_index(_prepared, string.Create(CultureInfo.InvariantCulture, $"@p{at}")))];
        for (var at = 0; at < values.Count; at++)
        {
            var parameter = _parameters[at];
            switch (values[at].Value)
            {
                case string text: Bind(parameter, text); break;
                case bool truth: Bind(parameter, truth ? 1 : 0); break;
                case var number: Bind(parameter, (long?)number); break;
            }
        }
    }

    private void Bind(int parameter, Array values, int row)
    {
        switch (values)
        {
            case string?[] texts: Bind(parameter, texts[row]); break;
            case bool?[] truths: Bind(parameter, truths[row] is { } truth ? truth ? 1 : 0 : null); break;
            default: Bind(parameter, ((long?[])values)[row]); break;
        }
    }

    private void Bind(int parameter, long? number) => _ = number is { } value ? SqliteNative.BindInteger(_statement, parameter, value) : SqliteNative.BindNull(_statement, parameter);

    /// <summary>Binds a text with its length: it may hold a zero.</summary>
    private void Bind(int parameter, string? text)
    {
        if (text is null)
        {
            _ = SqliteNative.BindNull(_statement, parameter);
            return;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        Check(SqliteNative.BindText(_statement, parameter, bytes, Encoding.UTF8.GetBytes(text, bytes), SqliteNative.Transient));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _db);
}
