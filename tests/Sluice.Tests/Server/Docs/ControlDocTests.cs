using System.Text.RegularExpressions;

namespace Sluice.Tests.Server.Docs;

/// <summary>Pastes docs/control.md whole, from top to bottom, exactly as it is written, against a fresh <c>sluice dev</c>.</summary>
[Slow]
public sealed partial class ControlDocTests
{
    [Fact]
    public async Task Every_example_succeeds_if_the_page_is_pasted_from_top_to_bottom()
    {
        var blocks = await PastedPage.PasteAsync("docs/control.md");

        foreach (var block in blocks.Where(block => !block.IsServer))
        {
            var answers = block.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal((block.Text, Curl().Count(block.Text)), (block.Text, answers.Length));
            Assert.DoesNotContain(answers, answer => !answer.Contains("\"requestId\":", StringComparison.Ordinal) || answer.Contains("\"errors\":", StringComparison.Ordinal));
        }
    }

    /// <summary>Matches a call of curl at the beginning of a line. An answer that the shell reads into a variable is not printed.</summary>
    [GeneratedRegex("^curl ", RegexOptions.Multiline)]
    private static partial Regex Curl();
}
