using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice mail dkim</c>: the keys that sign the mail of a domain, on a running server.</summary>
internal static class DkimCommands
{
    private const string Url = "/sluice/v1/dkim-keys";

    /// <summary>The longest piece of a text in the DNS [RFC 1035 3.3].</summary>
    private const int MaxPiece = 255;

    public static Command Create() => new Command("dkim", "Make, list and use the keys that sign mail (DKIM).") { New(), List(), SetActive("activate", true), SetActive("deactivate", false), Remove() }
        .WithExamples("sluice mail dkim new example.com");

    private static Command New()
    {
        var domain = new Argument<string>("domain") { Description = "The domain of the senders." };
        var selector = new Option<string?>("--selector") { Description = "Tells keys of one domain apart. Default: sluice and the date.", HelpName = "name" };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("new", "Make keys for a domain, and print the DNS records that they need. Mail is signed when you activate the key.") { domain, selector, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var body = new JsonObject { ["domain"] = given.GetRequiredValue(domain) };
            if (given.GetValue(selector) is { } name)
            {
                body["selector"] = name;
            }

            var key = (await client.SendAsync(Url, body, ct))["key"]!;
            Output.Standard.WriteLine(given.GetValue(asJson) ? key.ToJsonString() : $"""
                {string.Join("\n\n", key["records"]!.AsArray().Select(Record))}

                Add these records to the DNS of {key["domain"]}. When they are there: sluice mail dkim activate {key["id"]}
                """);
        });
        return command.WithExamples("sluice mail dkim new example.com");
    }

    private static Command List()
    {
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("list", "Show the keys. Private keys are never shown; --json has the DNS records.") { asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var keys = (await client.SendAsync(Url, null, ct))["keys"]!.AsArray();
            Output.Table(
                given.GetValue(asJson),
                keys.ToJsonString(),
                "There is no DKIM key yet. Make one with: sluice mail dkim new DOMAIN",
                ["id", "domain", "selector", "signs"],
                [.. keys.Select(one => (string[])[$"{one!["id"]}", $"{one["domain"]}", $"{one["selector"]}", (bool)one["active"]! ? "yes" : "no"])]);
        });
        return command.WithExamples("sluice mail dkim list");
    }

    private static Command SetActive(string name, bool isActive)
    {
        var id = Id();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command(name, isActive ? "Sign the mail of the key's domain with it, and with no other key. Its records must be in the DNS." : "Sign no more mail with a key.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var key = (await client.PatchAsync(PathOf(given.GetRequiredValue(id)), new JsonObject { ["active"] = isActive }, ct))["key"]!;
            Output.Standard.WriteLine(given.GetValue(asJson) ? key.ToJsonString() : isActive ? $"Mail of {key["domain"]} is signed with it." : $"Mail of {key["domain"]} is not signed with it any more.");
        });
        return command.WithExamples($"sluice mail dkim {name} 1695493301223590792");
    }

    private static Command Remove()
    {
        var id = Id();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("remove", "Remove a key. Leave its records in the DNS for some days: mail that is on its way needs them.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            await client.DeleteAsync(PathOf(given.GetRequiredValue(id)), ct);
            Output.Standard.WriteLine(given.GetValue(asJson) ? "{\"removed\":true}" : "Removed.");
        });
        return command.WithExamples("sluice mail dkim remove 1695493301223590792");
    }

    /// <summary>Writes a record as a zone file has it, in pieces that a DNS server takes.</summary>
    private static string Record(JsonNode? record) => $"{record!["name"]}. {record["type"]} {string.Join(' ', ((string)record["value"]!).Chunk(MaxPiece).Select(piece => $"\"{new string(piece)}\""))}";

    private static Argument<string> Id() => new("id") { Description = "The key's id." };

    private static string PathOf(string id) => $"{Url}/{Uri.EscapeDataString(id)}";
}
