using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Engine.Storage;

/// <summary>
/// Rows that are passed to a statement as one table. The table has the named columns and a column <c>position</c>, which counts from 0.
/// SQLite gets one JSON parameter, PostgreSQL one array parameter per column. So the statement has the same text, and the same
/// prepared plan, for two rows and for ten thousand. Most tables have a single row, and both databases get that as one parameter per column: on SQLite, JSON costs
/// more than the rest of a small statement; and PostgreSQL plans a statement with a short array at each call, because a plan for any array reckons with ten rows.
/// For wide rows that a statement writes, see <see cref="SqlTable{T}.OneByOne"/>.
/// </summary>
internal abstract class SqlTable
{
    public int Count => Columns[0].Values.Length;

    internal List<(string Name, SqlType Type, Array Values)> Columns { get; } = [];

    /// <summary>Whether SQLite runs the statement once for each row.</summary>
    protected bool IsOneByOne { get; set; }

    public static SqlTable Of(IReadOnlyList<string> values) => new SqlTable<string>(values).Text("value", value => value);

    public static SqlTable Of(IReadOnlyList<long> values) => new SqlTable<long>(values).Integer("value", value => value);

    /// <summary>
    /// A condition: <c>where id {SqlTable.In(ids)}</c>. On PostgreSQL it is no join. Of a table without statistics, such as one that was empty a minute ago, PostgreSQL expects
    /// a row or two, and would compare each of its rows with each value.
    /// </summary>
    public static SqlIn In(IReadOnlyList<long> values) => new(Of(values));

    /// <summary>Does the same for texts.</summary>
    public static SqlIn In(IReadOnlyList<string> values) => new(Of(values));

    /// <summary>Rows of several columns: <c>SqlTable.Rows(users).Integer("id", user => user.Id)…</c></summary>
    public static SqlTable<T> Rows<T>(IReadOnlyList<T> rows) => new(rows);

    internal void AppendTo(Sql sql, Dialect dialect)
    {
        if (IsOneByOne && !dialect.IsShared)
        {
            sql.RunForEach(this);
            AppendRow(sql);
        }
        else if (Count == 1)
        {
            AppendRow(sql);
        }
        else if (dialect.IsShared)
        {
            AppendArrays(sql);
        }
        else
        {
            AppendJson(sql);
        }
    }

    /// <summary>Writes the condition that a value is one of the only column.</summary>
    internal void AppendInTo(Sql sql, Dialect dialect) => sql.AppendLiteral(
        Count == 1 ? $"= {AddCell(sql, Columns[0])}"
        : dialect.IsShared ? $"= any({sql.Add(Columns[0].Type, Columns[0].Values)})"
        : $"in (select value from json_each({sql.Add(SqlType.Text, ToJson())}))");

    private void AppendArrays(Sql sql)
    {
        var arrays = string.Join(", ", Columns.Select(column => sql.Add(column.Type, column.Values)));
        var names = string.Join(", ", Columns.Select(column => column.Name));
        sql.AppendLiteral($"(select {names}, n - 1 as position from unnest({arrays}) with ordinality as u({names}, n))");
    }

    private void AppendJson(Sql sql)
    {
        var json = sql.Add(SqlType.Text, ToJson());
        var cells = Columns is [var only]
            ? $"value as {only.Name}"
            : string.Join(", ", Columns.Select((column, i) => $"json_extract(value, '$[{i}]') as {column.Name}"));
        sql.AppendLiteral($"(select {cells}, key as position from json_each({json}))");
    }

    /// <summary>Writes one row of parameters. If the statement runs for each row, they get the values of one row after the other.</summary>
    private void AppendRow(Sql sql)
    {
        sql.AppendLiteral("(select ");
        foreach (var column in Columns)
        {
            sql.AppendLiteral(AddCell(sql, column));
            sql.AppendLiteral(" as ");
            sql.AppendLiteral(column.Name);
            sql.AppendLiteral(", ");
        }

        sql.AppendLiteral("cast(0 as bigint) as position)");
    }

    /// <summary>Adds a value of the first row as a parameter; null if there is no row.</summary>
    private static string AddCell(Sql sql, (string Name, SqlType Type, Array Values) column)
    {
        var type = column.Type switch
        {
            SqlType.TextList => SqlType.Text,
            SqlType.BooleanList => SqlType.Boolean,
            _ => SqlType.Integer,
        };
        return sql.Add(type, column.Values.Length == 0 ? null : column.Values.GetValue(0));
    }

    private string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            json.WriteStartArray();
            for (var row = 0; row < Count; row++)
            {
                WriteRow(json, row);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private void WriteRow(Utf8JsonWriter json, int row)
    {
        if (Columns.Count > 1)
        {
            json.WriteStartArray();
        }

        foreach (var column in Columns)
        {
            WriteCell(json, column.Values, row);
        }

        if (Columns.Count > 1)
        {
            json.WriteEndArray();
        }
    }

    private static void WriteCell(Utf8JsonWriter json, Array values, int row)
    {
        switch (values)
        {
            case string?[] texts when texts[row] is { } text: json.WriteStringValue(text); break;
            case long?[] numbers when numbers[row] is { } number: json.WriteNumberValue(number); break;
            case bool?[] truths when truths[row] is { } truth: json.WriteBooleanValue(truth); break;
            default: json.WriteNullValue(); break;
        }
    }
}

internal sealed class SqlTable<T>(IReadOnlyList<T> rows) : SqlTable
{
    public SqlTable<T> Integer(string name, Func<T, long?> read) => Add(name, SqlType.IntegerList, read);

    public SqlTable<T> Time(string name, Func<T, DateTimeOffset?> read) => Integer(name, row => read(row)?.ToUnixTimeMilliseconds());

    public SqlTable<T> Text(string name, Func<T, string?> read) => Add(name, SqlType.TextList, read);

    public SqlTable<T> Boolean(string name, Func<T, bool?> read) => Add(name, SqlType.BooleanList, read);

    /// <summary>
    /// Makes SQLite run the statement once for each row: reading a row of 17 columns from JSON costs more than writing it. For a statement that writes the rows, in
    /// whatever order, and returns none of them. Its column <c>position</c> is 0, and nothing else in the statement may be a table.
    /// </summary>
    public SqlTable<T> OneByOne()
    {
        IsOneByOne = true;
        return this;
    }

    private SqlTable<T> Add<TValue>(string name, SqlType type, Func<T, TValue> read)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = read(rows[i]);
        }

        Columns.Add((name, type, values));
        return this;
    }
}

/// <summary>The condition that a value is in a list.</summary>
internal readonly record struct SqlIn(SqlTable Values);
