using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Sluice.Tests.Server.Hosting;

/// <summary>Runs the commands of docs/operating.md that lead from an empty <c>sluice serve</c> to a prospect in a flow.</summary>
[Slow]
public sealed partial class FirstFlowTests
{
    [Fact]
    public async Task The_commands_for_a_first_flow_work_as_written()
    {
        var directory = Directory.CreateTempSubdirectory("sluice-first-").FullName;
        var database = Path.Combine(directory, "sluice.db");
        await using (var server = await SluiceProcess.StartAsync("serve", "--database", database))
        {
            var text = await File.ReadAllTextAsync(Repository.PathOf("docs", "operating.md"), TestContext.Current.CancellationToken);
            var commands = Block().Match(text, text.IndexOf("### The first flow", StringComparison.Ordinal)).Groups[1].Value;

            var told = await ShellAsync(
                commands.Replace("http://127.0.0.1:4664/", server.Client.BaseAddress!.ToString(), StringComparison.Ordinal).Replace("examples/", Repository.PathOf("examples/"), StringComparison.Ordinal),
                directory,
                database,
                server);

            Assert.Contains("+ flow Cold outreach\n3 created, 0 changed, 0 deleted.\n", told, StringComparison.Ordinal);
            Assert.Contains("  c-1: would be assigned\n", told, StringComparison.Ordinal);
            Assert.Contains("\"flowName\":\"Cold outreach\",\"crmProspectId\":\"c-1\"", told, StringComparison.Ordinal);
        }

        Directory.Delete(directory, recursive: true);
    }

    private static async Task<string> ShellAsync(string commands, string directory, string database, SluiceProcess server)
    {
        var start = new ProcessStartInfo("sh", ["-ec", commands]) { RedirectStandardOutput = true, WorkingDirectory = directory };
        start.Environment["PATH"] = $"{Path.GetDirectoryName(SluiceProcess.Program)}:{start.Environment["PATH"]}";
        start.Environment["SLUICE_DATABASE"] = database;
        start.Environment["SLUICE_BASE_URL"] = server.Client.BaseAddress!.ToString();
        using var shell = Process.Start(start)!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, output);
        return output;
    }

    [GeneratedRegex("```\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
