namespace Sluice.Tests.Server.Docs;

/// <summary>
/// Pastes docs/operating.md whole, from top to bottom, exactly as it is written. In place of the service's database and
/// of /opt, the test names an empty database and folder of its own.
/// </summary>
[Slow]
public sealed class OperatingDocTests
{
    private const string File = "/var/lib/sluice/sluice.db";

    /// <summary>Makes an archive as one downloads it, with a program that is the one under test.</summary>
    private static readonly string MakeArchive = $"""
        mkdir ../sluice-0.1.0-linux-x64
        printf '#!/bin/sh\nexec "{SluiceProcess.Program}" "$@"\n' >../sluice-0.1.0-linux-x64/sluice
        chmod +x ../sluice-0.1.0-linux-x64/sluice
        tar -czf sluice-0.1.0-linux-x64.tar.gz -C .. sluice-0.1.0-linux-x64
        sha256sum sluice-0.1.0-linux-x64.tar.gz >sluice-0.1.0-linux-x64.tar.gz.sha256

        """;

    [Theory, EveryDatabase]
    public async Task The_page_pasted_from_top_to_bottom_works_as_written(Database database)
    {
        await using var service = await TestDatabase.CreateAsync(database);
        var opt = Directory.CreateTempSubdirectory("sluice-opt-").FullName;

        var blocks = await PastedPage.PasteAsync("docs/operating.md", new PasteOptions
        {
            Replace = text => text.Replace($"={File}", $"='{service.Connection}'", StringComparison.Ordinal).Replace("/opt", opt, StringComparison.Ordinal),
            Setup = MakeArchive,
        });

        Assert.Contains("sluice-0.1.0-linux-x64.tar.gz: OK", blocks[0].Output, StringComparison.Ordinal);
        var told = blocks.Single(block => block.Text.Contains("sluice apply examples/flows", StringComparison.Ordinal)).Output;
        Assert.Contains("+ flow Cold outreach\n3 created, 0 changed, 0 deleted.\n", told, StringComparison.Ordinal);
        Assert.Contains("  c-1: would be assigned\n", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Warning: ", told, StringComparison.Ordinal);
        Assert.Contains("Note: This server was started without --smtp", told, StringComparison.Ordinal);
        Assert.Contains("\"flowName\":\"Cold outreach\",\"crmProspectId\":\"c-1\"", told, StringComparison.Ordinal);
        Assert.Contains("c-1 in Cold outreach, owned by test@test.com: ", told, StringComparison.Ordinal);
        Assert.Contains("Nothing is that old.", blocks.Single(block => block.Text.Contains("--dry-run", StringComparison.Ordinal)).Output, StringComparison.Ordinal);
        Directory.Delete(opt, recursive: true);
    }
}
