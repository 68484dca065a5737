using System.Net;
using System.Net.Sockets;
using Sluice.Engine.Webhooks;

namespace Sluice.Tests.Engine.Webhooks;

/// <summary>Tries to reach what webhooks must not reach, with a receiver on this machine that would hear it.</summary>
public sealed class WebhookHttpTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("2002:7f00:1::")]
    [InlineData("224.0.0.1")]
    public async Task A_name_that_means_an_address_which_is_not_public_is_not_connected_to(string address)
    {
        await using var receiver = await HookReceiver.StartAsync();
        using var http = Open(_ => [IPAddress.Parse(address)]);

        var fault = await FaultAsync(http, $"https://hooks.example.com:{PortOf(receiver)}/");

        Assert.StartsWith("hooks.example.com has a", fault.Message, StringComparison.Ordinal);
        Assert.Empty(receiver.Heard);
    }

    [Fact]
    public async Task A_name_that_means_another_address_at_the_second_look_gains_nothing()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var looks = 0;
        using var http = Open(_ => [IPAddress.Parse(++looks == 1 ? "192.0.2.1" : "127.0.0.1")], allowed: "192.0.2.0/24"); // The first one stands for a public address.

        using var hurry = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        await Assert.ThrowsAnyAsync<Exception>(() => SendAsync(http, $"http://rebinds.example.com:{PortOf(receiver)}/", hurry.Token));
        Assert.Equal(1, looks); // It was connected to the address that was checked, and not looked up once more.
        var fault = await FaultAsync(http, $"http://rebinds.example.com:{PortOf(receiver)}/");

        Assert.Equal("rebinds.example.com has a loopback address, and webhooks reach only public ones and those of --webhooks-to", fault.Message);
        Assert.Empty(receiver.Heard);
    }

    [Fact]
    public async Task Of_several_addresses_only_those_that_may_be_reached_are_tried()
    {
        await using var receiver = await HookReceiver.StartAsync();
        using var http = Open(_ => [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("127.0.0.9"), IPAddress.Loopback], allowed: "127.0.0.1/32");

        using var reply = await SendAsync(http, $"http://mixed.example.com:{PortOf(receiver)}/", CancellationToken.None);

        Assert.Equal(HttpStatusCode.NoContent, reply.StatusCode);
    }

    [Fact]
    public async Task Without_tls_a_public_address_is_not_called()
    {
        using var http = Open(_ => [IPAddress.Parse("1.1.1.1")], allowed: "10.0.0.0/8");

        Assert.Equal("hooks.example.com is called without TLS, which is only for the networks of --webhooks-to: use https", (await FaultAsync(http, "http://hooks.example.com/")).Message);
    }

    [Fact]
    public async Task A_redirect_to_this_machine_is_not_followed_and_no_proxy_is_asked()
    {
        await using var secret = await HookReceiver.StartAsync();
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = (http, _) =>
        {
            (http.Response.StatusCode, http.Response.Headers.Location) = (302, secret.Url);
            return Task.CompletedTask;
        };
        using var http = Open(_ => [IPAddress.Loopback], allowed: "127.0.0.0/8");

        using var reply = await SendAsync(http, $"http://hooks.example.com:{PortOf(receiver)}/", CancellationToken.None);

        Assert.Equal((HttpStatusCode.Found, 1, 0), (reply.StatusCode, receiver.Heard.Count, secret.Heard.Count));
    }

    [Fact]
    public async Task A_header_that_does_not_end_is_not_read_to_its_end()
    {
        await using var server = new AnswerServer($"HTTP/1.1 200 OK\r\nX: {new string('x', 100_000)}\r\n\r\n");
        using var http = Open(_ => [IPAddress.Loopback], allowed: "127.0.0.0/8");

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(http, $"http://127.0.0.1:{server.Port}/", CancellationToken.None));
    }

    [Fact]
    public async Task A_name_without_an_address_is_unknown()
    {
        using var http = Open(_ => []);

        Assert.Equal(SocketError.HostNotFound, Assert.IsType<SocketException>((await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(http, "https://nowhere.example.com/", CancellationToken.None))).GetBaseException()).SocketErrorCode);
    }

    private static WebhookHttp Open(Func<string, IPAddress[]> lookUp, params string[] allowed) =>
        WebhookHttp.Open(new WebhookTargets([.. allowed.Select(network => IPNetwork.Parse(network))], onlyAllowed: false), (name, _) => Task.FromResult(lookUp(name)));

    private static async Task<HttpResponseMessage> SendAsync(WebhookHttp http, string url, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent("{}"), Headers = { { "webhook-id", "1" } } };
        return await http.SendAsync(request, ct);
    }

    private static async Task<TargetFault> FaultAsync(WebhookHttp http, string url) =>
        Assert.IsType<TargetFault>((await Assert.ThrowsAnyAsync<Exception>(() => SendAsync(http, url, CancellationToken.None))).GetBaseException());

    private static int PortOf(HookReceiver receiver) => new Uri(receiver.Url).Port;
}
