using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Sluice.Cli;
using Sluice.Cli.Shared;

namespace Sluice.Tests.Cli;

/// <summary>A wrong command line gets one sentence that names the mistake, never a message of .NET.</summary>
public sealed class CommandLineErrorsTests
{
    [Theory]
    [InlineData("unknown command frobnicate.\nSee: sluice --help", "frobnicate")]
    [InlineData("unknown command serv. Did you mean serve?\nSee: sluice --help", "serv")]
    [InlineData("unknown option --prot. Did you mean --port?\nSee: sluice dev --help", "dev", "--prot", "3")]
    [InlineData("unknown command creat. Did you mean create?\nSee: sluice companies --help", "companies", "creat", "Larkspur")]
    [InlineData("unexpected argument other.\nSee: sluice explain --help", "explain", "1", "other")]
    [InlineData("unknown command clok. Did you mean clock?\nSee: sluice --help", "clok", "--help")]
    [InlineData("unknown command clok. Did you mean clock?\nSee: sluice --help", "clok", "advance", "3d", "--json")]
    [InlineData("unknown command advence. Did you mean advance?\nSee: sluice clock --help", "clock", "advence", "3d")]
    [InlineData("unknown command crate. Did you mean create?\nSee: sluice keys --help", "keys", "crate", "--help")]
    [InlineData("unknown command advance. Did you mean clock advance?\nSee: sluice --help", "advance", "3d")]
    [InlineData("unknown command create. Did you mean companies create or keys create?\nSee: sluice --help", "create")]
    [InlineData("unknown option --jsn. Did you mean --json?\nSee: sluice export --help", "export", "--jsn")]
    [InlineData("unknown option --dry-rum. Did you mean --dry-run?\nSee: sluice apply --help", "apply", "flows", "--dry-rum")]
    [InlineData("unknown option --bse-url=x. Did you mean --base-url?\nSee: sluice clock advance --help", "clock", "advance", "--bse-url=x")]
    [InlineData("unknown option -x.\nSee: sluice explain --help", "explain", "-x")]
    [InlineData("unknown option --jsom. Did you mean --json?\nSee: sluice keys create --help", "keys", "create", "--company", "--jsom")]
    [InlineData("--company needs a value.\nSee: sluice keys create --help", "keys", "create", "--company", "--json")]
    [InlineData("--base-url needs a value.\nSee: sluice call list-workspaces --help", "call", "list-workspaces", "--base-url", "--key", "--secret")]
    [InlineData("--company needs a value.\nSee: sluice keys create --help", "keys", "create", "--company", "--name=ci")]
    [InlineData("--company needs a value.\nSee: sluice keys create --help", "keys", "create", "--company", "-d", "x.db")]
    [InlineData("unknown option --mine. If it is a value of --name, write --name=--mine.\nSee: sluice keys create --help", "keys", "create", "--name", "--mine")]
    [InlineData("unknown option --pruned. Did you mean --prune?\nSee: sluice apply --help", "apply", "flows", "--pruned", "--help")]
    [InlineData("keys needs a command: create, list, revoke.\nSee: sluice keys --help", "keys")]
    [InlineData("clock needs a command: show, advance, preview, set, freeze, run.\nSee: sluice clock --help", "clock")]
    [InlineData("explain needs <id>.\nSee: sluice explain --help", "explain")]
    [InlineData("--flow is required.\nsluice: --owner is required.\nSee: sluice plan --help", "plan", "ada")]
    [InlineData("--port needs a value.\nSee: sluice dev --help", "dev", "--port")]
    [InlineData("--port takes a whole number, not many.\nSee: sluice dev --help", "dev", "--port", "many")]
    [InlineData("--expires takes a time such as 2027-12-31T00:00:00Z, not soon.\nSee: sluice keys create --help", "keys", "create", "--expires", "soon")]
    [InlineData("--profile takes one of documented, observed, not live.\nSee: sluice dev --help", "dev", "--profile", "live")]
    [InlineData("<what> takes one of reply, bounce, ooo, meeting, unsubscribe, callback, complaint, not smoke.\nSee: sluice trigger --help", "trigger", "smoke", "--instance", "1")]
    [InlineData("--port takes 0 to 65535, not 70000.", "dev", "--ephemeral", "--port", "70000")]
    [InlineData("--host takes an IP address, such as 127.0.0.1 or ::1, not example.com.", "serve", "--host", "example.com")]
    [InlineData("--json prints to standard output: leave out the directory, or leave out --json.", "export", "flows", "--json")]
    [InlineData("companies set needs a setting to change: --time-zone, --calls-per-second, --calls-per-day, --multiple-flows, --cool-off-days, --unknown-prospects.", "companies", "set", "A", "--database", "/nowhere")]
    [InlineData("--instances takes a number above 0.", "seed", "load", "--instances", "0")]
    [InlineData("--from and --to are the same database.", "migrate", "copy", "--from", "/dev/zero", "--to", "/dev/../dev/zero")]
    public async Task A_wrong_command_line_gets_a_sentence(string why, params string[] args)
    {
        var reply = await CommandLine.RunAsync(args);

        Assert.Equal((ExitCode.Usage, "", $"sluice: {why}\n"), (reply.Code, reply.Output, reply.Error));
    }

