using System.Net;
using Sluice.Cli.Shared;
using Sluice.Server.Hosting;

namespace Sluice.Tests.Cli;

/// <summary>Calls to this machine never go through a proxy; all others do if the environment names one.</summary>
public sealed class ProxyTests
{
    [Theory]
    [InlineData("http://localhost:4664", true)]
    [InlineData("http://LOCALHOST.", true)]
    [InlineData("https://sluice.localhost/v2", true)]
    [InlineData("http://127.0.0.1", true)]
    [InlineData("http://127.8.9.1:80", true)]
    [InlineData("http://[::1]:4664", true)]
    [InlineData("http://[::ffff:127.0.0.1]", true)]
    [InlineData("http://0.0.0.0:4664", true)]
    [InlineData("http://localhost.example", false)]
    [InlineData("http://notlocalhost", false)]
    [InlineData("http://128.0.0.1", false)]
    [InlineData("http://[2001:db8::1]", false)]
    public void This_machine_is_recognised_by_its_names(string url, bool isThisMachine)
    {
        var proxy = new ProxyExceptLoopback(new WebProxy("http://proxy.example:3128"));

        Assert.Equal(isThisMachine, proxy.IsBypassed(new Uri(url)));
        Assert.Equal(isThisMachine ? null : new Uri("http://proxy.example:3128"), proxy.GetProxy(new Uri(url)));
    }

    [Fact]
    public void Exceptions_and_credentials_of_the_environments_proxy_stay() => Assert.Multiple(
        () => Assert.True(new ProxyExceptLoopback(new WebProxy("http://proxy.example", BypassOnLocal: false, ["inside"])).IsBypassed(new Uri("http://inside"))),
        () => Assert.Equal("me", new ProxyExceptLoopback(new WebProxy("http://proxy.example") { Credentials = new NetworkCredential("me", "x") }).Credentials!.GetCredential(new Uri("http://a"), "Basic")!.UserName));

    [Theory, OnlyOn(Database.Sqlite), Slow]
    public async Task Commands_call_this_machine_directly_and_others_through_the_proxy(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { OverKestrel = true, IsDev = true });
        await using var proxy = new AnswerServer(AnswerServer.Http("200 OK", "application/json", """{"requestId":"1","users":[]}"""));
        var outside = Outside(proxy);

        var direct = await CommandLine.RunProcessAsync(outside, CommandLine.At(app, "call", "list-users"));
        var clock = await CommandLine.RunProcessAsync(outside, CommandLine.At(app, "clock", "show"));
        var heardBefore = proxy.Heard.Count;
        var through = await CommandLine.RunProcessAsync(outside, "call", "list-users", "--base-url", "http://sluice.example");

        Assert.Equal((ExitCode.Done, ExitCode.Done, 0), (direct.Code, clock.Code, heardBefore));
        Assert.Equal((ExitCode.Done, "GET http://sluice.example/v2/users HTTP/1.1"), (through.Code, proxy.Heard.First()));
        Assert.NotEqual(ExitCode.Done, (await CommandLine.RunProcessAsync(new Dictionary<string, string>(outside) { ["no_proxy"] = "sluice.example" }, "call", "list-users", "--base-url", "http://sluice.example")).Code);
    }

    [Theory, OnlyOn(Database.Sqlite), Slow]
    public async Task A_collector_on_this_machine_gets_its_metrics_without_the_proxy(Database database)
    {
        await using var place = await TestDatabase.CreateAsync(database);
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var proxy = new AnswerServer(AnswerServer.Http("200 OK", "text/plain", ""));

        await using var server = await SluiceProcess.StartWithAsync(
            ["env", .. Outside(proxy).Select(one => $"{one.Key}={one.Value}"), $"{Telemetry.Endpoint}={receiver.Address}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_METRIC_EXPORT_INTERVAL=200"],
            "serve", "--database", place.Connection);

        await Eventually.UntilAsync(() => receiver.Paths.Contains("/v1/metrics"));
        Assert.Empty(proxy.Heard);
    }

    private static Dictionary<string, string> Outside(AnswerServer proxy) => new() { ["http_proxy"] = $"http://127.0.0.1:{proxy.Port}", ["no_proxy"] = "" };
}
