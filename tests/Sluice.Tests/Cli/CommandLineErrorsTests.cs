using System.Net;
using System.Net.Sockets;
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
    [InlineData("keys needs a command: create, list, revoke.\nSee: sluice keys --help", "keys")]
    [InlineData("explain needs <id>.\nSee: sluice explain --help", "explain")]
    [InlineData("--flow is required.\nsluice: --owner is required.\nSee: sluice plan --help", "plan", "ada")]
    [InlineData("--port needs a value.\nSee: sluice dev --help", "dev", "--port")]
    [InlineData("--port takes a whole number, not many.\nSee: sluice dev --help", "dev", "--port", "many")]
    [InlineData("--expires takes a time such as 2027-12-31T00:00:00Z, not soon.\nSee: sluice keys create --help", "keys", "create", "--expires", "soon")]
    [InlineData("--profile takes one of documented, observed, not live.\nSee: sluice dev --help", "dev", "--profile", "live")]
    [InlineData("<what> takes one of reply, bounce, ooo, meeting, unsubscribe, callback, not smoke.\nSee: sluice trigger --help", "trigger", "smoke", "--instance", "1")]
    [InlineData("--port takes 0 to 65535, not 70000.", "dev", "--ephemeral", "--port", "70000")]
    [InlineData("--host takes an IP address, such as 127.0.0.1 or ::1, not example.com.", "serve", "--host", "example.com")]
    [InlineData("--from and --to are the same database.", "migrate", "copy", "--from", "/dev/zero", "--to", "/dev/../dev/zero")]
    public async Task A_wrong_command_line_gets_a_sentence(string why, params string[] args)
    {
        var reply = await CommandLine.RunAsync(args);

        Assert.Equal((ExitCode.Usage, "", $"sluice: {why}\n"), (reply.Code, reply.Output, reply.Error));
    }

    [Fact]
    public async Task Without_arguments_the_help_is_shown() => Assert.Equal(await CommandLine.RunAsync("--help"), await CommandLine.RunAsync());

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
            foreach (var args in (string[][])[["companies", "list"], ["companies", "set", "A"], ["keys", "list"], ["keys", "create"], ["keys", "revoke", "slk_1"]])
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
                Assert.Equal((ExitCode.Failed, $"sluice: cannot use the database {broken}: SQLite Error 26: 'file is not a database'.\n"), (reply.Code, reply.Error));
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
}
