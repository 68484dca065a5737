using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice webhooks prove</c>: sends made-up events to a receiver with everything that can go wrong, and compares their effects.</summary>
internal static class ProveCommand
{
    private const string Variable = "SLUICE_WEBHOOK_SECRET";
    private const int MaxEvents = 1000;

    public static Command Create()
    {
        var url = new Argument<string>("url") { Description = "The receiver of webhooks. It gets events that never happened: use one for tests." };
        var effects = new Option<string?>("--effects")
        {
            Description = $"A URL that answers how many effects there were, as a number. Without it, the receiver says so in the header {ProveReceiver.EffectsHeader} of its answers.",
            HelpName = "url",
        };
        var events = new Option<int>("--events") { Description = "How many events a round has.", DefaultValueFactory = _ => 10 };
        var seed = new Option<int>("--seed") { Description = "Decides the order and the repetitions: the same number gives the same ones.", DefaultValueFactory = _ => 1 };
        var asJson = CommonOptions.AsJson();
        var command = new Command("prove", $"Prove that a receiver bears late, repeated, disordered and lost deliveries: each must have the effects of a clean one. ${Variable} has its secret.") { url, effects, events, seed, asJson };
        command.SetAction(async (given, ct) =>
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(15) };
            var receiver = new ProveReceiver(client, ReadUrl("The receiver", given.GetRequiredValue(url))!, ReadUrl(effects.Name, given.GetValue(effects)), ReadSecret(), given.GetValue(seed));
            var count = given.GetValue(events) is >= 1 and <= MaxEvents and var some ? some : throw new CliException($"--events takes 1 to {MaxEvents}.", ExitCode.Usage);
            var rounds = new List<ProvedRound>();
            foreach (var kind in Enum.GetValues<ProvedKind>())
            {
                rounds.Add(await receiver.RunAsync(kind, count, ct));
            }

            return Report(rounds, given.GetValue(asJson));
        });
        return command.WithExamples("sluice webhooks prove http://localhost:3000/hook --effects http://localhost:3000/effects");
    }

    private static int Report(List<ProvedRound> rounds, bool asJson)
    {
        var clean = rounds[0].Effects;
        var isProved = clean > 0 && rounds.TrueForAll(round => round.Effects == Expected(round.Kind, clean));
        var json = new JsonArray([.. rounds.Select(round => (JsonNode)new JsonObject { ["round"] = round.Kind.Word(), ["requests"] = round.Requests, ["effects"] = round.Effects, ["same"] = round.Effects == Expected(round.Kind, clean) })]);
        Output.Table(
            asJson,
            json.ToJsonString(),
            "",
            ["round", "requests", "effects", ""],
            [.. rounds.Select(round => (string[])[round.Kind.Word(), Text(round.Requests), Text(round.Effects), round.Effects == Expected(round.Kind, clean) ? "as they should be" : $"should be {Text(Expected(round.Kind, clean))}"])]);
        if (!isProved)
        {
            Output.Error.WriteLine(clean == 0 ? "The receiver had no effect even when all went well: does it know the secret, and does it say how many effects there were?" : "The receiver is not ready: it must remember the webhook-id of each event whose effect it had.");
        }

        return isProved ? 0 : ExitCode.Failed;
    }

    /// <summary>A forged event must have no effect, and all others the same as without faults.</summary>
    private static long Expected(ProvedKind kind, long clean) => kind == ProvedKind.Forged ? 0 : clean;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Uri? ReadUrl(string what, string? given) => given is null ? null
        : Uri.TryCreate(given, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
        : throw new CliException($"{what} takes a URL such as http://localhost:3000/hook, not {given}.", ExitCode.Usage);

    private static string ReadSecret() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } secret && secret.StartsWith("whsec_", StringComparison.Ordinal)
        ? secret
        : throw new CliException($"Set {Variable} to the secret of the receiver, which begins with whsec_.", ExitCode.Usage);
}
