using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Prospects;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice prospects</c>: the people of a running server.</summary>
internal static class ProspectCommands
{
    private const string Url = "/sluice/v1/prospects";

    /// <summary>A larger file goes in several calls.</summary>
    private const int RowsOfCall = 5_000;

    private const int MaxShown = 100;

    public static Command Create() => new Command("prospects", "Bring people in.") { Import() }.WithExamples("sluice prospects import people.csv --dry-run");

    private static Command Import()
    {
        var file = new Argument<FileInfo>("file") { Description = "Comma-separated values (RFC 4180) in UTF-8; the first row names the columns, and one of them is crmId or email." };
        var columns = new Option<string[]>("--column") { Description = "What a column is, if its name does not say so: \"Called=firstName\". Without a field, the column is left out: \"Notes=\".", HelpName = "name=field", AllowMultipleArgumentsPerToken = true };
        var isDry = new Option<bool>("--dry-run") { Description = "Say only what would happen." };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("import", "Add the people of a CSV file, and change those that are known. Rows with a fault are named, and all others are taken.") { file, columns, isDry, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            var from = given.GetRequiredValue(file);
            if (!from.Exists)
            {
                throw new CliException($"there is no file {Output.ReplaceControlCharacters(from.FullName)}.", ExitCode.Usage);
            }

            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var sum = await SendAsync(client, await File.ReadAllTextAsync(from.FullName, ct), ToJson(given.GetValue(columns) ?? []), given.GetValue(isDry), ct);
            Write(sum, given.GetValue(isDry), given.GetValue(asJson));
            return (int)sum["failed"]! == 0 ? ExitCode.Done : ExitCode.Refused;
        });
        return command.WithExamples("sluice prospects import people.csv --dry-run", "sluice prospects import people.csv --column Called=firstName Notes=");
    }

    /// <summary>Sends the file piece by piece, and adds up what the server says.</summary>
    private static async Task<JsonObject> SendAsync(ControlClient client, string csv, JsonArray columns, bool isDry, CancellationToken ct)
    {
        var rows = Read(csv);
        var (sum, faults) = (new JsonObject { ["dryRun"] = isDry, ["added"] = 0, ["changed"] = 0, ["same"] = 0, ["failed"] = 0 }, new JsonArray());
        foreach (var piece in rows.Count > 1 ? rows.Skip(1).Chunk(RowsOfCall) : [[]])
        {
            var body = new JsonObject { ["csv"] = Join(rows.Take(1).Concat(piece)), ["columns"] = columns.DeepClone(), ["dryRun"] = isDry };
            var answer = await client.SendAsync($"{Url}/import", body, ct);
            foreach (var name in (string[])["added", "changed", "same", "failed"])
            {
                sum[name] = (int)sum[name]! + (int)answer[name]!;
            }

            foreach (var fault in answer["faults"]!.AsArray())
            {
                faults.Add((JsonNode)new JsonObject { ["line"] = piece[(int)fault!["row"]! - 1].Line, ["error"] = (string)fault["error"]! });
            }
        }

        sum["faults"] = faults;
        return sum;
    }

    private static List<(int Line, IReadOnlyList<string> Cells)> Read(string csv)
    {
        try
        {
            return [.. CsvText.Read(csv)];
        }
        catch (FormatException broken)
        {
            throw new CliException($"the file is not CSV: {broken.Message}.", ExitCode.Usage);
        }
    }

    private static string Join(IEnumerable<(int Line, IReadOnlyList<string> Cells)> rows)
    {
        var csv = new StringBuilder();
        foreach (var (_, cells) in rows)
        {
            CsvText.WriteRow(csv, cells);
        }

        return csv.ToString();
    }

    private static JsonArray ToJson(string[] columns) => [.. columns.Select(column => column.LastIndexOf('=') is > 0 and var at
        ? (JsonNode)(at == column.Length - 1 ? new JsonObject { ["name"] = column[..at] } : new JsonObject { ["name"] = column[..at], ["field"] = column[(at + 1)..] })
        : throw new CliException($"--column takes a name and a field, such as Called=firstName, not {Output.ReplaceControlCharacters(column)}.", ExitCode.Usage))];

    private static void Write(JsonObject sum, bool isDry, bool asJson)
    {
        if (asJson)
        {
            Output.Standard.WriteLine(sum.ToJsonString());
            return;
        }

        var faults = sum["faults"]!.AsArray();
        List<string> lines =
        [
            $"{(isDry ? "Dry run: " : "")}{sum["added"]} new, {sum["changed"]} changed, {sum["same"]} as they were, {sum["failed"]} with a fault",
            .. faults.Take(MaxShown).Select(one => $"line {one!["line"]}: {one["error"]}"),
        ];
        Output.Lines(string.Join('\n', lines));
    }
}
