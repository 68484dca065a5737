using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice inbound</c>: hands a raw message to the server, as a mailbox would.</summary>
internal static class InboundCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The message as it came in (.eml); - reads standard input.", HelpName = "file" };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("inbound", "Take in a raw message: say what it is (a reply, a bounce, an absence, …), and apply it.") { file, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            var message = InputFile.ReadBytes(given.GetRequiredValue(file));
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var answer = await client.SendRawAsync("/sluice/v1/inbound", message, "message/rfc822", ct);
            var effects = answer["flowInstances"]!.AsArray();
            if (given.GetValue(asJson))
            {
                Output.Standard.WriteLine(answer.ToJsonString());
            }
            else
            {
                Output.Lines(string.Join('\n', [Describe(answer["reading"]!), .. effects.Select(effect => $"{effect!["flowInstanceId"]}: {effect["effect"]}{(effect["why"] is { } why ? $": {why}" : "")}")]));
            }

            return effects.Any(effect => (string?)effect!["effect"] != "nothing") ? ExitCode.Done
                : throw new CliException(effects.Count > 0 ? "nothing changed in any flow instance." : "nothing changed: no flow instance is concerned.", ExitCode.NothingChanged);
        });
        return command.WithExamples("sluice inbound answer.eml", "sluice inbound - < answer.eml");
    }

    private static string Describe(JsonNode reading)
    {
        var report = reading["report"] is { } found ? $", {found["action"]}{(found["status"] is { } status ? $" {status}" : "")}" : "";
        var day = reading["returnDate"] is { } date ? $", until {date}" : "";
        return $"{reading["kind"]}{report}{day}{(reading["address"] is { } address ? $", about {address}" : "")}. {reading["rule"]}.";
    }
}
