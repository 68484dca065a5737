using Spectre.Console;

namespace Sluice.Cli;

/// <summary>Tables for people, JSON for pipes.</summary>
internal static class Output
{
    public static void Table(bool asJson, string json, IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        if (asJson)
        {
            Console.WriteLine(json);
            return;
        }

        Table(Console.Out, columns, rows);
    }

    public static void Table(TextWriter output, IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        // Keys are for copying: a line longer than the terminal is better than a key cut in two.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 1000;
        console.Write(table);
    }

    /// <summary>What somebody else wrote must not move the reader's cursor.</summary>
    public static string Visible(string text) => string.Concat(text.TrimEnd().Select(letter => char.IsControl(letter) ? '?' : letter));
}
