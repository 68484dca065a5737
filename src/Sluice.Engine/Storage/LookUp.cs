using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Sluice.Engine.Storage;

/// <summary>
/// Finds rows of one table by a company and a list of text keys. Made for the server's hottest query: the statement's text is made once,
/// its parameters are the request's own bytes, and rows are read without ADO.NET, which took a third of the time of a listing of 100 prospects.
/// </summary>
/// <typeparam name="T">
/// A row: a struct that contains only longs. The first is the position of the key that found the row, the others are <paramref name="columns"/>.
/// </typeparam>
/// <param name="table">The table's name.</param>
/// <param name="key">The text column that the keys are compared with.</param>
/// <param name="columns">Integer columns that are never null. The first identifies a row within its company.</param>
/// <param name="where">The condition that a row must meet to be found. Begins with a column's name.</param>
/// <param name="sharedColumns">How many of the columns, counted from the last one, have values that many rows share. The in-memory index stores each combination of them once.</param>
internal sealed class LookUp<T>(string table, string key, IReadOnlyList<string> columns, string where, int sharedColumns)
    where T : unmanaged
{
    /// <summary>Number of columns in a row, including the position.</summary>
    public static readonly int Width = Unsafe.SizeOf<T>() / sizeof(long);

    public string Table => table;

    public string Key => key;

    public IReadOnlyList<string> Columns => columns;

    public string Where => where;

    public int SharedColumns => sharedColumns;

    public string TextIn(Dialect dialect) => $"""
        select asked.position, {ColumnsOf("f")}
        from {dialect.LookUpKeys.Value} asked
        cross join {table} f
        where f.company_id = asked.company_id and f.{key} = asked.value and f.{where}
        """;

    public string ColumnsOf(string alias) => string.Join(", ", columns.Select(column => $"{alias}.{column}"));

    public static Span<long> Cells(ref T row) => MemoryMarshal.Cast<T, long>(new Span<T>(ref row));
}

/// <summary>The keys of a <see cref="LookUp{T}"/>.</summary>
internal static class Keys
{
    /// <param name="json">A JSON array of strings.</param>
    public static List<string> Read(ReadOnlySpan<byte> json)
    {
        var keys = new List<string>();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                keys.Add(reader.GetString()!);
            }
        }

        return keys;
    }
}
