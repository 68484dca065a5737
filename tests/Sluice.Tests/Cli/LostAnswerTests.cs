using Microsoft.Extensions.DependencyInjection;
using Sluice.Cli.Shared;
using Sluice.Server.Dev.Faults;
using Sluice.Server.Dev.Requests;

namespace Sluice.Tests.Cli;

/// <summary>A command whose answer is lost sends a write again, and it is still done once.</summary>
public sealed class LostAnswerTests
{
    private static readonly PlannedFault Lost = new("/v2/flows", 1, null, null, null, Lost: true);

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_write_whose_answer_is_lost_is_done_once_and_its_answer_is_shown(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, OverKestrel = true });
        string[] bulk = ["call", "begin-bulk-assignment", "--flow-id", $"{app.Tenant.Flow.Id}", "--flow-instance-owner-email", TestApp.RepEmail, "--prospects", """[{"crmId":"ada"}]"""];
        app.Services.GetRequiredService<PlannedFaults>().Add(app.Tenant.Id, Lost);

        var reply = await CommandLine.RunAsync(app, bulk);

        Assert.Equal((ExitCode.Done, ""), (reply.Code, reply.Error));
        var job = Assert.Single(await app.Db.QueryAsync($"select id from bulk_jobs", row => row.GetString(0), CancellationToken.None));
        Assert.Contains(job, reply.Output, StringComparison.Ordinal);
        Assert.Equal([("POST", null), ("GET", 200), ("POST", (int?)202)], app.Services.GetRequiredService<RequestLog>().Read(null).Select(request => (request.Method, request.Status))); // In between, it asks whether the server knows keys.

        // Each command has a key of its own, and without retries there is none.
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync(app, bulk)).Code);
        app.Services.GetRequiredService<PlannedFaults>().Add(app.Tenant.Id, Lost);
        Assert.Equal(ExitCode.Failed, (await CommandLine.RunAsync(app, [.. bulk, "--no-retry"])).Code);
        Assert.Equal(3, (await app.Db.QueryAsync($"select id from bulk_jobs", row => row.GetString(0), CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_write_is_not_sent_again_to_a_server_that_knows_no_keys()
    {
        await using var server = new AnswerServer("");

        var reply = await CommandLine.RunAsync(["call", "unassign-flows-by-crm-id", "--crm-prospect-id", "ada", "--base-url", $"http://127.0.0.1:{server.Port}", "--token", "slt_1"]);

        Assert.Equal(ExitCode.Failed, reply.Code);
        Assert.EndsWith("closed the connection before it answered. It may have carried out the request: check before you send it again.\n", reply.Error, StringComparison.Ordinal);
        Assert.Single(server.Heard, line => line.StartsWith("POST ", StringComparison.Ordinal));
        Assert.Contains(server.Heard, line => line == "GET /openapi/sluice.json HTTP/1.1");
    }
}
