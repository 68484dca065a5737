using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

internal static class PlanCommand
{
    public static Command Create()
    {
        var flow = new Option<string>("--flow") { Description = "The flow's id.", HelpName = "id", Required = true };
        var owner = new Option<string>("--owner") { Description = "The e-mail of the user who would own the flow instances.", HelpName = "e-mail", Required = true };
        var prospects = new Argument<string[]>("prospects") { Description = "The CRM ids of the prospects.", Arity = ArgumentArity.OneOrMore };
        var coolOff = new Option<bool>("--cool-off-override") { Description = "Plan as if no cool-off applied." };
        var variables = new Option<string[]>("--variable") { Description = "A variable of the assignment, as name=value. May be given several times.", DefaultValueFactory = _ => [] };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("plan", "Show which prospects an assignment would accept, and when each step would be due. Changes nothing.") { prospects, flow, owner, coolOff, variables, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var body = new JsonObject
            {
                ["flowId"] = given.GetRequiredValue(flow),
                ["flowInstanceOwnerEmail"] = given.GetRequiredValue(owner),
                ["crmProspectsIds"] = new JsonArray([.. given.GetRequiredValue(prospects).Select(id => JsonValue.Create(id))]),
                ["coolOffOverride"] = given.GetValue(coolOff),
                ["overrides"] = new JsonObject { ["flowInstanceVariables"] = new JsonArray([.. given.GetRequiredValue(variables).Select(ToVariable)]) },
            };
            var answer = await client.SendAsync("/sluice/v1/plan", body, ct);
            if (given.GetValue(asJson))
            {
                Output.Standard.WriteLine(answer.ToJsonString());
            }
            else
            {
                Output.Lines(Text(answer));
            }

            return ExitCode.Done;
        });
        return command.WithExamples("sluice plan --flow 1695493301223590792 --owner test@test.com a5V1Q00A120DP4CVAW");
    }

    private static JsonObject ToVariable(string given) => given.Split('=', 2) is [{ Length: > 0 } name, var value]
        ? new JsonObject { ["name"] = name, ["value"] = value }
        : throw new CliException($"--variable takes name=value, not {given}.", ExitCode.Usage);

    private static string Text(JsonNode answer)
    {
        var prospects = answer["prospects"]!.AsArray().Select(one => (bool)one!["isLetIn"]!
            ? $"  {one["crmProspectId"]}: would be assigned"
            : $"  {one["crmProspectId"]}: {one["message"]}; possible {one["possibleFrom"] ?? one["possibleWhen"]}");
        var steps = answer["steps"]!.AsArray().Select(one =>
            $"  {one!["order"],2}  {one["dueLocal"]}  {one["action"]}{string.Concat(one["shiftedBy"]!.AsArray().Select(fact => $"\n      {fact}"))}{Warnings(one)}");
        var notes = answer["notes"]!.AsArray().Select(note => $"  Note: {note}");
        return string.Join('\n', [$"{answer["flowName"]}, owned by {answer["flowInstanceOwnerEmail"]} ({answer["timeZone"]})", .. prospects, .. steps, .. notes]);
    }

    private static string Warnings(JsonNode step) => string.Concat(step["warnings"]!.AsArray().Select(one => $"\n      Warning: {one!["warning"]}"));
}
