using System.CommandLine;
using Sluice.Cli;
using Sluice.Cli.Shared;

namespace Sluice.Tests.Cli;

/// <summary>All users of a machine can list the arguments of its processes.</summary>
public sealed class SecretsOnCommandLineTests
{
    /// <summary>Options that hold text and never a secret. A new option is either here or in <see cref="SecretsOnCommandLine"/>. The options of <c>call</c> are fields of the API.</summary>
    private static readonly string[] WithoutSecret =
    [
        "--by", "--column", "--base-url", "--key", "--config", // The URL is refused if it has credentials; the access key is no secret.
        "--host", "--allowed-host", "--tls-cert", "--tls-key", "--profile", "--limits", "--mail-ports", "--listings-from", "--public-url", "--proxies", "--oidc-authority", "--oidc-client-id", "--oidc-role-claim", "--oidc-company", "--company", "--name", "--first-name", "--last-name", "--roles", "--scopes", "--networks", "--time-zone",
        "--redirect-uri", "--address", "--kind", "--reason", "--imap", "--smtp-helo", "--provider", "--user-name", "--oauth-client", "--oauth-token-url", "--oauth-consent-url", "--oauth-scope", "--plus-address", "--unknown-prospects", "--flow", "--owner", "--instance", "--until", "--variable",
        "--types", "--type", "--description", "--url", "--status", "--effects", "--webhooks-to",
        "--after", "--forward-to", "--clock", "--snapshot", "--save", "--load", "--selector", // The name of a DKIM key stands in the DNS.
    ];

    [Theory]
    [InlineData("SLUICE_SMTP_PASSWORD", "serve", "--smtp", "smtp://user:hunter2@mail.example.com:587")]
    [InlineData("SLUICE_DATABASE", "serve", "--database", "Host=db;Username=u;Password=hunter2")]
    [InlineData("SLUICE_DATABASE", "serve", "-d", "postgresql://u:hunter2@db/sluice")]
    [InlineData("SLUICE_DATABASE", "serve", "--database", "postgresql://u@db/sluice?Password=hunter2")]
    [InlineData("SLUICE_DATABASE", "serve", "--database", "Host=db;SSL Password=hunter2")]
    [InlineData("PGPASSWORD", "dev", "--database", "Host=db;Password=hunter2")]
    [InlineData("SLUICE_DATABASE", "keys", "list", "--database", "Host=db;Password=hunter2")]
    [InlineData("SLUICE_DATABASE", "companies", "create", "Acme", "--database", "Host=db;Password=hunter2")]
    [InlineData("PGPASSWORD", "migrate", "copy", "--from", "Host=db;Password=hunter2")]
    [InlineData("SLUICE_DATABASE", "migrate", "copy", "--from", "a.db", "--to", "Host=db;Password=hunter2")]
    [InlineData("SLUICE_ACCESS_KEY_SECRET", "logs", "tail", "--follow", "--key", "slk_1", "--secret", "hunter2")]
    [InlineData("SLUICE_BEARER_TOKEN", "logs", "tail", "-f", "--token", "hunter2")]
    public async Task A_secret_on_the_command_line_is_warned_of_without_repeating_it(string variable, params string[] args)
    {
        var warning = Assert.Single(await WarningsOfAsync(args));

        Assert.StartsWith("Warning: everybody on this machine can see ", warning, StringComparison.Ordinal);
        Assert.Contains($"${variable}", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("serve", "--smtp", "smtp://user@mail.example.com:587", "--database", "Host=db;Username=u")]
    [InlineData("serve", "--smtp", "smtp://user:@mail.example.com", "--database", "postgresql://u@db/sluice")]
    [InlineData("serve", "--database", "password=.db")]
    [InlineData("serve", "--database", "/var/lib/sluice/sluice.db")]
    [InlineData("serve", "--database", "Host=db;Pasword=misspelt")]
    [InlineData("migrate", "copy", "--from", "a.db")]
    [InlineData("logs", "tail", "--follow", "--key", "slk_1")]
    [InlineData("call", "list-users", "--key", "slk_1", "--secret", "hunter2")] // It ends after a moment, and scripts read its standard error.
    [InlineData("logs", "tail", "--token", "hunter2")]
    public async Task A_command_line_without_a_secret_is_not_warned_of(params string[] args) => Assert.Empty(await WarningsOfAsync(args));

    [Fact]
    public async Task A_warning_comes_before_the_command_runs_and_none_comes_for_a_secret_in_the_environment()
    {
        const string database = "Host=127.0.0.1;Port=9;Password=hunter2";

        var told = await CommandLine.RunProcessAsync(new Dictionary<string, string>(), "serve", "--database", database);
        var quiet = await CommandLine.RunProcessAsync(new Dictionary<string, string> { ["SLUICE_DATABASE"] = database }, "serve");

        Assert.StartsWith(
            "Warning: everybody on this machine can see the password in --database, because the list of processes shows arguments. Set $SLUICE_DATABASE instead.\n", told.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Failed, ExitCode.Failed), (told.Code, quiet.Code)); // No database is there.
        Assert.DoesNotContain("Warning", quiet.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_option_with_a_text_is_known_to_hold_a_secret_or_to_hold_none()
    {
        var texts = Options(await SluiceCommand.CreateAsync([])).Where(option => option.ValueType == typeof(string) || option.ValueType == typeof(string[])).Select(option => option.Name).Distinct();

        Assert.Equal(SecretsOnCommandLine.Options.Concat(WithoutSecret).Order(StringComparer.Ordinal), texts.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<Option> Options(Command command) => command.Options.Concat(command.Subcommands.Where(sub => sub.Name != "call").SelectMany(Options));

    private static async Task<List<string>> WarningsOfAsync(string[] args) => [.. SecretsOnCommandLine.WarningsOf((await SluiceCommand.CreateAsync(args)).Parse(args))];
}
