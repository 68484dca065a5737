using System.Text;

namespace Sluice.Engine.Prospects;

/// <summary>Reads and writes comma-separated values (RFC 4180). What it writes is safe in spreadsheet programs, which run cells that look like formulas.</summary>
internal static class CsvText
{
    private const string FormulaSigns = "=+-@\t\r";
    private const int MaxCells = 1000;

    /// <summary>
    /// Splits a text into rows of cells, each when it is asked for. Rows end with CR LF, LF or CR; a cell in quotes may hold commas, quotes (written twice) and
    /// line breaks. Rows without a text are left out. An apostrophe before a sign that could begin a formula is left out too: <see cref="WriteRow"/> has put it
    /// there.
    /// </summary>
    /// <returns>Each row with the number of the line on which it begins, from 1.</returns>
    /// <exception cref="FormatException">A quote is not closed, or stands within a cell; or a row has more than 1000 cells.</exception>
    public static IEnumerable<(int Line, IReadOnlyList<string> Cells)> Read(string text)
    {
        var (cells, at, line, begins) = (new List<string>(), text.StartsWith('\uFEFF') ? 1 : 0, 1, 1);
        while (at < text.Length)
        {
            cells.Add(ReadCell(text, ref at, ref line));
            if (at < text.Length && text[at] == ',')
            {
                if (cells.Count == MaxCells)
                {
                    throw new FormatException($"line {begins}: there are more than {MaxCells} cells");
                }

                at++;
                if (at < text.Length)
                {
                    continue;
                }

                cells.Add("");
            }

            if (cells.Exists(cell => !string.IsNullOrWhiteSpace(cell)))
            {
                yield return (begins, cells);
            }

            SkipLineBreak(text, ref at, ref line);
            (cells, begins) = ([], line);
        }
    }

    public static void WriteRow(StringBuilder csv, params IEnumerable<string?> cells) => csv.AppendJoin(',', cells.Select(Write)).Append("\r\n");

    private static string Write(string? cell)
    {
        var safe = cell is { Length: > 0 } && FormulaSigns.Contains(cell[0], StringComparison.Ordinal) ? $"'{cell}" : cell ?? "";
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static string ReadCell(string text, ref int at, ref int line)
    {
        var cell = text[at] == '"' ? ReadQuoted(text, ref at, ref line) : ReadPlain(text, ref at, line);
        return cell.Length > 1 && cell[0] == '\'' && FormulaSigns.Contains(cell[1], StringComparison.Ordinal) ? cell[1..] : cell;
    }

    private static string ReadPlain(string text, ref int at, int line)
    {
        var length = text.AsSpan(at).IndexOfAny(",\r\n");
        var cell = text.Substring(at, length < 0 ? text.Length - at : length);
        at += cell.Length;
        return cell.Contains('"', StringComparison.Ordinal) ? throw new FormatException($"line {line}: a quote stands within a cell; write the whole cell in quotes, and each quote in it twice") : cell;
    }

    private static string ReadQuoted(string text, ref int at, ref int line)
    {
        var (cell, begins) = (new StringBuilder(), line);
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                line += text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.Length || text[at + 1] != '\n')) ? 1 : 0;
                cell.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                cell.Append('"');
                at++;
            }
            else
            {
                at++;
                return at == text.Length || text[at] is ',' or '\r' or '\n' ? cell.ToString() : throw new FormatException($"line {line}: a text follows the closing quote of a cell");
            }
        }

        throw new FormatException($"line {begins}: a quote is not closed");
    }

    private static void SkipLineBreak(string text, ref int at, ref int line)
    {
        if (at < text.Length)
        {
            at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
            line++;
        }
    }
}