    [Fact]
    public async Task Without_arguments_the_help_is_shown() => Assert.Equal(await CommandLine.RunAsync("--help"), await CommandLine.RunAsync());

    /// <summary>Whatever a command takes as a value or a path, an option that it does not know is never one.</summary>
    [Fact]
    public async Task No_command_takes_an_unknown_option_for_a_value()
    {
        foreach (var path in await PathsAsync(isGroup: false))
        {
            foreach (var option in (string[])["--frobnicate", "--frobnicate=1", "-q"])
            {
                var reply = await CommandLine.RunAsync([.. path, option]);
                Assert.Equal((ExitCode.Usage, "", $"sluice: unknown option {option}.\nSee: sluice {string.Join(' ', path)} --help\n"), (reply.Code, reply.Output, reply.Error));
            }
        }
    }

    [Fact]
    public async Task Every_group_of_commands_refuses_an_unknown_one_and_to_be_called_alone()
    {
        foreach (var path in await PathsAsync(isGroup: true))
        {
            var unknown = await CommandLine.RunAsync([.. path, "frobnicate", "--help"]);
            Assert.Equal((ExitCode.Usage, $"sluice: unknown command frobnicate.\nSee: {string.Join(' ', ["sluice", .. path])} --help\n"), (unknown.Code, unknown.Error));
            if (path is not ([] or ["call"])) // Alone, these two list the commands.
            {
                var alone = await CommandLine.RunAsync(path);
                Assert.Equal((ExitCode.Usage, ""), (alone.Code, alone.Output));
                Assert.StartsWith($"sluice: {string.Join(' ', path)} needs a command: ", alone.Error, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task The_help_of_every_command_ends_with_an_example_that_calls_it()
    {
        foreach (var path in await PathsAsync(isGroup: false))
        {
            var help = await CommandLine.RunAsync([.. path, "--help"]);
            Assert.Equal((ExitCode.Done, ""), (help.Code, help.Error));
            var lines = help.Output.TrimEnd().Split('\n');
            Assert.Contains("Example", help.Output, StringComparison.Ordinal);
            Assert.StartsWith($"  sluice {string.Join(' ', path)}", lines[^1], StringComparison.Ordinal);
            Assert.Equal(help, await CommandLine.RunAsync(["help", .. path]));
        }
    }

    [Fact]
    public async Task A_value_that_looks_like_an_option_can_still_be_given()
    {
        var one = await CommandLine.RunAsync("explain", "--base-url", "http://127.0.0.1:1", "--", "--frobnicate");
        var other = await CommandLine.RunAsync("explain", "7", "--base-url=http://127.0.0.1:1", "--token", "--secret-of-another-server");

        Assert.Equal((ExitCode.Failed, ExitCode.Failed), (one.Code, other.Code)); // The server cannot be reached.
    }

    [Fact]
    public async Task The_version_and_its_commit_are_shown()
    {
        var reply = await CommandLine.RunAsync("--version");

        Assert.Equal(ExitCode.Done, reply.Code);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*( \(commit [0-9a-f]{40}\))?\n$", reply.Output);
    }

    [Fact, Slow]
    public async Task A_port_in_use_is_reported_without_a_stack_trace()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var reply = await CommandLine.RunProcessAsync(new Dictionary<string, string>(), "dev", "--ephemeral", "--port", $"{port}");

        Assert.Equal((1, "sluice: the port is taken by another program. Choose one with --port, or a free one with --port 0.\n"), (reply.Code, reply.Error));
    }

    [Fact, Slow]
    public async Task Only_companies_create_makes_a_missing_database_and_a_broken_one_is_named()
    {
        var directory = Directory.CreateTempSubdirectory("sluice-new-").FullName;
        var file = Path.Combine(directory, "sluice.db");
        try
        {
            foreach (var args in (string[][])[["companies", "list"], ["companies", "set", "A", "--cool-off-days", "1"], ["keys", "list"], ["keys", "create"], ["keys", "revoke", "slk_1"]])
            {
                var reply = await CommandLine.RunAsync([.. args, "--database", file]);
                Assert.Equal(ExitCode.Failed, reply.Code);
                Assert.StartsWith($"sluice: there is no database {file}.", reply.Error, StringComparison.Ordinal);
            }

            var broken = Path.Combine(directory, "broken.db");
            await File.WriteAllTextAsync(broken, new string('x', 10_000), TestContext.Current.CancellationToken);
            foreach (var args in (string[][])[["companies", "list"], ["serve", "--port", "0"], ["dev", "--port", "0"]])
            {
                var reply = await CommandLine.RunAsync([.. args, "--database", broken]);
                Assert.Equal((ExitCode.Failed, $"sluice: cannot use the database {broken}: it is not a SQLite database. Name another file with --database.\n"), (reply.Code, reply.Error));
            }

            Assert.Equal(ExitCode.Usage, (await CommandLine.RunAsync("companies", "create", " ", "--database", file)).Code);
            var made = await SluiceProcess.OutputAsync("companies", "create", "A", "--database", file);
            Assert.Equal($"Created \"A\" in {file}. Next:\n\nsluice keys create --company A --database {file}\n", made);
            Assert.Contains(@" --company '$(reboot) O'\''Brien' ", await SluiceProcess.OutputAsync("companies", "create", "$(reboot) O'Brien", "--database", file), StringComparison.Ordinal);
            var key = await CommandLine.RunProcessAsync(new Dictionary<string, string>(), "keys", "create", "--company", "A", "--scopes", "all,sluice:manage", "--database", file);
            Assert.Equal(0, key.Code);
            Assert.Contains("  all, sluice:manage  any\n", await SluiceProcess.OutputAsync("keys", "list", "--database", file), StringComparison.Ordinal);
            Assert.Equal(["$(reboot) O'Brien", "A"], (await SluiceProcess.OutputAsync("companies", "list", "--database", file)).Split('\n')[2..^1].Select(line => line.Split("  ")[1]).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <returns>The words of each command, without the program: those of <c>call</c> too.</returns>
    private static async Task<List<string[]>> PathsAsync(bool isGroup) =>
        [.. Walk(await SluiceCommand.CreateAsync(["call"]), []).Where(one => one.Command.Subcommands.Count > 0 == isGroup).Select(one => one.Path)];

    private static IEnumerable<(Command Command, string[] Path)> Walk(Command command, string[] path) =>
        command.Subcommands.SelectMany(one => Walk(one, [.. path, one.Name])).Prepend((command, path));
}
