using System.CommandLine;
using Sluice.Cli.Calls;
using Sluice.Cli.Commands;
using Sluice.Cli.Shared;

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
        server (4xx) or nothing changed, 4 still rate-limited after retries
        (429), 5 server error (5xx). The reason is on standard error.

        sluice COMMAND --help shows the options of a command, and an example.
        """;

    /// <param name="output">Receives answers of calls and help; null means standard output.</param>
    /// <param name="error">Null means standard error.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        ProxyExceptLoopback.Install();
        Output.Redirect(output ?? Console.Out, error ?? Console.Error);
        var console = new InvocationConfiguration
        {
            Output = output ?? Console.Out,
            Error = error ?? Console.Error,

            // The host itself handles Ctrl-C and SIGTERM, and finishes open requests; the parser's handler would stop it too early.
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        string[] asked = args switch
        {
            [] => ["--help"],
            ["help", .. var command] => [.. command, "--help"],
            _ => args,
        };
        try
        {
            var given = (await CreateAsync(asked)).Parse(asked, new ParserConfiguration { ResponseFileTokenReplacer = null }); // @file is a value for call, not a file of arguments.
            foreach (var warning in SecretsOnCommandLine.WarningsOf(given))
            {
                await console.Error.WriteLineAsync(warning);
            }

            return !CompletionCommand.IsSuggestion(asked) && CommandLineErrors.Find(given, asked) is [_, ..] faults ? await CommandLineErrors.ReportAsync(faults, given, console.Error) : await given.InvokeAsync(console);
        }
        catch (Exception fault)
        {
            await console.Error.WriteLineAsync($"sluice: {CommandFaults.Describe(fault)}");
            return (fault as CliException)?.ExitCode ?? ExitCode.Failed;
        }
    }

    /// <param name="args">The arguments of this run: <c>sluice call</c> has options only for the operation that they name.</param>
    public static async Task<RootCommand> CreateAsync(string[] args)
    {
        var root = new RootCommand(About)
        {
            DevCommand.Create(),
            ServeCommand.Create(),
            await CallCommand.CreateAsync(args),
            LogsCommand.Create(),
            ListenCommand.Create(),
            ExplainCommand.Create(),
            PlanCommand.Create(),
            TriggerCommand.Create(),
            InboundCommand.Create(),
            ClockCommand.Create(),
            SandboxCommands.Create(),
            ApplyCommand.Create(),
            ExportCommand.Create(),
            CompanyCommands.Create(),
            KeyCommands.Create(),
            PrivacyCommands.Create(),
            OAuthAppCommands.Create(),
            UserCommands.Create(),
            MailboxCommands.Create(),
            MasterKeyCommands.Create(),
            MailCommands.Create(),
            ProspectCommands.Create(),
            SuppressionCommands.Create(),
            ReportCommands.Create(),
            WebhookCommands.Create(),
            BackupCommand.Create(),
            MigrateCommand.Create(),
            RetentionCommand.Create(),
            SeedCommands.Create(),
            HealthCommand.Create(),
            CompletionCommand.Create(),
            ManCommand.Create(),
        };
        Examples.AddTo(root);
        ProgramVersion.AddTo(root);
        return root;
    }
}
