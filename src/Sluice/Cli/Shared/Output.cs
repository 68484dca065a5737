using System.Globalization;
using Spectre.Console;

namespace Sluice.Cli.Shared;

/// <summary>Writes tables for people and JSON for pipes.</summary>
internal static class Output
{
    /// <summary>With so few rows, a record shows all fields where a table would leave out columns.</summary>
    private const int FewRows = 3;

    private const int UsualWidth = 80;

    private static readonly string Gap = new(' ', TableLayout.Gap);
    private static readonly AsyncLocal<(TextWriter Standard, TextWriter Error)?> Redirected = new();

    /// <summary>Receives the results of the command that runs.</summary>
    public static TextWriter Standard => Redirected.Value?.Standard ?? Console.Out;

    /// <summary>Receives its messages for people.</summary>
    public static TextWriter Error => Redirected.Value?.Error ?? Console.Error;

    /// <summary>Lets the calling method and all that it calls write elsewhere: tests run many commands in one process.</summary>
    public static void Redirect(TextWriter standard, TextWriter error) => Redirected.Value = (standard, error);

    /// <param name="none">What to say to a person if there are no rows.</param>
    public static void Table(bool asJson, string json, string none, IReadOnlyList<string> columns, IReadOnlyList<string[]> rows)
    {
        if (asJson)
        {
            Standard.WriteLine(json);
        }
        else if (rows.Count == 0)
        {
            Error.WriteLine(none);
        }
        else
        {
            Table(Standard, columns, rows, Width);
        }
    }

    /// <summary>Whether a person reads the results, and no script.</summary>
    public static bool IsTerminal => Standard == Console.Out && !Console.IsOutputRedirected;

    /// <summary>The width of the terminal in characters; unlimited when the output is redirected.</summary>
    public static int Width => !IsTerminal ? int.MaxValue
        : int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns > 0 ? columns
        : Console.WindowWidth > 0 ? Console.WindowWidth
        : UsualWidth;

    /// <summary>
    /// Writes a table that is no wider than <paramref name="width"/>. Long cells are broken between words; if that is not enough, columns are left out and
    /// named below (<paramref name="mayDrop"/>), or each field gets a line. No value is cut off, so that ids and keys can be copied.
    /// </summary>
    public static void Table(TextWriter output, IReadOnlyList<string> columns, IEnumerable<string[]> rows, int width, bool mayDrop = false)
    {
        var cells = rows.ToList();
        if (TableLayout.Fit(columns, cells, width) is { } widths)
        {
            Rows(output, columns, cells, widths);
        }
        else if (mayDrop && cells.Count > FewRows && TableLayout.Choose(columns, cells, width) is [_, _, ..] chosen)
        {
            (IReadOnlyList<string> some, List<string[]> picked) = (TableLayout.Pick(columns, chosen), cells.ConvertAll(row => TableLayout.Pick(row, chosen)));
            Rows(output, some, picked, TableLayout.Fit(some, picked, width)!);
            Lines(output, $"The terminal has no room for {string.Join(", ", columns.Except(some).Select(column => column.Split('.')[0]).Distinct())}. --json shows everything.", width, indent: 0);
        }
        else
        {
            List(output, columns, cells, width);
        }
    }

    /// <summary>Writes one line for each field that has a value. Long values continue below themselves; an empty line follows each row.</summary>
    public static void List(TextWriter output, IReadOnlyList<string> columns, IReadOnlyList<string[]> rows, int width)
    {
        var name = columns.Max(column => column.GetCellWidth());
        foreach (var row in rows)
        {
            foreach (var (column, cell) in columns.Zip(row).Where(field => field.Second.Length > 0))
            {
                var room = width - name - TableLayout.Gap;
                if (TableLayout.LongestWord(cell) > room)
                {
                    output.WriteLine(column);
                    Lines(output, Gap + cell, width, indent: 0); // A long address has more room below its name.
                }
                else
                {
                    Line(output, [column, cell], [name, room]);
                }
            }

            output.WriteLine();
        }
    }

    /// <summary>Writes lines that are no wider than <paramref name="width"/>. The rest of a long line follows below it, indented.</summary>
    public static void Lines(TextWriter output, string text, int width, int indent = 4)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.TrimStart(' ');
            var margin = new string(' ', line.Length - words.Length);
            foreach (var (at, part) in TableLayout.Break(words, Math.Max(1, width - margin.Length - indent), Math.Max(1, width - margin.Length)).Index())
            {
                output.WriteLine(at == 0 ? margin + part : margin + new string(' ', indent) + part);
            }
        }
    }

    /// <summary>Writes the lines to the terminal, or whole to a pipe.</summary>
    public static void Lines(string text, int indent = 4) => Lines(Standard, text, Width, indent);

    /// <summary>Replaces control characters: text from others must not control the reader's terminal.</summary>
    public static string ReplaceControlCharacters(string text) => string.Concat(text.TrimEnd().Select(letter => char.IsControl(letter) ? '?' : letter));

    private static void Rows(TextWriter output, IReadOnlyList<string> columns, List<string[]> rows, int[] widths)
    {
        Line(output, columns, widths);
        Line(output, [.. widths.Select(cell => new string('─', cell))], widths);
        foreach (var row in rows)
        {
            Line(output, row, widths);
        }
    }

    private static void Line(TextWriter output, IReadOnlyList<string> cells, int[] widths)
    {
        var broken = cells.Select((cell, at) => TableLayout.Break(cell, widths[at])).ToList();
        for (var line = 0; line < broken.Max(cell => cell.Count); line++)
        {
            var parts = broken.Select((cell, at) => line < cell.Count ? cell[line] : "").ToList();
            output.WriteLine(string.Join(Gap, parts.Select((part, at) => at == parts.Count - 1 ? part : Pad(part, widths[at]))).TrimEnd());
        }
    }

    private static string Pad(string text, int width) => text + new string(' ', Math.Max(0, width - text.GetCellWidth()));
}
