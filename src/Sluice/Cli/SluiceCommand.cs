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

/// <summary>The command line: lists the commands, and turns a failure into a message and an exit code.</summary>
internal static class SluiceCommand
{
    private const string About = """
        Sluice: a self-hosted sales-engagement flow server that speaks the Gong
        Engage Flows API (v2).

          sluice dev    a local stand-in for the API, with demo data, offline
          sluice serve  the same server for production, on SQLite or PostgreSQL
          sluice call   calls either of them, or the original service

        Exit codes: 0 done, 1 failed, 2 wrong command line, 3 refused by the
        server (4xx), 4 still rate-limited after retries (429), 5 server error
        (5xx). The reason is on standard error.
        """;

    /// <param name="output">Receives answers of calls and help; null means standard output.</param>
    /// <param name="error">Null means standard error.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        var console = new InvocationConfiguration
        {
            Output = output ?? Console.Out,
            Error = error ?? Console.Error,

            // The host itself handles Ctrl-C and SIGTERM, and finishes open requests; the parser's handler would stop it too early.
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        var root = await CreateAsync(args);
        try
        {
            var given = root.Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null }); // @file is a value for call, not a file of arguments.
            foreach (var warning in SecretsOnCommandLine.WarningsOf(given))
            {
                await console.Error.WriteLineAsync(warning);
            }

            return given.Action is ParseErrorAction ? await CommandLineErrors.ReportAsync(given, console.Error) : await given.InvokeAsync(console);
        }
        catch (Exception fault) when (Sentence(fault) is { } sentence)
        {
            await console.Error.WriteLineAsync($"sluice: {sentence}");
            return (fault as CliException)?.ExitCode ?? ExitCode.Failed;
        }
    }

    /// <param name="args">The arguments of this run: <c>sluice call</c> has options only for the operation that they name.</param>
    public static async Task<RootCommand> CreateAsync(string[] args) => new(About)
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

    /// <returns>The message; null for an unexpected exception, which is a bug and is shown with its stack trace.</returns>
    private static string? Sentence(Exception fault) => fault switch
    {
        CliException or DatabaseSettingsException or NewerDatabaseException or UnfinishedCopyException or CopyRefusedException => fault.Message,
        Microsoft.AspNetCore.Connections.AddressInUseException or IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
            "the port is taken by another program. Choose one with --port, or a free one with --port 0.",
        DbException or ArgumentException { Source: "Npgsql" or "System.Data.Common" } => $"cannot use the database: {fault.Message}",
        UnauthorizedAccessException or IOException => fault.Message,
        _ => null,
    };
}
