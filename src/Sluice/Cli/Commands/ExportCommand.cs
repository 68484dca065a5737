using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Server.Api.Manage.Flows;

namespace Sluice.Cli.Commands;

internal static class ExportCommand
{
    public static Command Create()
    {
        var directory = new Argument<string?>("directory") { Description = "Where to write the files, one for each flow. Files of deleted flows are kept. Without it, everything goes to standard output.", Arity = ArgumentArity.ZeroOrOne };
        var asJson = new Option<bool>("--json") { Description = "Print JSON to standard output: {\"documents\":[…]}, as POST /sluice/v1/apply takes it." };
        var server = new ApiConnection();
        var command = new Command("export", "Write a server's flows, folders and rulesets to files for sluice apply.") { directory, asJson };
        server.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            var where = given.GetValue(directory);
            if (where is not null && given.GetValue(asJson))
            {
                throw new CliException("--json prints to standard output: leave out the directory, or leave out --json.", ExitCode.Usage);
            }

            using var client = new ControlClient(server.Read(given, useDevKey: false));
            var body = await client.SendAsync("/sluice/v1/export", null, ct);
            var documents = body["documents"]!.AsArray().Select(document => document!.AsObject()).ToList();
            if (documents.Count == 0 && !given.GetValue(asJson))
            {
                await Output.Error.WriteLineAsync("The server has no flow, folder or ruleset: nothing was written.");
            }
            else if (where is not null)
            {
                Write(where, documents);
            }
            else
            {
                Output.Standard.Write(given.GetValue(asJson) ? $"{new JsonObject { ["documents"] = body["documents"]!.DeepClone() }.ToJsonString()}\n" : YamlText.Write(documents));
            }

            return ExitCode.Done;
        });
        return command.WithExamples("sluice export flows/", "sluice export --json | jq '.documents[].name'");
    }

    /// <summary>Writes one file for each flow, one for all folders and one for all rulesets, as there are few of those.</summary>
    private static void Write(string directory, List<JsonObject> documents)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in documents.GroupBy(document => FileOf(document, taken)))
        {
            var path = Path.Combine(directory, file.Key);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, YamlText.Write(file));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new CliException($"cannot write {path}: {(File.Exists(directory) ? $"{directory} is a file." : fault.Message)}");
            }
        }

        Output.Standard.WriteLine($"Wrote {documents.Count} documents to {directory}.");
    }

    private static string FileOf(JsonObject document, HashSet<string> taken)
    {
        if ((string)document["kind"]! != "flow")
        {
            return $"{document["kind"]}s.yaml";
        }

        var name = Path.Combine(FileName((string)document["workspace"]!), FileName((string)document["name"]!));
        var free = name;
        for (var i = 2; !taken.Add(free); i++)
        {
            free = $"{name}-{i}";
        }

        return $"{free}.yaml";
    }

    /// <summary>Reduces a name to lower-case letters, digits and hyphens. The file itself contains the full name.</summary>
    private static string FileName(string name)
    {
        var words = new string([.. name.ToLowerInvariant().Select(letter => char.IsLetterOrDigit(letter) ? letter : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var joined = string.Join('-', words);
        return joined.Length == 0 ? "unnamed" : joined.Length > 80 ? joined[..80] : joined;
    }
}
