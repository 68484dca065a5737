using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice suppressions</c>: the stop list of a running server.</summary>
internal static class SuppressionCommands
{
    private const string Url = "/sluice/v1/suppressions";
    private const string Kinds = "opted_out, unsubscribed, do_not_contact, call_opt_out, complaint, bounced, manual";

    public static Command Create() => new Command("suppressions", "Show and change the stop list: addresses whose owners must be left alone, and those that do not exist.") { List(), Add(), Lift(), Import(), Export() }
        .WithExamples("sluice suppressions list");

    private static Command List()
    {
        var address = new Option<string?>("--address") { Description = "Only entries of this e-mail address, phone number or domain.", HelpName = "address" };
        var kind = new Option<string?>("--kind") { Description = $"Only entries of this kind: {Kinds}, domain, unsubscribed_from_flow or erased.", HelpName = "kind" };
        var lifted = new Option<bool>("--lifted") { Description = "Show the entries too that were lifted." };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("list", "Show the newest hundred entries.") { address, kind, lifted, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var query = $"?limit=100{Parameter("address", given.GetValue(address))}{Parameter("kind", given.GetValue(kind))}{(given.GetValue(lifted) ? "&lifted=true" : "")}";
            var entries = (await client.SendAsync(Url + query, null, ct))["suppressions"]!.AsArray();
            Output.Table(
                given.GetValue(asJson),
                entries.ToJsonString(),
                "The stop list is empty. Add an address with: sluice suppressions add ADDRESS",
                ["id", "address", "kind", "since", "reason", "lifted"],
                [.. entries.Select(one => (string[])[$"{one!["id"]}", $"{one["address"]}", $"{one["kind"]}", $"{one["since"]}", $"{one["reason"]}", $"{one["liftedReason"]}"])]);
        });
        return command.WithExamples("sluice suppressions list", "sluice suppressions list --kind bounced --json");
    }

    private static Command Add()
    {
        var address = new Argument<string>("address") { Description = "An e-mail address, a phone number such as +15550100, or a domain such as @competitor.example." };
        var kind = new Option<string?>("--kind") { Description = $"Why: {Kinds}. Default: manual.", HelpName = "kind" };
        var reason = new Option<string?>("--reason") { Description = "A sentence for those who read the list.", HelpName = "text" };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("add", "Put an address on the list. The open flow instances of everybody with it end.") { address, kind, reason, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var body = new JsonObject { ["address"] = given.GetRequiredValue(address), ["kind"] = given.GetValue(kind), ["reason"] = given.GetValue(reason) };
            var entry = (await client.SendAsync(Url, body, ct))["suppression"]!;
            Output.Standard.WriteLine(given.GetValue(asJson) ? entry.ToJsonString() : $"{entry["address"]} is on the stop list ({entry["kind"]}, entry {entry["id"]}).");
        });
        return command.WithExamples("sluice suppressions add sam@example.com --reason \"Asked by phone\"", "sluice suppressions add @competitor.example");
    }

    private static Command Lift()
    {
        var id = new Argument<string>("id") { Description = "The entry's id, as list shows it." };
        var reason = new Option<string>("--reason") { Description = "Why; the list keeps it.", HelpName = "text", Required = true };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("lift", "Let somebody in again. The entry stays, with the reason.") { id, reason, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var answer = await client.DeleteAsync($"{Url}/{Uri.EscapeDataString(given.GetRequiredValue(id))}?reason={Uri.EscapeDataString(given.GetRequiredValue(reason))}", ct);
            Output.Standard.WriteLine(given.GetValue(asJson) ? answer["suppression"]!.ToJsonString() : "Lifted.");
        });
        return command.WithExamples("sluice suppressions lift 1695493301223590792 --reason \"Asked us to write again\"");
    }

    private static Command Import()
    {
        var file = new Argument<FileInfo>("file") { Description = "Comma-separated values (RFC 4180) in UTF-8; the first row names the columns: address, and if you like kind and reason." };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("import", "Put the addresses of a CSV file on the list. Rows with a fault are named, and all others are taken.") { file, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            var from = given.GetRequiredValue(file);
            if (!from.Exists)
            {
                throw new CliException($"there is no file {Output.ReplaceControlCharacters(from.FullName)}.", ExitCode.Usage);
            }

            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var answer = await client.SendAsync($"{Url}/import", new JsonObject { ["csv"] = await File.ReadAllTextAsync(from.FullName, ct) }, ct);
            if (given.GetValue(asJson))
            {
                Output.Standard.WriteLine(answer.ToJsonString());
            }
            else
            {
                List<string> lines = [$"{answer["added"]} added, {answer["known"]} on the list already, {answer["failed"]} with a fault", .. answer["faults"]!.AsArray().Select(one => $"line {one!["line"]}: {one["error"]}")];
                Output.Lines(string.Join('\n', lines));
            }

            return (int)answer["failed"]! == 0 ? ExitCode.Done : ExitCode.Refused;
        });
        return command.WithExamples("sluice suppressions import stop.csv");
    }

    private static Command Export()
    {
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("export", "Write the list as comma-separated values.") { asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var (csv, before) = ("", "");
            do
            {
                var page = await client.SendAsync($"{Url}/export{before}", null, ct);
                csv += csv.Length == 0 ? (string)page["csv"]! : ((string)page["csv"]!).Split("\r\n", 2)[1];
                before = (string?)page["before"] is { } last ? $"?before={last}" : "";
            }
            while (before.Length > 0);

            Output.Standard.Write(given.GetValue(asJson) ? new JsonObject { ["csv"] = csv }.ToJsonString() + "\n" : csv);
        });
        return command.WithExamples("sluice suppressions export > stop.csv");
    }

    private static string Parameter(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
