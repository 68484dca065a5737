using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Server.Api.Manage.Flows;

namespace Sluice.Cli.Commands;

internal static class ApplyCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("path") { Description = "Files, or directories that contain .yaml files at any depth.", Arity = ArgumentArity.OneOrMore };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would change, but change nothing." };
        var prune = new Option<bool>("--prune") { Description = "Delete the flows, folders and rulesets that no file contains. Open instances of a deleted flow end." };
        var asJson = CommonOptions.AsJson();
        var server = new ApiConnection();
        var command = new Command("apply", "Change a server's flows, folders and rulesets to match files. If anything is wrong, nothing changes.") { paths, dryRun, prune, asJson };
        server.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            var files = Read(given.GetRequiredValue(paths));
            if (files.Faults.Count > 0)
            {
                return await FailAsync(files.Faults, ExitCode.Failed);
            }

            if (files.Documents.Count == 0)
            {
                // With --prune, a mistyped path would otherwise delete everything.
                throw new CliException($"there is no flow, folder or ruleset in {string.Join(", ", given.GetRequiredValue(paths))}.");
            }

            using var client = new ControlClient(server.Read(given, useDevKey: false));
            var request = new JsonObject { ["documents"] = files.Documents, ["dryRun"] = given.GetValue(dryRun), ["prune"] = given.GetValue(prune) };
            var (status, body) = await client.SendUncheckedAsync("/sluice/v1/apply", request, ct);
            if (status != HttpStatusCode.OK)
            {
                return await FailAsync(body["errors"]?.AsArray().Select(error => files.Locate((string)error!)) ?? [$"the server answered {(int)status}"], ExitCode.Of(status));
            }

            Print(body, files, given.GetValue(asJson));
            return ExitCode.Done;
        });
        return command.WithExamples("sluice apply flows/ --dry-run");
    }

    private static FlowFiles Read(IEnumerable<string> paths)
    {
        var files = new FlowFiles();
        foreach (var file in paths.SelectMany(Expand))
        {
            files.Read(file, InputFile.ReadText(file));
        }

        return files;
    }

    private static IEnumerable<string> Expand(string path) => File.Exists(path) ? [path]
        : !Directory.Exists(path) ? throw new CliException($"there is no file or directory {path}")
        : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml")
            .Order(StringComparer.Ordinal);

    private static async Task<int> FailAsync(IEnumerable<string> faults, int code)
    {
        foreach (var fault in faults)
        {
            await Output.Error.WriteLineAsync(Output.ReplaceControlCharacters(fault));
        }

        return code;
    }

    private static void Print(JsonObject body, FlowFiles files, bool asJson)
    {
        if (asJson)
        {
            Output.Standard.WriteLine(body.ToJsonString());
            return;
        }

        foreach (var change in body["changes"]!.AsArray())
        {
            Output.Lines(Output.ReplaceControlCharacters($"{Sign((string)change!["change"]!)} {change["kind"]} {change["name"]}"));
            foreach (var field in change["fields"]?.AsArray() ?? [])
            {
                Output.Lines(Output.ReplaceControlCharacters($"    {field!["at"]}: {Short(field["from"])} → {Short(field["to"])}"));
            }
        }

        foreach (var warning in body["warnings"]!.AsArray())
        {
            Output.Lines(Output.ReplaceControlCharacters($"! {files.Locate((string)warning!)}"));
        }

        Output.Standard.WriteLine(Sum(body));
    }

    private static string Sum(JsonObject body)
    {
        var kinds = body["changes"]!.AsArray().CountBy(change => (string)change!["change"]!).ToDictionary();
        var sum = kinds.Count == 0 ? "Nothing to change" : $"{kinds.GetValueOrDefault("create")} created, {kinds.GetValueOrDefault("change")} changed, {kinds.GetValueOrDefault("delete")} deleted";
        return (bool)body["dryRun"]! && kinds.Count > 0 ? $"Dry run: nothing was changed. A real run would give: {sum}." : $"{sum}.";
    }

    private static char Sign(string change) => change switch
    {
        "create" => '+',
        "delete" => '-',
        _ => '~',
    };

    private static string Short(JsonNode? value) => (value?.ToJsonString() ?? "nothing") is { Length: > 100 } text ? $"{text[..100]}…" : value?.ToJsonString() ?? "nothing";
}
