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

        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        // Keys are for copying: a line longer than the terminal is better than a key cut in two.
        AnsiConsole.Profile.Width = 1000;
        AnsiConsole.Write(table);
    }
}
