namespace Sluice.Tests.Server.Docs;

/// <summary>Pastes docs/sandboxes.md whole, from top to bottom, exactly as it is written, against a fresh <c>sluice dev</c>.</summary>
[Slow]
public sealed class SandboxDocTests
{
    [Fact]
    public async Task Every_command_succeeds_if_the_page_is_pasted_from_top_to_bottom()
    {
        var blocks = (await PastedPage.PasteAsync("docs/sandboxes.md")).Where(block => !block.IsServer).Select(block => block.Output).ToList();

        Assert.DoesNotContain(blocks, output => output.Contains("\"errors\":", StringComparison.Ordinal) || output.Contains("sluice: ", StringComparison.Ordinal));
        Assert.Contains("\"now\":\"2026-11-05T09:00:00-08:00\"", blocks[0], StringComparison.Ordinal);
        Assert.Contains("changed  flow_instances", blocks[1], StringComparison.Ordinal);
        Assert.Contains("2026-11-02T09:00:00-08:00", blocks[2], StringComparison.Ordinal);
    }
}
