using System.CommandLine;
using Sluice.Cli.Shared;
using Sluice.Server.Http;

namespace Sluice.Fuzz;

internal static class FuzzCommand
{
    private const string About = """
        Send hostile requests to every operation of a real server: no answer may be a 5xx, each must have the form of all answers, and a refused
        request must change nothing. A seed gives the same requests each time. Exit code 1: there are faults.
        """;

    private static readonly Option<int> Seed = new("--seed") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Inputs = new("--inputs") { Description = "How many inputs each operation gets with each seed.", DefaultValueFactory = _ => 500 };
    private static readonly Option<int> Seconds = new("--seconds") { Description = "Go on with the next seeds for this long. Without it, run one seed." };
    private static readonly Option<string?> Postgres = new("--postgres") { Description = "A PostgreSQL connection string. Each database is a schema of its own, which is dropped again. Without it: SQLite files in memory.", HelpName = "where" };
    private static readonly Option<string?> Only = new("--operation") { Description = "Only operations whose name contains this, such as \"PATCH /v2/tasks\".", HelpName = "name" };
    private static readonly Option<string> WireProfile = new("--profile") { Description = "documented or observed.", DefaultValueFactory = _ => Profile.Documented.Name };
    private static readonly Option<string?> Bugs = new("--plant") { Description = "Plant a bug to see the run find it: error (an exception), write (a refused request writes), envelope (a refusal without the usual body).", HelpName = "bug" };
    private static readonly Option<bool> Table = new("--table") { Description = "Print how many inputs of each operation were accepted." };

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return await Create().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (CliException fault)
        {
            await Console.Error.WriteLineAsync($"fuzz: {fault.Message}");
            return fault.ExitCode;
        }
    }

    private static RootCommand Create()
    {
        var command = new RootCommand(About) { Seed, Inputs, Seconds, Postgres, Only, WireProfile, Bugs, Table };
        WireProfile.AcceptOnlyFromAmong(Profile.Documented.Name, Profile.Observed.Name);
        Bugs.AcceptOnlyFromAmong([.. Enum.GetNames<PlantedBug>().Skip(1).Select(name => name.ToLowerInvariant())]);
        command.SetAction(async (given, ct) =>
        {
            if (given.GetValue(Inputs) < 1 || given.GetValue(Seconds) < 0)
            {
                throw new CliException("--inputs takes a number above 0, --seconds 0 or more.", ExitCode.Usage);
            }

            var report = await ProgressBar.RunAsync("inputs", 100, bar => new FuzzRun(Read(given)).RunAsync(bar.Report, ct));
            Console.WriteLine(given.GetValue(Table) ? $"{report.Table()}\n\n{report.Write()}" : report.Write());
            return report.Faults.Count + report.Unreached.Count > 0 ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static FuzzOptions Read(ParseResult given) => new(
        given.GetValue(Seed), given.GetValue(Inputs), given.GetValue(Seconds), given.GetValue(Postgres), given.GetValue(Only),
        given.GetValue(Bugs) is { } bug ? Enum.Parse<PlantedBug>(bug, ignoreCase: true) : PlantedBug.None)
    {
        Profile = Profile.Find(given.GetRequiredValue(WireProfile))!,
    };
}
