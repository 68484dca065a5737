using System.CommandLine;
using System.CommandLine.Invocation;
using System.Data.Common;
using Sluice.Cli.Calls;
using Sluice.Cli.Commands;
using Sluice.Cli.Shared;
using Sluice.Engine.Storage.Copy;
using Sluice.Engine.Storage.Postgres;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Cli;

/// <summary>The command line: its verbs, and how a failure becomes a sentence and an exit code.</summary>
internal static class SluiceCommand
{
    private const string About = """
        Sluice: a self-hosted sales-engagement flow server that speaks the Gong
        Engage Flows API (v2).

          sluice dev    a stand-in for a laptop or CI: seeded, nothing leaves it
          sluice serve  the same for production, on SQLite or PostgreSQL
          sluice call   calls either of them, or the service that they imitate

        Exit codes: 0 done, 1 failed, 2 wrong command line, 3 refused by the
        server (4xx), 4 still refused for coming too often (429), 5 a fault of
        the server's (5xx). The reason is on standard error.
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
            await CallCommand.CreateAsync(args),
            LogsCommand.Create(),
            ExplainCommand.Create(),
            PlanCommand.Create(),
            TriggerCommand.Create(),
            ClockCommand.Create(),
            ApplyCommand.Create(),
            ExportCommand.Create(),
            CompanyCommands.Create(),
            KeyCommands.Create(),
            BackupCommand.Create(),
            MigrateCommand.Create(),
            SeedCommands.Create(),
        };

        try
        {
            var given = root.Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null }); // @file is a value of call, not more arguments.
            return given.Action is ParseErrorAction ? await WrongCommandLine.TellAsync(given, console.Error) : await given.InvokeAsync(console);
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
        CliException or DatabaseSettingsException or NewerDatabaseException or UnfinishedCopyException or CopyRefusedException => fault.Message,
        Microsoft.AspNetCore.Connections.AddressInUseException or IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
            "the port is taken by another program. Choose one with --port, or a free one with --port 0.",
        DbException or ArgumentException { Source: "Npgsql" or "System.Data.Common" } => $"the database cannot be used: {fault.Message}",
        UnauthorizedAccessException or IOException => fault.Message,
        _ => null,
    };
}
