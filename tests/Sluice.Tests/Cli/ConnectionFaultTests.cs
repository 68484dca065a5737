using Sluice.Cli.Shared;

namespace Sluice.Tests.Cli;

/// <summary>If a call gets no answer, a person learns why, and what to do. Nobody is sent to an inner exception.</summary>
public sealed class ConnectionFaultTests
{
    private static readonly DateTimeOffset Past = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Future = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_untrusted_certificate_is_named()
    {
        await using var server = new AnswerServer("", AnswerServer.Certificate("127.0.0.1", Past, Future));

        await ShouldSayAsync($"https://127.0.0.1:{server.Port}", "its certificate is not accepted: it is self-signed, and this machine does not trust it. If this is your own server, add");
    }

    [Fact]
    public async Task An_unknown_issuer_is_named()
    {
        using var issuer = AnswerServer.Certificate("Our own authority", Past, Future);
        await using var server = new AnswerServer("", AnswerServer.Certificate("127.0.0.1", Past, Future, issuer));

        await ShouldSayAsync($"https://127.0.0.1:{server.Port}", "this machine does not trust its issuer (CN=Our own authority)");
    }

    [Fact]
    public async Task An_expired_certificate_and_one_of_the_future_are_named()
    {
        await using var old = new AnswerServer("", AnswerServer.Certificate("127.0.0.1", Past, Past.AddDays(1)));
        await using var early = new AnswerServer("", AnswerServer.Certificate("127.0.0.1", Future, Future.AddDays(1)));

        await ShouldSayAsync($"https://127.0.0.1:{old.Port}", "it expired on 2001-01-02");
        await ShouldSayAsync($"https://127.0.0.1:{early.Port}", "it is valid only from 2090-01-01 on; this machine's clock says ");
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_named()
    {
        await using var server = new AnswerServer("", AnswerServer.Certificate("other.example", Past, Future));

        await ShouldSayAsync($"https://127.0.0.1:{server.Port}", "it is for other.example, not for 127.0.0.1");
    }

    [Fact]
    public async Task Http_and_https_are_not_confused_in_silence()
    {
        await using var plain = new AnswerServer(AnswerServer.Http("200 OK", "text/plain", "hello"));
        await using var secure = new AnswerServer("", AnswerServer.Certificate("127.0.0.1", Past, Future));

        await ShouldSayAsync($"https://127.0.0.1:{plain.Port}", $"that port speaks HTTP without TLS. Use http://127.0.0.1:{plain.Port}.");
        await ShouldSayAsync($"http://127.0.0.1:{secure.Port}", $"that port speaks TLS. Use https://127.0.0.1:{secure.Port}.");
    }

    [Fact]
    public async Task A_server_that_hangs_up_and_one_that_speaks_no_http_are_told_apart()
    {
        await using var gone = new AnswerServer("");
        await using var other = new AnswerServer("220 mail.example ESMTP\r\n");

        await ShouldSayAsync($"http://127.0.0.1:{gone.Port}", "closed the connection before it answered. It may have carried out the request: check before you send it again.");
        await ShouldSayAsync($"http://127.0.0.1:{other.Port}", "does not answer as an HTTP server does. Is the port right?");
    }

    [Fact]
    public async Task A_port_without_a_server_and_an_unknown_name_are_told_apart()
    {
        await ShouldSayAsync("http://127.0.0.1:1", "nothing listens on port 1 of 127.0.0.1. Is the server running? Start one with: sluice dev");
        var reply = await CommandLine.RunAsync("call", "list-users", "--base-url", "http://nosuch.invalid");
        Assert.Matches("^sluice: cannot reach http://nosuch.invalid: (no machine is called nosuch.invalid|the name nosuch.invalid cannot be looked up now)", reply.Error);
    }

    [Fact]
    public void A_connection_that_comes_too_late_is_told_from_an_answer_that_does()
    {
        Assert.Contains("there was no answer for ten seconds", ConnectionFault.DescribeLate("http://h", hasConnected: false), StringComparison.Ordinal);
        Assert.Contains("did not answer in time. It may have carried out the request", ConnectionFault.DescribeLate("http://h", hasConnected: true), StringComparison.Ordinal);
    }

    [Fact, Slow]
    public async Task A_proxy_that_fails_is_named_without_its_password()
    {
        await using var strict = new AnswerServer("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");

        var gone = await ThroughProxyAsync("http://user:geheim@127.0.0.1:1", "http://sluice.example");
        var refused = await ThroughProxyAsync($"http://user:geheim@127.0.0.1:{strict.Port}", "https://sluice.example");

        Assert.Contains("cannot reach http://sluice.example through the proxy 127.0.0.1:1 that the environment names ($HTTP_PROXY, $HTTPS_PROXY; $NO_PROXY makes exceptions): nothing listens on port 1 of 127.0.0.1.\n", gone.Error, StringComparison.Ordinal);
        Assert.Contains($"the proxy 127.0.0.1:{strict.Port} does not let us through: it answered 407 (it wants a user and a password, or other ones).", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", gone.Error + refused.Error, StringComparison.Ordinal);
    }

    private static Task<CliReply> ThroughProxyAsync(string proxy, string server) =>
        CommandLine.RunProcessAsync(new Dictionary<string, string> { ["http_proxy"] = proxy, ["https_proxy"] = proxy, ["no_proxy"] = "" }, "call", "list-users", "--base-url", server);

    private static async Task ShouldSayAsync(string server, string why)
    {
        foreach (var command in (string[][])[["call", "list-users"], ["clock", "show"], ["logs", "tail"]])
        {
            var reply = await CommandLine.RunAsync([.. command, "--base-url", server]);
            Assert.Equal((ExitCode.Failed, ""), (reply.Code, reply.Output));
            Assert.Contains(why, reply.Error, StringComparison.Ordinal);
            Assert.Equal(1, reply.Error.Count(letter => letter == '\n'));
            Assert.DoesNotContain("inner exception", reply.Error, StringComparison.OrdinalIgnoreCase);
        }
    }
}
