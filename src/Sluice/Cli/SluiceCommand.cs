using System.CommandLine;
using System.Data.Common;
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

        Exit codes: 0 done, 1 failed (the reason is on standard error).
        SLUICE_DATABASE says which database where --database does not: a password in an argument is seen by all who list processes.
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand(About)
        {
            DevCommand.Create(),
            ServeCommand.Create(),
            CompanyCommands.Create(),
            KeyCommands.Create(),
            SeedCommands.Create(),
            MigrateCommand.Create(),
            BackupCommand.Create(),
            LogsCommand.Create(),
            TriggerCommand.Create(),
            ClockCommand.Create(),
            PlanCommand.Create(),
            ExplainCommand.Create(),
        };

        try
        {
            // The host listens for Ctrl-C and SIGTERM itself, and drains; the parser's own handling would cut it short.
            return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception fault) when (Sentence(fault) is { } sentence)
        {
            await Console.Error.WriteLineAsync($"sluice: {sentence}");
            return 1;
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
internal sealed class CliException(string message) : Exception(message);
