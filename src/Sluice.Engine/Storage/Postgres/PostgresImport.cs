using System.Globalization;
using System.Text;
using Npgsql;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>
/// Adds rows with <c>copy</c> in its text format: the server parses each value by the type of its column. The binary format was rejected:
/// the client would have to know the exact width of every integer column.
/// </summary>
internal static class PostgresImport
{
    private const int FlushAt = 64 * 1024;

    public static async Task RunAsync(NpgsqlConnection connection, SqlText table, SqlTable rows, CancellationToken ct)
    {
        var names = string.Join(", ", rows.Columns.Select(column => column.Name));
        await using var copy = await connection.BeginTextImportAsync($"copy {table.Value} ({names}) from stdin", ct);
        var text = new StringBuilder(FlushAt * 2);
        for (var row = 0; row < rows.Count; row++)
        {
            AppendRow(text, rows, row);
            if (text.Length > FlushAt || row == rows.Count - 1)
            {
                await copy.WriteAsync(text, ct);
                text.Clear();
            }
        }
    }

    private static void AppendRow(StringBuilder text, SqlTable rows, int row)
    {
        for (var i = 0; i < rows.Columns.Count; i++)
        {
            AppendCell(i == 0 ? text : text.Append('\t'), rows.Columns[i].Values, row);
        }

        text.Append('\n');
    }

    private static void AppendCell(StringBuilder text, Array values, int row)
    {
        switch (values)
        {
            case string?[] texts when texts[row] is { } value: AppendText(text, value); break;
            case long?[] numbers when numbers[row] is { } number: text.Append(CultureInfo.InvariantCulture, $"{number}"); break;
            case bool?[] truths when truths[row] is { } truth: text.Append(truth ? 't' : 'f'); break;
            default: text.Append("\\N"); break;
        }
    }

    /// <summary>Escapes the characters that end a value, a row or the whole copy, so that a value is never read as anything else.</summary>
    private static void AppendText(StringBuilder text, string value)
    {
        var rest = value.AsSpan();
        while (rest.IndexOfAny("\\\t\n\r") is var at and >= 0)
        {
            text.Append(rest[..at]).Append('\\').Append(rest[at] switch { '\t' => 't', '\n' => 'n', '\r' => 'r', var other => other });
            rest = rest[(at + 1)..];
        }

        text.Append(rest);
    }
}
