using System.Text.Json.Nodes;
using Sluice.Cli;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;

namespace Sluice.Tests.Cli;

/// <summary><c>sluice logs tail</c>. These are the only tests that redirect the standard output of the test process.</summary>
public sealed class LogsCommandTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task People_get_a_line_for_each_request_with_its_hints_below(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, OverKestrel = true });
        var (key, _) = CreateApiKey.MakePublished(app.Tenant.Id, app.NextId(), "phrase", app.Clock.GetUtcNow()); // The demo company has one; calls without a key act for it.
        await new ApiKeyStore(app.Db, acceptDevOnly: true).AddAsync(key, CancellationToken.None);
        var reply = await app.GetAsync($"/v2/flows?flowEmailOwner=x");
        await app.GetAsync("/v2/%1B[2J");

        var lines = (await RunAsync(app)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(
            $"2026-03-02 01:00:00.000-08:00  400      0.0 ms  GET /v2/flows?flowEmailOwner=x  {reply.RequestId} {app.Tenant.Key.AccessKey[..12]}…",
            lines[0]);
        Assert.Equal("→ The parameter flowEmailOwner has no effect. Did you mean flowOwnerEmail?", lines[1].Trim());
        Assert.DoesNotContain('\u001b', string.Concat(lines));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Scripts_get_a_line_of_json_for_each_request_and_a_key_is_accepted(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { RecordRequests = true, OverKestrel = true });
        var key = await app.HasKeyAsync([Scopes.Manage]);
        var first = await app.ListAsync("ada");
        var second = await app.ListAsync("zoe");

        var lines = (await RunAsync(app, "--json", "--key", key.AccessKey, "--secret", key.AccessKeySecret)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal([first.RequestId, second.RequestId], lines.Select(line => (string?)JsonNode.Parse(line)!["requestId"]));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_server_that_records_no_requests_is_an_error(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);

        Assert.Equal(ExitCode.Refused, await SluiceCommand.RunAsync(["logs", "tail", "--url", app.Address.ToString()]));
    }

    private static async Task<string> RunAsync(TestApp app, params string[] options)
    {
        var (before, text) = (Console.Out, new StringWriter());
        Console.SetOut(text);
        try
        {
            Assert.Equal(0, await SluiceCommand.RunAsync(["logs", "tail", "--url", app.Address.ToString(), .. options]));
        }
        finally
        {
            Console.SetOut(before);
        }

        return text.ToString();
    }
}
