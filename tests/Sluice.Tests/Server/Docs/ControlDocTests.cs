using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Sluice.Tests.Server.Docs;

/// <summary>The examples of docs/control.md as they are written there, pasted into a shell beside a fresh <c>sluice dev</c>.</summary>
[Slow]
public sealed partial class ControlDocTests
{
    [Fact]
    public async Task Every_example_is_answered_well()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral");
        var text = await File.ReadAllTextAsync(Repository.PathOf("docs", "control.md"), TestContext.Current.CancellationToken);
        var blocks = Block().Matches(text).Select(block => block.Groups[1].Value).ToList();

        // From the end, as the first ones delete the flow that the last ones speak of.
        var answers = new List<string>();
        foreach (var block in Enumerable.Reverse(blocks))
        {
            answers.AddRange(await PasteAsync(block, server));
        }

        Assert.Equal(Curl().Count(text), answers.Count);
        Assert.DoesNotContain(answers, answer => !answer.Contains("\"requestId\":", StringComparison.Ordinal) || answer.Contains("\"errors\":", StringComparison.Ordinal));
    }

    /// <returns>What each call answers; what is read into a variable is not shown.</returns>
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

    /// <summary>At the beginning of a line.</summary>
    [GeneratedRegex("^curl (-s )?", RegexOptions.Multiline)]
    private static partial Regex Curl();
}
