using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice reports</c>: what has happened in a company, in numbers.</summary>
internal static class ReportCommands
{
    private const string Url = "/sluice/v1/reports";

    public static Command Create() => new Command("reports", "Show what has happened, in numbers, and check them.") { Show(), Verify() }.WithExamples("sluice reports show", "sluice reports verify");

    private static Command Show()
    {
        var by = new Option<string>("--by") { Description = "What to group by, with a comma between: flow, step, owner, day, week.", HelpName = "words", DefaultValueFactory = _ => "flow" };
        var from = new Option<string?>("--from") { Description = "The first day. Default: 29 days before the last one.", HelpName = "day" };
        var to = new Option<string?>("--to") { Description = "The last day. Default: today.", HelpName = "day" };
        var csv = new Option<bool>("--csv") { Description = "Write comma-separated values." };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("show", "Show counts and rates of some days.") { by, from, to, csv, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var query = $"?by={Uri.EscapeDataString(given.GetValue(by)!)}{Parameter("from", given.GetValue(from))}{Parameter("to", given.GetValue(to))}";
            if (given.GetValue(csv))
            {
                Output.Standard.Write((string)(await client.SendAsync($"{Url}/export{query}", null, ct))["csv"]!);
                return;
            }

            var answer = await client.SendAsync(Url + query, null, ct);
            Output.Table(
                given.GetValue(asJson),
                answer.ToJsonString(),
                "Nothing has happened in these days.",
                ["when", "flow", "step", "owner", "assigned", "sent", "replied", "bounced", "opted out", "meetings", "tasks done"],
                [.. answer["rows"]!.AsArray().Select(Cells)]);
        });
        return command.WithExamples("sluice reports show --by flow,week", "sluice reports show --by owner --from 2026-11-01 --csv > owners.csv");
    }

    private static Command Verify()
    {
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("verify", "Count the events of the last 30 days and the open flow instances again, and compare them with the counts that reports and pages show.") { asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var answer = await client.SendAsync($"{Url}/verify", null, ct);
            if (given.GetValue(asJson))
            {
                Output.Standard.WriteLine(answer.ToJsonString());
            }
            else
            {
                List<string> lines =
                [
                    $"{answer["events"]} events counted again, from {answer["checkedFrom"]} on: {(Differing(answer) == 0 ? "the counts are right" : $"{Differing(answer)} counts differ")}",
                    .. answer["differences"]!.AsArray().Select(Sentence),
                    .. answer["openDifferences"]!.AsArray().Select(one => $"now, flow {one!["flowId"]}, step {one["step"]}, {one["status"]}: {one["shown"]} shown instead of {one["open"]}"),
                ];
                Output.Lines(string.Join('\n', lines));
            }

            return Differing(answer) == 0 ? ExitCode.Done : ExitCode.Refused;
        });
        return command.WithExamples("sluice reports verify", "sluice reports verify --json");
    }

    private static int Differing(JsonNode answer) => (int)answer["differing"]!;

    private static string Sentence(JsonNode? one) => $"{one!["day"]}, flow {one["flowId"]?.ToString() ?? "none"}, step {one["step"]?.ToString() ?? "none"}, owner {one["ownerId"]?.ToString() ?? "none"}: "
        + string.Join(", ", one["kept"]!.AsObject().Where(count => $"{count.Value}" != $"{one["counted"]![count.Key]}").Select(count => $"{count.Key} {count.Value} instead of {one["counted"]![count.Key]}"));

    private static string[] Cells(JsonNode? row) =>
    [
        $"{row!["day"] ?? row["week"]}", $"{row["flowName"]}", $"{row["step"]}", $"{row["owner"]}", $"{row["assigned"]}", $"{row["sent"]}",
        Share(row, "replied", "replyRate"), Share(row, "bounced", "bounceRate"), Share(row, "optedOut", "optOutRate"), $"{row["meetings"]}", $"{row["tasksDone"]}",
    ];

    private static string Share(JsonNode row, string count, string rate) =>
        row[rate] is { } share ? FormattableString.Invariant($"{row[count]} ({(double)share["rate"]!:P1})") : $"{row[count]}";

    private static string Parameter(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
