using Spectre.Console;

namespace Sluice.Cli.Shared;

/// <summary>Writes tables for people and JSON for pipes.</summary>
internal static class Output
{
    private const string Gap = "  ";

    public static void Table(bool asJson, string json, IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        if (asJson)
        {
            Console.WriteLine(json);
            return;
        }

        Table(Console.Out, columns, rows, Width);
    }

    /// <summary>The width of the terminal in characters; unlimited when the output is redirected.</summary>
    public static int Width => Console.IsOutputRedirected || Console.WindowWidth <= 0 ? int.MaxValue : Console.WindowWidth;

    /// <summary>Writes a table, or one line a field if it is wider than <paramref name="width"/>. Nothing is cut off, so that ids and keys can be copied.</summary>
    public static void Table(TextWriter output, IReadOnlyList<string> columns, IEnumerable<string[]> rows, int width)
    {
        var cells = rows.ToList();
        int[] widths = [.. columns.Select((column, at) => cells.Select(row => row[at]).Append(column).Max(cell => cell.GetCellWidth()))];
        if (widths.Sum() + (Gap.Length * (widths.Length - 1)) > width)
        {
            List(output, columns, cells);
            return;
        }

        Line(output, columns, widths);
        Line(output, [.. widths.Select(cell => new string('─', cell))], widths);
        foreach (var row in cells)
        {
            Line(output, row, widths);
        }
    }

    /// <summary>Replaces control characters: text from others must not control the reader's terminal.</summary>
    public static string ReplaceControlCharacters(string text) => string.Concat(text.TrimEnd().Select(letter => char.IsControl(letter) ? '?' : letter));

    private static void Line(TextWriter output, IReadOnlyList<string> cells, int[] widths) =>
        output.WriteLine(string.Join(Gap, cells.Select((cell, at) => cell + new string(' ', widths[at] - cell.GetCellWidth()))).TrimEnd());

    private static void List(TextWriter output, IReadOnlyList<string> columns, List<string[]> rows)
    {
        var width = columns.Max(column => column.GetCellWidth());
        foreach (var row in rows)
        {
            foreach (var (column, cell) in columns.Zip(row).Where(field => field.Second.Length > 0))
            {
                Line(output, [column, cell], [width, cell.GetCellWidth()]);
            }

            output.WriteLine();
        }
    }
}
