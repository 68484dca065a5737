using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary>The commands of <c>sluice sandbox</c> that keep, bring back and compare whole sandboxes.</summary>
internal static class SnapshotCommands
{
    private const string FileType = "application/octet-stream";

    public static Command Snapshot()
    {
        var id = SandboxCommands.Id();
        var save = new Option<string>("--save") { Description = "Write the snapshot into this file, too. The same version of Sluice can load it.", HelpName = "file" };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("snapshot", "Keep a sandbox as it is now.") { id, save, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var sandbox = given.GetRequiredValue(id);
            var made = (await client.SendAsync(SandboxCommands.Of(sandbox, "/snapshots"), [], ct))["snapshot"]!;
            if (given.GetValue(save) is { } file)
            {
                await File.WriteAllBytesAsync(file, await client.GetBytesAsync(SandboxCommands.Of(sandbox, $"/snapshots/{made["id"]}/file"), ct), ct);
            }

            Output.Standard.WriteLine(given.GetValue(asJson) ? made.ToJsonString() : $"Kept the sandbox as snapshot {made["id"]}, at {made["at"]}.");
        });
        return command.WithExamples("sluice sandbox snapshot 1695493301223590792 --save before.snapshot");
    }

    public static Command Restore()
    {
        var id = SandboxCommands.Id();
        var snapshot = new Option<string>("--snapshot") { Description = "The snapshot's id.", HelpName = "id" };
        var load = new Option<string>("--load") { Description = "Load the snapshot from a file that snapshot --save has written.", HelpName = "file" };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("restore", "Make a sandbox as it was when a snapshot was made.") { id, snapshot, load, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            var (sandbox, from, file) = (given.GetRequiredValue(id), given.GetValue(snapshot), given.GetValue(load));
            if (from is null == file is null)
            {
                throw new CliException("give one of --snapshot and --load.", ExitCode.Usage);
            }

            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            if (file is not null)
            {
                var bytes = File.Exists(file) ? await File.ReadAllBytesAsync(file, ct) : throw new CliException($"there is no file {file}.", ExitCode.Usage);
                from = $"{(await client.SendRawAsync(SandboxCommands.Of(sandbox, "/snapshots/file"), bytes, FileType, ct))["snapshot"]!["id"]}";
            }

            SandboxCommands.Print(
                await client.SendAsync(SandboxCommands.Of(sandbox, "/restore"), new JsonObject { ["snapshot"] = from }, ct),
                given.GetValue(asJson), "The sandbox is as it was when the snapshot was made.");
        });
        return command.WithExamples("sluice sandbox restore 1695493301223590792 --load before.snapshot");
    }

    public static Command Fork()
    {
        var id = SandboxCommands.Id();
        var snapshot = new Option<string>("--snapshot") { Description = "The snapshot that it begins with. Default: the sandbox as it is now.", HelpName = "id" };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("fork", "Make a second sandbox from a sandbox or a snapshot, with a key of its own.") { id, snapshot, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var body = given.GetValue(snapshot) is { } from ? new JsonObject { ["snapshot"] = from } : [];
            SandboxCommands.Print(await client.SendAsync(SandboxCommands.Of(given.GetRequiredValue(id), "/fork"), body, ct), given.GetValue(asJson), "Made a sandbox with the same rows.");
        });
        return command.WithExamples("sluice sandbox fork 1695493301223590792");
    }

    public static Command Diff()
    {
        var id = SandboxCommands.Id();
        var from = new Option<string>("--from") { Description = "The id of a snapshot or a sandbox. Default: the seed.", HelpName = "id" };
        var to = new Option<string>("--to") { Description = "The id of a snapshot or a sandbox. Default: this sandbox, as it is now.", HelpName = "id" };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("diff", "Show what differs between two snapshots or sandboxes.") { id, from, to, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            string[] query = [.. new[] { ("from", given.GetValue(from)), ("to", given.GetValue(to)) }.Where(one => one.Item2 is not null).Select(one => $"{one.Item1}={Uri.EscapeDataString(one.Item2!)}")];
            var answer = await client.SendAsync(SandboxCommands.Of(given.GetRequiredValue(id), query.Length > 0 ? $"/diff?{string.Join('&', query)}" : "/diff"), null, ct);
            Output.Lines(given.GetValue(asJson) ? answer.ToJsonString() : Describe(answer));
        });
        return command.WithExamples("sluice sandbox diff 1695493301223590792");
    }

    private static string Describe(JsonObject answer)
    {
        var all = answer["differences"]!.AsArray();
        var more = (bool?)answer["isCut"] == true ? $"\n… {answer["count"]} objects in all" : "";
        return all.Count == 0 ? "Nothing differs." : string.Join('\n', all.Select(one => Line(one!))) + more;
    }

    private static string Line(JsonNode one)
    {
        var fields = (string)one["kind"]! == "changed" ? string.Concat(one["fields"]!.AsArray().Select(field => $"\n    {field!["field"]}: {field["from"] ?? "nothing"} → {field["to"] ?? "nothing"}")) : "";
        return $"{one["kind"],-8} {one["object"]} {one["id"]}{fields}";
    }
}
