using Npgsql;

namespace Sluice.Tests.Server.Docs;

/// <summary>
/// Pastes docs/operating.md whole, from top to bottom, exactly as it is written. In place of the page's database of the service, the test names its own
/// empty one.
/// </summary>
[Slow]
public sealed class OperatingDocTests
{
    private const string File = "/var/lib/sluice/sluice.db";
    private const string ForPsql = "host=db dbname=sluice user=sluice";

    [Theory, EveryDatabase]
    public async Task The_page_pasted_from_top_to_bottom_works_as_written(Database database)
    {
        await using var service = await TestDatabase.CreateAsync(database);
        var (psql, environment) = database == Database.Postgres ? Psql(service.Connection) : (ForPsql, []);

        var blocks = await PastedPage.PasteAsync(
            "docs/operating.md",
            database,
            text => text.Replace($"={File}", $"='{service.Connection}'", StringComparison.Ordinal).Replace(ForPsql, psql, StringComparison.Ordinal),
            environment);

        var told = blocks.Single(block => block.Text.Contains("sluice apply examples/flows", StringComparison.Ordinal)).Output;
        Assert.Contains("+ flow Cold outreach\n3 created, 0 changed, 0 deleted.\n", told, StringComparison.Ordinal);
        Assert.Contains("  c-1: would be assigned\n", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Warning: ", told, StringComparison.Ordinal);
        Assert.Contains("Note: This server was started without --smtp", told, StringComparison.Ordinal);
        Assert.Contains("\"flowName\":\"Cold outreach\",\"crmProspectId\":\"c-1\"", told, StringComparison.Ordinal);
        Assert.Contains("c-1 in Cold outreach, owned by test@test.com: ", told, StringComparison.Ordinal);
        Assert.Contains(blocks, block => block.Text.Contains("docs/delete-old.sql", StringComparison.Ordinal) && (database == Database.Sqlite || block.Output.Contains("DELETE 0\n", StringComparison.Ordinal)));
    }

    /// <returns>How psql reaches the database.</returns>
    private static (string Connection, Dictionary<string, string> Environment) Psql(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        return ($"host={settings.Host} dbname={settings.Database} user={settings.Username}", new() { ["PGOPTIONS"] = $"--search_path={settings.SearchPath}", ["PGPASSWORD"] = settings.Password ?? "" });
    }
}
