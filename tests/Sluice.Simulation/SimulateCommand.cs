using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Cli.Shared;

namespace Sluice.Simulation;

internal static class SimulateCommand
{
    private const string About = "Run the engine on a virtual clock with random failures, and check its invariants. A seed gives the same run each time.";

    private const string BugsHelp = """
        Plant a bug to see the simulation find it: reply (the engine does not check the instance again before it sends mail), limit (daily limits are ignored),
        window (mail leaves at any hour), cooloff (prospects never cool off), once (an assignment ignores the flows that a prospect is in), erased
        (the stop list is empty), suppressed (it is asked when a step begins, and not when its mail leaves), twin (an opt-out does not reach the person's other records), lateevent (an event is written after the commit of its cause), latecount (an
        event is counted after it), uid (a message of a mailbox counts as read before its effect), policy (a refusal because of a policy is taken for a bad
        address), latedelivery (a webhook's place in the feed moves on before its deliveries are written), overtaken (an ordered webhook does not wait for the
        last event of an instance) or key (an idempotency key is looked up before it is taken). The name copy plants no bug, so the simulation must find none.
        """;

    private static readonly Option<int> Seed = new("--seed") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Seeds = new("--seeds") { Description = "How many seeds to run, beginning with --seed. 10000 take about a night.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Days = new("--days") { Description = "How many days to simulate with failures. Afterwards the remaining work runs without any.", DefaultValueFactory = _ => 90 };
    private static readonly Option<int> Prospects = new("--prospects") { Description = "How many prospects to simulate.", DefaultValueFactory = _ => 8 };
    private static readonly Option<string?> Bugs = new("--plant") { Description = BugsHelp, HelpName = "bug" };
    private static readonly Option<bool> History = new("--history") { Description = "Print what happened, even if nothing is wrong." };

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return await Create().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (CliException fault)
        {
            await Console.Error.WriteLineAsync($"simulate: {fault.Message}");
            return fault.ExitCode;
        }
    }

    private static RootCommand Create()
    {
        var asJson = CommonOptions.AsJson();
        var command = new RootCommand(About) { Seed, Seeds, Days, Prospects, Bugs, History, asJson };
        Bugs.AcceptOnlyFromAmong([.. Enum.GetNames<PlantedBug>().Skip(1).Select(name => name.ToLowerInvariant())]);
        command.SetAction(async (given, ct) =>
        {
            var plant = given.GetValue(Bugs) is { } bug ? Enum.Parse<PlantedBug>(bug, ignoreCase: true) : PlantedBug.None;
            var (seed, count, days) = (given.GetValue(Seed), given.GetValue(Seeds), given.GetValue(Days));
            if (count < 1 || days is < 1 or > 3650 || given.GetValue(Prospects) is < 1 or > 10_000)
            {
                throw new CliException("--seeds takes a number above 0, --days 1 to 3650, --prospects 1 to 10000.", ExitCode.Usage);
            }

            var run = new SimulateSeeds(seed, count, days, given.GetValue(Prospects), plant);
            var report = await ProgressBar.RunAsync("seeds", count, bar => run.RunAsync(done => bar.Report(done), ct));
            Console.WriteLine(given.GetValue(asJson)
                ? JsonSerializer.Serialize(ToJson(report), SimulateJson.Default.SimulatedJson)
                : Words(report, days, $" --days {days} --prospects {given.GetValue(Prospects)}{(plant == PlantedBug.None ? "" : $" --plant {given.GetValue(Bugs)}")}", given.GetValue(History)));
            return report.Failure is null ? 0 : 1;
        });
        return command;
    }

    private static SimulatedJson ToJson(SimReport report) => new(
        report.Seeds, report.Failure?.Seed, report.Failure?.Violation, report.Events, report.Disturbances, Math.Round(report.Seconds, 1), report.Digest);

    private static string Words(SimReport report, int days, string terms, bool withHistory) => report.Failure is { } failure
        ? string.Create(CultureInfo.InvariantCulture, $"""
            Seed {failure.Seed} breaks an invariant: {failure.Violation}
            Found after {report.Seeds} seeds; {failure.Disturbances} disturbances are enough to reproduce it. The end of its history:

            {string.Join('\n', failure.History.TakeLast(40))}

            To repeat it: ./simulate --seed {failure.Seed}{terms}
            """)
        : string.Create(CultureInfo.InvariantCulture, $"""
            {report.Seeds} seeds of {days} days: no invariant broken. {report.Events} events, {report.Disturbances} disturbances of a busy worker; {report.Seconds:F0} s.
            Digest of the last history: {report.Digest}
            """) + (withHistory ? "\n\n" + string.Join('\n', report.LastHistory) : "");
}

internal sealed record SimulatedJson(int Seeds, int? FailedSeed, string? Violation, int Events, int Disturbances, double Seconds, string Digest);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SimulatedJson))]
internal sealed partial class SimulateJson : JsonSerializerContext;
