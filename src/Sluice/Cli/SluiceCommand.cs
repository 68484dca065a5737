using System.CommandLine;
using System.CommandLine.Invocation;
using System.Data.Common;
using Sluice.Cli.Calls;
using Sluice.Storage;
using Sluice.Storage.Copy;

namespace Sluice.Cli;

/// <summary>The command line: its verbs, and how a failure becomes a sentence and an exit code.</summary>
internal static class SluiceCommand
{
    private const string About = """
        Sluice, a self-hosted sales-engagement flow server that speaks the Gong Engage Flows API (v2).

          sluice dev      on a laptop or in CI: a seeded stand-in, ready in a second, nothing leaves the machine
          sluice serve    in production: on a SQLite file for a team, on PostgreSQL for many machines
          sluice call     to call either of them, or the service they imitate, by hand and in scripts

        Exit codes: 0 done, 1 failed (the reason is on standard error), 2 the command line is wrong; of call also others.
        SLUICE_DATABASE says which database where --database does not: a password in an argument is seen by all who list processes.
        """;

    /// <param name="args">As typed.</param>
    /// <param name="output">Where calls and help are written; null: standard output.</param>
    /// <param name="error">Null: standard error.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        var console = new InvocationConfiguration
        {
            Output = output ?? Console.Out,
            Error = error ?? Console.Error,

            // The host listens for Ctrl-C and SIGTERM itself, and drains; the parser's own handling would cut it short.
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        var root = new RootCommand(About)
        {
            DevCommand.Create(),
            ServeCommand.Create(),
            CompanyCommands.Create(),
            KeyCommands.Create(),
            SeedCommands.Create(),
            MigrateCommand.Create(),
            BackupCommand.Create(),
            ApplyCommand.Create(),
            ExportCommand.Create(),
            LogsCommand.Create(),
            SimulateCommand.Create(),
            TriggerCommand.Create(),
            ClockCommand.Create(),
            PlanCommand.Create(),
            ExplainCommand.Create(),
            await CallCommand.CreateAsync(args),
        };

        try
        {
            var given = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }); // @file is a value of call, not more arguments.
            if (given.Action is ParseErrorAction fault && args.Length > 0)
            {
                fault.ShowHelp = false; // What is wrong would be lost above a page of help.
            }

            return await given.InvokeAsync(console) is var code && given.Errors.Count > 0 ? ExitCode.Usage : code;
        }
        catch (Exception fault) when (Sentence(fault) is { } sentence)
        {
            await console.Error.WriteLineAsync($"sluice: {sentence}");
            return (fault as CliException)?.ExitCode ?? ExitCode.Failed;
        }
    }

    /// <returns>Null for what is a bug of ours: that one deserves its stack.</returns>
    private static string? Sentence(Exception fault) => fault switch
    {
        CliException or NewerDatabaseException or UnfinishedCopyException or CopyRefusedException => fault.Message,
        Microsoft.AspNetCore.Connections.AddressInUseException or IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
            "the port is taken by another program. Choose one with --port, or a free one with --port 0.",
        DbException or UnauthorizedAccessException or IOException or ArgumentException { Source: "Npgsql" or "System.Data.Common" } =>
            $"the database cannot be used: {fault.Message}",
        _ => null,
    };
}

/// <summary>Something the user can mend; the message says how.</summary>
internal sealed class CliException(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
