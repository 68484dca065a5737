using Sluice.Cli.Shared;

namespace Sluice.Tests.Cli;

/// <summary>A command that takes long shows that it works: on standard error, and only to a person.</summary>
[Slow]
public sealed class ProgressBarTests
{
    private static readonly string Answer = AnswerServer.Http("200 OK", "application/json", """{"requestId":"1","documents":[]}""");

    [Fact]
    public async Task A_slow_server_is_waited_for_with_a_sign_of_life_on_a_terminal()
    {
        Assert.SkipUnless(Terminal.Exists, "The test needs the program script, which gives a command a terminal");
        await using var server = new AnswerServer(Answer, delay: TimeSpan.FromSeconds(4));
        var file = Path.GetTempFileName();

        var seen = await Terminal.RunAsync($"{Terminal.Sluice} export --json --base-url http://127.0.0.1:{server.Port} > {file}", 80);

        Assert.Contains($"Waiting for http://127.0.0.1:{server.Port}", seen, StringComparison.Ordinal);
        Assert.Equal("{\"documents\":[]}\n", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_script_sees_no_progress()
    {
        await using var server = new AnswerServer(Answer, delay: TimeSpan.FromSeconds(4));

        var reply = await CommandLine.RunProcessAsync(new Dictionary<string, string>(), "export", "--json", "--base-url", $"http://127.0.0.1:{server.Port}");

        Assert.Equal(new CliReply(ExitCode.Done, "{\"documents\":[]}\n", ""), reply);
    }
}
