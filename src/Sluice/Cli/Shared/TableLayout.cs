using Spectre.Console;

namespace Sluice.Cli.Shared;

/// <summary>Fits a table into a terminal. A cell is broken only between words, so that ids, keys and addresses stay whole and can be copied.</summary>
internal static class TableLayout
{
    public const int Gap = 2;

    /// <summary>A column that breaks its text has at least this width, or its text would become a tower of words.</summary>
    private const int MinBroken = 12;

    /// <summary>The same where columns may be left out: rather one column less than a broken phone number.</summary>
    private const int MinBrokenOfMany = 24;

    /// <returns>The width of each column; null if the table is too wide, however its cells are broken.</returns>
    public static int[]? Fit(IReadOnlyList<string> columns, IReadOnlyList<string[]> rows, int width) => Fit(columns, rows, width, MinBroken);

    /// <summary>
    /// Chooses the columns that have room, from left to right: the important ones come first. A column without room gives its place to a later one.
    /// </summary>
    /// <returns>Their positions.</returns>
    public static List<int> Choose(IReadOnlyList<string> columns, IReadOnlyList<string[]> rows, int width)
    {
        var chosen = new List<int>();
        for (var at = 0; at < columns.Count; at++)
        {
            List<int> tried = [.. chosen, at];
            if (Fit(Pick(columns, tried), [.. rows.Select(row => Pick(row, tried))], width, MinBrokenOfMany) is not null)
            {
                chosen = tried;
            }
        }

        return chosen;
    }

    public static string[] Pick(IReadOnlyList<string> cells, IEnumerable<int> at) => [.. at.Select(one => cells[one])];

    public static int LongestWord(string cell) => cell.Split(' ').Max(word => word.GetCellWidth());

    /// <summary>Breaks a text into lines. A word that is longer than a line gets a line of its own.</summary>
    /// <param name="first">The width of the first line; null: the same as of all others.</param>
    public static List<string> Break(string text, int width, int? first = null)
    {
        if (text.GetCellWidth() <= (first ?? width))
        {
            return [text];
        }

        var lines = new List<string> { "" };
        foreach (var word in text.Split(' '))
        {
            var longer = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
            if (lines[^1].Length == 0 || longer.GetCellWidth() <= (lines.Count == 1 ? first ?? width : width))
            {
                lines[^1] = longer;
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines.ConvertAll(line => line.TrimEnd());
    }

    private static int[]? Fit(IReadOnlyList<string> columns, IReadOnlyList<string[]> rows, int width, int minBroken)
    {
        int[] whole = [.. columns.Select((column, at) => rows.Select(row => row[at]).Append(column).Max(cell => cell.GetCellWidth()))];
        int[] widths = [.. columns.Select((column, at) => Math.Max(rows.Select(row => row[at]).Append(column).Max(LongestWord), rows.Select(row => Math.Min(minBroken, row[at].GetCellWidth())).Append(0).Max()))];
        var room = width - (Gap * (widths.Length - 1));
        if (widths.Sum() > room)
        {
            return null;
        }

        Widen(widths, whole, room);
        int[] needed = [.. widths.Select((one, at) => rows.Select(row => row[at]).Append(columns[at]).SelectMany(cell => Break(cell, one)).Max(line => line.GetCellWidth()))];
        Mend(needed, whole, room);
        return needed;
    }

    /// <summary>Gives the room that is left to the columns that need it most.</summary>
    private static void Widen(int[] widths, int[] whole, int room)
    {
        for (var spare = room - widths.Sum(); spare > 0 && Neediest(widths, whole) is { } at; spare--)
        {
            widths[at]++;
        }
    }

    /// <summary>Gives what broken cells do not use to columns that need no break then: first to those that miss least.</summary>
    private static void Mend(int[] widths, int[] whole, int room)
    {
        foreach (var at in Enumerable.Range(0, widths.Length).OrderBy(at => whole[at] - widths[at]).Where(at => whole[at] - widths[at] <= room - widths.Sum()))
        {
            widths[at] = whole[at];
        }
    }

    /// <returns>The column that needs the most lines for its widest cell; null if every cell has a single line.</returns>
    private static int? Neediest(int[] widths, int[] whole) => widths.Select((width, at) => (At: at, Lines: (double)whole[at] / Math.Max(1, width)))
        .Where(one => widths[one.At] < whole[one.At])
        .OrderByDescending(one => one.Lines)
        .Select(one => (int?)one.At)
        .FirstOrDefault();
}
