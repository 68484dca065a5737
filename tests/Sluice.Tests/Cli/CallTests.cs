using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Cli;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Server.Dev.Requests;

namespace Sluice.Tests.Cli;

/// <summary>The requests that <c>sluice call</c> sends, what it shows, and its exit codes for scripts.</summary>
public sealed class CallTests
{
    private const string AboveDoubles = "9007199254740993";

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Scripts_tell_failures_apart_by_the_exit_code(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);

        await ShouldExit(ExitCode.Failed, "cannot reach http://127.0.0.1:1", ["call", "list-users", "--base-url", "http://127.0.0.1:1"]);
        await ShouldExit(ExitCode.Failed, "there is no file", CommandLine.At(app, "call", "upload-crm-objects", "--data-file", "/nowhere"));
        await ShouldExit(ExitCode.Refused, "400 flowOwnerEmail parameter is missing (requestId ", CommandLine.At(app, "call", "list-flows"));
        await ShouldExit(ExitCode.Refused, "404 User not found", CommandLine.At(app, "call", "get-user", "--id", "1"));
        await ShouldExit(ExitCode.Refused, "401 Validate credentials failed", ["call", "list-users", "--base-url", app.Address.ToString(), "--token", "slt_none"]);
        await app.Db.ExecuteAsync($"drop table workspaces", CancellationToken.None);
        await ShouldExit(ExitCode.ServerFault, "500 Internal server error occurred", CommandLine.At(app, "call", "list-workspaces"));
    }

    [Theory]
    [InlineData("unknown command list-flowz. Did you mean list-flows?", "list-flowz")]
    [InlineData("unknown option --crm-prospect-ids. Did you mean --crm-prospects-ids?", "list-assigned-flows", "--crm-prospect-ids", "a")]
    [InlineData("get-user needs --id", "get-user")]
    [InlineData("upload-crm-objects needs --data-file", "upload-crm-objects")]
    [InlineData("--id is given more than once", "get-user", "--id", "1", "--id", "2")]
    [InlineData("--overrides takes JSON", "assign-prospects", "--overrides", "{")]
    [InlineData("--overrides takes an object", "assign-prospects", "--overrides", "[]")]
    [InlineData("--prospects takes an array", "begin-bulk-assignment", "--prospects", "{}")]
    [InlineData("--most-recently-assigned takes a boolean, not maybe", "list-flows", "--most-recently-assigned", "maybe")]
    [InlineData("only set fields of a --body that is a JSON object", "list-assigned-flows", "--body", "[]", "--crm-prospects-ids", "a")]
    [InlineData("--json and --table cannot be used together", "list-users", "--json", "--table")]
    [InlineData("--base-url takes a URL", "list-users", "--base-url", "ftp://example.com")]
    [InlineData("--base-url takes a URL", "list-users", "--base-url", "http://key:secret@example.com")]
    [InlineData("a key without its secret", "list-users", "--key", "slk_1")]
    [InlineData("a key and a token", "list-users", "--key", "slk_1", "--secret", "s", "--token", "slt_1")]
    public Task A_wrong_command_line_is_refused_and_nothing_is_sent(string why, params string[] args) => ShouldExit(ExitCode.Usage, why, ["call", .. args]);

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Flags_become_the_body_they_name_and_an_id_keeps_its_digits(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { OverKestrel = true, RecordRequests = true });
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $$"""{"filter":{"userId":{{AboveDoubles}},"types":["FLOW"]},"own":1.50}""");

        await CommandLine.RunAsync(app, "call", "list-tasks", "--body", $"@{file}", "--filter.task-action", "CALL", "--filter.status", "OPEN,DONE", "--filter.workspace-id", AboveDoubles);
        await CommandLine.RunAsync(app, "call", "list-assigned-flows", "--crm-prospects-ids", """["a,b"," c "]""");
        await CommandLine.RunAsync(app, "call", "unassign-flows-by-instance-id", "--flow-instance-ids", AboveDoubles, "2");

        Assert.Equal(
            [
                $$$"""{"filter":{"userId":{{{AboveDoubles}}},"types":["FLOW"],"taskAction":["CALL"],"status":["OPEN","DONE"],"workspaceId":"{{{AboveDoubles}}}"}}""",
                """{"crmProspectsIds":["a,b"," c "]}""",
                $$"""{"flowInstanceIds":["{{AboveDoubles}}","2"]}""",
            ],
            app.Services.GetRequiredService<RequestLog>().Read(null).Select(request => WithoutUnknown(request.Body)));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task All_pages_are_followed_by_parameter_and_by_field(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        for (var i = 0; i < 100; i++)
        {
            await app.HasUserAsync($"user-{i}@example.com");
        }

        foreach (var operation in (string[])["list-users", "list-users-filtered"])
        {
            var pages = (await CommandLine.RunAsync(app, "call", operation, "--all-pages")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal([100, 1], pages.Select(page => JsonNode.Parse(page)!["users"]!.AsArray().Count));
        }

        Assert.Contains("page 0, 100 of 101; next: --cursor ", (await CommandLine.RunAsync(app, "call", "list-users", "--table")).Output, StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_call_that_comes_too_often_waits_and_comes_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await app.HasSettingsAsync(company => company with { Limits = new CompanyLimits(1, 0) });
        app.Clock.Advance(TimeSpan.FromSeconds(2)); // Now the server reads the key again.
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync(app, "call", "list-users")).Code);

        Assert.Equal(ExitCode.RateLimited, (await CommandLine.RunAsync(app, "call", "list-users", "--no-retry")).Code);
        var written = new StringWriter();
        var error = TextWriter.Synchronized(written);
        var waiting = SluiceCommand.RunAsync(CommandLine.At(app, "call", "list-users"), new StringWriter(), error);
        await Eventually.UntilAsync(IsSaid);
        app.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ExitCode.Done, await waiting);

        bool IsSaid()
        {
            lock (error)
            {
                return written.ToString().Contains("retrying in 1 s", StringComparison.Ordinal);
            }
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_quota_of_the_day_is_not_waited_for(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await app.HasSettingsAsync(company => company with { Limits = new CompanyLimits(0, 1) });
        app.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync(app, "call", "list-users")).Code);

        var refused = await CommandLine.RunAsync(app, "call", "list-users");

        Assert.Equal(ExitCode.RateLimited, refused.Code);
        Assert.Contains("API request limit exceeded", refused.Error, StringComparison.Ordinal);
    }

    private static async Task ShouldExit(int code, string why, string[] args)
    {
        var cli = await CommandLine.RunAsync(args);

        Assert.Equal((code, true), (cli.Code, (cli.Error + cli.Output).Contains(why, StringComparison.Ordinal)));
    }

    /// <summary>Removes the unknown field: the log keeps its name but not its value.</summary>
    private static string WithoutUnknown(string? body)
    {
        var json = JsonNode.Parse(body!)!.AsObject();
        json.Remove("own");
        return json.ToJsonString();
    }
}
