using Sluice.Cli.Shared;

namespace Sluice.Tests.Cli;

/// <summary>Every command that calls a server says so if the server is none of ours, and each command of <c>dev</c> if it is <c>serve</c>.</summary>
public sealed class ForeignServerTests
{
    private static readonly string[][] Commands =
    [
        ["call", "list-users"], ["call", "get-user", "--id", "1"], ["logs", "tail"], ["explain", "1"], ["plan", "a", "--flow", "1", "--owner", "a@b.example"], ["trigger", "reply", "--instance", "1"],
        ["clock", "show"], ["clock", "advance", "3d"], ["clock", "freeze"], ["export"], ["export", "--json"],
    ];

    [Theory]
    [InlineData("200 OK", "text/html", "<html>Welcome</html>", "", "answered 200 with a web page instead of the API's JSON. Is it a Sluice server")]
    [InlineData("200 OK", "application/json", "", "", "answered 200 with nothing instead of the API's JSON")]
    [InlineData("200 OK", "application/json", "null", "", "answered 200 with other JSON instead of the API's JSON")]
    [InlineData("200 OK", "application/json", "[{\"id\":1}]", "", "answered 200 with other JSON")]
    [InlineData("200 OK", "text/plain", "pong", "", "answered 200 with a text instead")]
    [InlineData("302 Found", "text/html", "", "Location: https://login.example/start?from=here\r\n", "redirects to https://login.example/start. If that is the server, give its URL with --base-url.")]
    public async Task An_answer_of_another_program_is_recognised(string status, string type, string body, string header, string why)
    {
        await using var server = new AnswerServer(AnswerServer.Http(status, type, body, header));
        foreach (var command in Commands)
        {
            var reply = await CommandLine.RunAsync([.. command, "--base-url", $"http://127.0.0.1:{server.Port}"]);
            Assert.True(reply.Code == ExitCode.Failed && reply.Error.Contains(why, StringComparison.Ordinal) && reply.Error.Count(letter => letter == '\n') == 1, $"{string.Join(' ', command)}: {reply}");
        }
    }

    [Theory]
    [InlineData("404 Not Found", "text/html", "<html>nginx</html>", "answered 404 with a web page instead of the API's JSON", ExitCode.Refused)]
    [InlineData("502 Bad Gateway", "text/html", "<html>nginx</html>", "answered 502 with a web page instead of the API's JSON", ExitCode.ServerFault)]
    [InlineData("500 Oh", "application/json", "{\"error\":\"boom\"}", "answered 500 with other JSON instead of the API's JSON", ExitCode.ServerFault)]
    public async Task A_refusal_of_another_program_is_recognised(string status, string type, string body, string why, int code)
    {
        await using var server = new AnswerServer(AnswerServer.Http(status, type, body));
        foreach (var command in Commands)
        {
            var reply = await CommandLine.RunAsync([.. command, "--base-url", $"http://127.0.0.1:{server.Port}"]);
            Assert.True(reply.Code == code && reply.Error.Contains(why, StringComparison.Ordinal), $"{string.Join(' ', command)}: {reply}");
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_production_server_has_no_clock_and_says_where_there_is_one(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var key = await app.HasKeyAsync(["sluice:manage"]);
        string[] to = ["--url", app.Address.ToString()];
        foreach (var command in (string[][])[["show"], ["advance", "3d"], ["set", "2026-12-24T09:00:00-08:00"], ["freeze"], ["run"]])
        {
            var reply = await CommandLine.RunAsync(["clock", .. command, .. to, "--key", key.AccessKey, "--secret", key.AccessKeySecret]);
            Assert.Equal((ExitCode.Refused, "", "sluice: Only sluice dev has a clock that can be moved; sluice serve has none.\n"), (reply.Code, reply.Output, reply.Error));
            Assert.Equal(reply, await CommandLine.RunAsync(["clock", .. command, .. to])); // Also without a key.
        }

        var logs = await CommandLine.RunAsync(["logs", "tail", .. to, "--key", key.AccessKey, "--secret", key.AccessKeySecret]);
        Assert.Equal((ExitCode.Refused, "sluice: sluice serve records requests only with --record-requests.\n"), (logs.Code, logs.Error));
    }
}
