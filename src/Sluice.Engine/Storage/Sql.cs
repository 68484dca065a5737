using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Sluice.Engine.Storage;

/// <summary>
/// A statement written as an interpolated raw string. Each hole becomes a parameter, so a value can never be
/// read as SQL. Only types that both databases store alike have an overload; other types do not compile.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Sql
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 64).Select(MakeName)];

    private readonly StringBuilder _text;
    private readonly Dialect _dialect;
    private readonly List<SqlValue> _values;

    /// <summary>The compiler calls this for an interpolated string.</summary>
    /// <param name="db">The session that runs the statement: a list is written in its dialect.</param>
    public Sql(int literalLength, int formattedCount, IDbSession db)
    {
        _text = new(literalLength + (formattedCount * 4));
        _values = new(formattedCount);
        _dialect = db.Dialect;
    }

    public string Text => _text.ToString();

    public IReadOnlyList<SqlValue> Values => _values;

    /// <summary>SQLite runs the statement once for each of these rows; their columns begin at this place in <see cref="Values"/>. Null: the statement runs once.</summary>
    public (SqlTable Rows, int FirstColumn)? Each { get; private set; }

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted(SqlText text) => _text.Append(text.Value);

    public void AppendFormatted(string? value) => Bind(SqlType.Text, value);

    public void AppendFormatted(long? value) => Bind(SqlType.Integer, value);

    public void AppendFormatted(bool? value) => Bind(SqlType.Boolean, value);

    /// <summary>Writes a time as whole milliseconds since 1970, so that times compare and sort alike in both databases.</summary>
    public void AppendFormatted(DateTimeOffset? value) => Bind(SqlType.Integer, value?.ToUnixTimeMilliseconds());

    /// <summary>Writes a list as a table: <c>from {ids} asked</c>, <c>where id in (select value from {ids})</c>.</summary>
    public void AppendFormatted(SqlTable table) => table.AppendTo(this, _dialect);

    /// <summary>Says that the statement runs once for each of these rows, whose columns are the next parameters.</summary>
    public void RunForEach(SqlTable rows) => Each = (rows, _values.Count);

    /// <summary>Writes the condition that the value before it is in a list: <c>where id {SqlTable.In(ids)}</c>.</summary>
    public void AppendFormatted(SqlIn list) => list.Values.AppendInTo(this, _dialect);

    /// <summary>Adds a parameter without writing its name into the text.</summary>
    /// <returns>The parameter's name.</returns>
    public string Add(SqlType type, object? value)
    {
        var name = _values.Count < Names.Length ? Names[_values.Count] : MakeName(_values.Count);
        _values.Add(new SqlValue(type, value));
        return name;
    }

    private void Bind(SqlType type, object? value) => _text.Append(Add(type, value));

    private static string MakeName(int index) => string.Create(CultureInfo.InvariantCulture, $"@p{index}");
}

/// <param name="Type">The type that the database gets, also for a null: PostgreSQL refuses an untyped null.</param>
/// <param name="Value">A long, string or bool; for a list type, an array of those; or null.</param>
internal readonly record struct SqlValue(SqlType Type, object? Value);

internal enum SqlType
{
    Integer,
    Text,
    Boolean,
    IntegerList,
    TextList,
    BooleanList,
}
