using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice trigger</c>: reports an event to a flow instance by hand, as if it came from outside.</summary>
internal static class TriggerCommand
{
    private static readonly Dictionary<string, string> Types = new()
    {
        ["reply"] = "reply",
        ["bounce"] = "bounce",
        ["ooo"] = "auto_reply",
        ["meeting"] = "meeting_booked",
        ["unsubscribe"] = "unsubscribe",
        ["callback"] = "call_back",
        ["complaint"] = "complaint",
    };

    public static Command Create()
    {
        var what = new Argument<string>("what") { Description = "The event: reply, bounce, ooo (an out-of-office reply), meeting (the prospect booked one), unsubscribe, callback (the prospect called back), or complaint (the prospect marked a mail as spam).", HelpName = "what" };
        what.AcceptOnlyFromAmong([.. Types.Keys]);
        var instance = new Option<string>("--instance") { Description = "The id of the flow instance.", HelpName = "id", Required = true };
        var until = new Option<string?>("--until") { Description = "For ooo: the day of return, such as 2026-11-10. Without it, an out-of-office reply changes nothing.", HelpName = "day" };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("trigger", "Simulate an event of a prospect: a reply, bounce, out-of-office reply, booked meeting, unsubscribe, call-back or complaint.") { what, instance, until, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var inbound = new JsonObject
            {
                ["type"] = Types[given.GetRequiredValue(what)],
                ["messageId"] = $"trigger-{RequestId.New()}",
                ["flowInstanceId"] = given.GetRequiredValue(instance),
                ["returnDate"] = given.GetValue(until),
            };
            var answer = await client.SendAsync("/sluice/v1/inbound", inbound, ct);
            var effect = answer["flowInstances"]![0]!;
            var hasChanged = (string?)effect["effect"] != "nothing";
            if (given.GetValue(asJson))
            {
                Output.Standard.WriteLine(answer.ToJsonString());
            }
            else if (hasChanged)
            {
                Output.Lines($"{effect["flowInstanceId"]}: {effect["effect"]}{Why(effect)}");
            }

            return hasChanged ? ExitCode.Done : throw new CliException($"nothing changed{Why(effect)}. {await StateAsync(client, effect, ct)}", ExitCode.NothingChanged);
        });
        return command.WithExamples("sluice trigger reply --instance 1234361284629356", "sluice trigger ooo --until 2026-11-20 --instance 1234361284629356");
    }

    private static string Why(JsonNode effect) => effect["why"] is { } why ? $": {why}" : "";

    /// <summary>Says in which state the flow instance is, which is why nothing happened.</summary>
    private static async Task<string> StateAsync(ControlClient client, JsonNode effect, CancellationToken ct)
    {
        var explained = await client.SendAsync($"/sluice/v1/flow-instances/{effect["flowInstanceId"]}/explain", null, ct);
        return $"The flow instance ({explained["status"]}): {explained["sentence"]}";
    }
}
