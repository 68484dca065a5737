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
        "--base-url", "--key", "--config", // The URL is refused if it has credentials; the access key is no secret.
        "--host", "--profile", "--limits", "--listings-from", "--public-url", "--proxies", "--company", "--name", "--scopes", "--networks", "--expires", "--time-zone",
        "--unknown-prospects", "--flow", "--owner", "--instance", "--until",
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
    [InlineData("SLUICE_ACCESS_KEY_SECRET", "call", "list-users", "--key", "slk_1", "--secret", "hunter2")]
    [InlineData("SLUICE_BEARER_TOKEN", "logs", "tail", "--token", "hunter2")]
    [InlineData("SLUICE_BEARER_TOKEN", "clock", "--token", "hunter2", "show")]
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
    [InlineData("call", "list-users", "--key", "slk_1")]
    public async Task A_command_line_without_a_secret_is_not_warned_of(params string[] args) => Assert.Empty(await WarningsOfAsync(args));

    [Fact]
    public async Task A_warning_comes_before_the_command_runs_and_none_comes_for_a_secret_in_the_environment()
    {
        string[] command = ["call", "list-users", "--base-url", "http://127.0.0.1:9"];

        var told = await CommandLine.RunProcessAsync(new Dictionary<string, string>(), [.. command, "--token", "hunter2"]);
        var quiet = await CommandLine.RunProcessAsync(new Dictionary<string, string> { ["SLUICE_BEARER_TOKEN"] = "hunter2" }, command);

        Assert.StartsWith("Warning: everybody on this machine can see the token in --token, because the list of processes shows arguments. Set $SLUICE_BEARER_TOKEN instead.\n", told.Error, StringComparison.Ordinal);
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
