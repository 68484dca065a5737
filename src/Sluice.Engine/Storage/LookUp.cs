using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Sluice.Engine.Storage;

/// <summary>
/// Finds rows of one table by a company and a list of texts, for where the server spends its days: its text is made once, its
/// parameters are what the request brought, and a row is made without ADO.NET, whose reading cost a third of a listing of 100 prospects.
/// </summary>
/// <typeparam name="T">
/// A row: a struct of longs alone. The first is the position of the key that found it, the others are <paramref name="columns"/>.
/// </typeparam>
/// <param name="table">Of the schema.</param>
/// <param name="key">The column of texts.</param>
/// <param name="columns">Of whole numbers, never null. The first tells the rows of one company apart.</param>
/// <param name="where">Which rows there are to be found, as in <c>status &lt; 3</c>.</param>
internal sealed class LookUp<T>(string table, string key, IReadOnlyList<string> columns, string where)
    where T : unmanaged
{
    /// <summary>How many columns it has, with the position.</summary>
    public static readonly int Width = Unsafe.SizeOf<T>() / sizeof(long);

    public string Table => table;

    public string Key => key;

    public IReadOnlyList<string> Columns => columns;

    public string Where => where;

    public string TextIn(Dialect dialect) => $"""
        select asked.position, {ColumnsOf("f")}
        from {dialect.Asked.Value} asked
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
