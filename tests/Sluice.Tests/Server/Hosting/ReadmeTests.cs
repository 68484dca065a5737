using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Sluice.Tests.Server.Hosting;

/// <summary>Runs the commands of README.md exactly as they are written and expects the answer that it prints.</summary>
[Slow]
public sealed partial class ReadmeTests
{
    private const string Engine = "## See the engine work";

    [Fact]
    public async Task The_commands_of_the_readme_work_as_written()
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("README.md"), TestContext.Current.CancellationToken);
        var curls = Curl().Matches(text[..text.IndexOf(Engine, StringComparison.Ordinal)]).Select(match => match.Value).ToList();
        var answer = Answer().Match(text).Groups[1].Value;
        Assert.Equal(2, curls.Count);

        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral");
        var database = (string)server.Ready["database"]!;
        Assert.Equal(RequestId().Replace(answer, ""), await PasteAsync(curls[0], server));
        Assert.Equal("""{"requestId":"","unassignedFlowInstanceIds":["1234361284629356"]}""", await PasteAsync(curls[1], server));
        Assert.Equal("""{"requestId":"","prospectsAssigned":[]}""", await PasteAsync(curls[0], server));

        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken); // Three calls a second are allowed.
        var told = await RunAsync(Block().Match(text, text.IndexOf(Engine, StringComparison.Ordinal)).Groups[1].Value, server);
        Assert.Contains("step_done", told, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"sent\"", told, StringComparison.Ordinal);
        Assert.Contains("Paused since Thursday 5 November 2026 at 09:00 because the prospect replied", told, StringComparison.Ordinal);

        Assert.True(File.Exists(database));
        Assert.Equal(0, await server.TerminateAsync());
        Assert.False(Directory.Exists(Path.GetDirectoryName(database)), "--ephemeral left something behind");
    }

    [Fact]
    public async Task The_script_for_CI_works_as_written()
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("README.md"), TestContext.Current.CancellationToken);
        var script = Block().Match(text, text.IndexOf("## In CI", StringComparison.Ordinal)).Groups[1].Value;
        var directory = Directory.CreateTempSubdirectory("sluice-ci-").FullName;

        var told = await ShellAsync($"cd {directory} && unset SLUICE_DATABASE\n{script.Replace("./sluice", SluiceProcess.Program, StringComparison.Ordinal)}wait");

        Assert.Contains("\"emailAddress\":\"test@test.com\"", told, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    /// <returns>The output without the requestId. The command uses the port of this server, so that tests can run side by side.</returns>
    private static async Task<string> PasteAsync(string command, SluiceProcess server)
    {
        Assert.Contains(" http://127.0.0.1:4664/", command, StringComparison.Ordinal);
        var here = command.Replace("http://127.0.0.1:4664/", server.Client.BaseAddress!.ToString(), StringComparison.Ordinal);
        return RequestId().Replace(await ShellAsync(here), "");
    }

    /// <summary>Runs a block of lines like <see cref="PasteAsync"/>; the lines that call <c>./sluice</c> use the program under test and this server.</summary>
    private static Task<string> RunAsync(string block, SluiceProcess server)
    {
        var address = server.Client.BaseAddress!.ToString();
        var sluice = SluiceProcess.Program;
        return ShellAsync(Ours().Replace(block.Replace("http://127.0.0.1:4664/", address, StringComparison.Ordinal), $"{sluice} $1 --url {address}"));
    }

    private static async Task<string> ShellAsync(string commands)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", commands]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode != 127, "The README's commands need curl: install it");
        return output;
    }

    [GeneratedRegex("```\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\./sluice ([^|\n]*?)(?= *(\||$))", RegexOptions.Multiline)]
    private static partial Regex Ours();

    [GeneratedRegex("^curl .*$", RegexOptions.Multiline)]
    private static partial Regex Curl();

    [GeneratedRegex("^(\\{\"requestId\":.*\\})$", RegexOptions.Multiline)]
    private static partial Regex Answer();

    [GeneratedRegex("(?<=\"requestId\":\")[0-9a-z]{18,19}(?=\")")]
    private static partial Regex RequestId();
}
