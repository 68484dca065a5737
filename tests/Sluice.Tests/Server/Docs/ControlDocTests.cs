using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Sluice.Tests.Server.Docs;

/// <summary>Runs the examples of docs/control.md exactly as they are written, in a shell, against a fresh <c>sluice dev</c>.</summary>
[Slow]
public sealed partial class ControlDocTests
{
    [Fact]
    public async Task Every_example_succeeds()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral");
        var text = await File.ReadAllTextAsync(Repository.PathOf("docs", "control.md"), TestContext.Current.CancellationToken);
        var blocks = Block().Matches(text).Select(block => block.Groups[1].Value).ToList();

        // From last to first, because the first examples delete the flow that the last ones use.
        var answers = new List<string>();
        foreach (var block in Enumerable.Reverse(blocks))
        {
            answers.AddRange(await PasteAsync(block, server));
        }

        Assert.Equal(Curl().Count(text), answers.Count);
        Assert.DoesNotContain(answers, answer => !answer.Contains("\"requestId\":", StringComparison.Ordinal) || answer.Contains("\"errors\":", StringComparison.Ordinal));
    }

    /// <returns>The printed answer of each call. An answer that the shell reads into a variable is not printed.</returns>
    private static async Task<IEnumerable<string>> PasteAsync(string block, SluiceProcess server)
    {
        var here = Curl().Replace(block.Replace("http://127.0.0.1:4664/", server.Client.BaseAddress!.ToString(), StringComparison.Ordinal), "curl -s -w '\\n' ");
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", here]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("```\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    /// <summary>Matches a call of curl at the beginning of a line.</summary>
    [GeneratedRegex("^curl (-s )?", RegexOptions.Multiline)]
    private static partial Regex Curl();
}
