using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

internal static class ExplainCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The flow instance's id." };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("explain", "Explain what a flow instance waits for, and when something can happen next.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            if (given.GetRequiredValue(id).Length == 0)
            {
                throw new CliException("explain needs <id>, and it is empty.", ExitCode.Usage);
            }

            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var answer = await client.SendAsync($"/sluice/v1/flow-instances/{Uri.EscapeDataString(given.GetRequiredValue(id))}/explain", null, ct);
            if (given.GetValue(asJson))
            {
                Output.Standard.WriteLine(answer.ToJsonString());
            }
            else
            {
                Output.Lines(Text(answer));
                foreach (var one in answer["inbound"]?.AsArray() ?? [])
                {
                    Output.Lines($"  {one!["at"]}  {one["type"]}: {one["rule"]}");
                }

                EventLines.Write(answer["history"]!.AsArray(), "by", one => $"{one["by"]}", one => $"  {one["at"]}  {one["type"],-16}  by {one["by"]}  {one["detail"]?.ToJsonString()}");
            }

            return ExitCode.Done;
        });
        return command.WithExamples("sluice explain 1234361284629356");
    }

    private static string Text(JsonNode answer)
    {
        var held = answer["heldBy"]!.AsArray().Select(one => $"  {one!["rule"]}: {one["fact"]}");
        return string.Join('\n', [
            $"{answer["crmProspectId"]} in {answer["flowName"]}, owned by {answer["ownerEmail"]}: {answer["status"]}, step {answer["step"]} of {answer["steps"]}",
            (string)answer["sentence"]!,
            .. held,
        ]);
    }
}
