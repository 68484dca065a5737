using System.CommandLine;
using System.CommandLine.Parsing;
using System.Data.Common;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Storage.Postgres;

namespace Sluice.Cli.Shared;

/// <summary>
/// Warns of secrets on the command line: all users of the machine can read them in the list of processes, as long as the program runs. A command
/// that calls a server ends after a moment, and scripts expect that it writes nothing on standard error if all is well: its help must do.
/// </summary>
internal static class SecretsOnCommandLine
{
    /// <summary>Every option that may hold a secret: how to see that it does, and where to put the secret.</summary>
    private static readonly Dictionary<string, SecretOption> Known = new(StringComparer.Ordinal)
    {
        ["--smtp"] = new("the password", SmtpSettings.HasPassword, _ => "Leave the password out there, and set $SLUICE_SMTP_PASSWORD."),
        ["--database"] = new("the password", HasPassword, command => command == "dev" ? LeaveOut : "Set $SLUICE_DATABASE instead."),
        ["--from"] = new("the password", HasPassword, _ => LeaveOut),
        ["--to"] = new("the password", HasPassword, _ => "Set $SLUICE_DATABASE instead."),
        ["--secret"] = new("the secret", _ => true, _ => "Set $SLUICE_ACCESS_KEY_SECRET instead.", OnlyWith: "--follow"),
        ["--token"] = new("the token", _ => true, _ => "Set $SLUICE_BEARER_TOKEN instead.", OnlyWith: "--follow"),
    };

    /// <summary>The command that always runs for long.</summary>
    private const string Listen = "listen";

    private const string LeaveOut = "Leave the password out there, and set $PGPASSWORD.";

    public static IEnumerable<string> Options => Known.Keys;

    /// <returns>A sentence for each option that was given with a secret. None contains the secret.</returns>
    public static IEnumerable<string> WarningsOf(ParseResult given)
    {
        for (SymbolResult? at = given.CommandResult; at is CommandResult command; at = at.Parent)
        {
            foreach (var option in command.Children.OfType<OptionResult>().Where(option => !option.Implicit && Known.ContainsKey(option.Option.Name)))
            {
                var (what, holdsSecret, advice, onlyWith) = Known[option.Option.Name];
                if (option.Tokens.Any(token => holdsSecret(token.Value)) && (onlyWith is null || given.CommandResult.Command.Name == Listen || given.GetResult(onlyWith) is OptionResult { Implicit: false }))
                {
                    yield return $"Warning: everybody on this machine can see {what} in {option.Option.Name}, because the list of processes shows arguments. {advice(given.CommandResult.Command.Name)}";
                }
            }
        }
    }

    private static bool HasPassword(string database)
    {
        try
        {
            return PostgresDb.IsConnectionString(database) && PostgresSettings.Read(database) is { Password: not null } or { SslPassword: not null };
        }
        catch (Exception fault) when (fault is DatabaseSettingsException or DbException or ArgumentException or FormatException)
        {
            return false; // The command itself says what is wrong with it.
        }
    }

    /// <param name="OnlyWith">An option that makes the command run for long; null: warn always.</param>
    private sealed record SecretOption(string What, Func<string, bool> HoldsSecret, Func<string, string> Advice, string? OnlyWith = null);
}
