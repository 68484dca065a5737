using System.Net;
using Sluice.Engine.Webhooks;

namespace Sluice.Tests.Engine.Webhooks;

public sealed class WebhookTargetsTests
{
    private static readonly WebhookTargets Serve = new([], onlyAllowed: false);
    private static readonly WebhookTargets Allowing = new([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")], onlyAllowed: false);
    private static readonly WebhookTargets Dev = new([IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")], onlyAllowed: true);

    [Theory]
    [InlineData("0.0.0.0", "an unspecified")]
    [InlineData("0.1.2.3", "an unspecified")]
    [InlineData("10.1.2.3", "a private")]
    [InlineData("172.31.255.255", "a private")]
    [InlineData("192.168.0.1", "a private")]
    [InlineData("127.0.0.1", "a loopback")]
    [InlineData("127.255.0.9", "a loopback")]
    [InlineData("100.64.0.1", "a carrier's private")]
    [InlineData("100.127.255.254", "a carrier's private")]
    [InlineData("169.254.169.254", "a link-local")]
    [InlineData("168.63.129.16", "a cloud metadata")]
    [InlineData("192.0.0.192", "a reserved")] // Oracle's metadata.
    [InlineData("198.18.0.1", "a benchmark")]
    [InlineData("203.0.113.9", "a documentation")]
    [InlineData("224.0.0.1", "a multicast")]
    [InlineData("239.255.255.255", "a multicast")]
    [InlineData("240.0.0.1", "a reserved")]
    [InlineData("255.255.255.255", "a reserved")]
    [InlineData("::", "a reserved")]
    [InlineData("::1", "a loopback")]
    [InlineData("::127.0.0.1", "a reserved")] // v4-compatible.
    [InlineData("::ffff:127.0.0.1", "a loopback")]
    [InlineData("::ffff:169.254.169.254", "a link-local")]
    [InlineData("::ffff:0:127.0.0.1", "a reserved")] // v4-translated.
    [InlineData("64:ff9b::7f00:1", "a loopback")]
    [InlineData("64:ff9b::a9fe:a9fe", "a link-local")]
    [InlineData("64:ff9b:1::a00:1", "a reserved")]
    [InlineData("100::1", "a reserved")]
    [InlineData("2002:7f00:1::", "a 6to4")]
    [InlineData("2001:0:4136:e378::1", "a reserved")] // Teredo.
    [InlineData("2001:db8::1", "a documentation")]
    [InlineData("fc00::1", "a private")]
    [InlineData("fd00:ec2::254", "a private")] // Amazon's metadata.
    [InlineData("fe80::1", "a link-local")]
    [InlineData("fe80::1%3", "a link-local")]
    [InlineData("fec0::1", "a site-local")]
    [InlineData("ff02::1", "a multicast")]
    [InlineData("4000::1", "a reserved")]
    public void What_is_not_public_is_out_of_reach(string address, string what) =>
        Assert.Equal($"has {what} address, and webhooks reach only public ones and those of --webhooks-to", Serve.FindFault(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::101:101")] // What DNS64 makes of 1.1.1.1.
    public void What_is_public_can_be_reached_but_not_from_dev(string address)
    {
        Assert.Null(Serve.FindFault(IPAddress.Parse(address)));
        Assert.Equal("is another machine, and sluice dev calls only those of --webhooks-to", Dev.FindFault(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("10.9.8.7")]
    [InlineData("::ffff:10.9.8.7")]
    [InlineData("64:ff9b::a09:807")]
    [InlineData("fd12::1")]
    public void A_network_can_be_allowed(string address)
    {
        Assert.Null(Allowing.FindFault(IPAddress.Parse(address)));
        Assert.NotNull(Allowing.FindFault(IPAddress.Parse("192.168.0.1")));
        Assert.Null(Dev.FindFault(IPAddress.Parse("::1")));
    }

    [Theory]
    [InlineData("https://example.com/hooks?a=b", null)]
    [InlineData("https://example.com:8443", null)]
    [InlineData("https://1.1.1.1/", null)]
    [InlineData("http://example.com/", "should begin with https: without TLS, webhooks reach only the networks of --webhooks-to")]
    [InlineData("http://1.1.1.1/", "should begin with https: without TLS, webhooks reach only the networks of --webhooks-to")]
    [InlineData("https://user:secret@example.com/", "should hold no user name and no password: requests are signed instead")]
    [InlineData("https://example.com/#here", "should have no fragment")]
    [InlineData("ftp://example.com/", "should be a URL such as https://example.com/hooks")]
    [InlineData("file:///etc/passwd", "should be a URL such as https://example.com/hooks")]
    [InlineData("gopher://example.com/", "should be a URL such as https://example.com/hooks")]
    [InlineData("/hooks", "should be a URL such as https://example.com/hooks")]
    [InlineData("https://10.0.0.1/", "10.0.0.1 has a private address, and webhooks reach only public ones and those of --webhooks-to")]
    [InlineData("https://0x7f.1/", "127.0.0.1 has a loopback address, and webhooks reach only public ones and those of --webhooks-to")]
    [InlineData("https://2130706433/", "127.0.0.1 has a loopback address, and webhooks reach only public ones and those of --webhooks-to")]
    [InlineData("https://0177.0.0.1/", "127.0.0.1 has a loopback address, and webhooks reach only public ones and those of --webhooks-to")]
    [InlineData("https://[::ffff:a00:1]/", "[::ffff:10.0.0.1] has a private address, and webhooks reach only public ones and those of --webhooks-to")]
    public void A_url_is_checked_as_far_as_it_can_be_without_looking_up_its_name(string url, string? fault) => Assert.Equal(fault, Serve.FindUrlFault(url));

    [Fact]
    public void Without_tls_a_url_must_be_able_to_reach_an_allowed_network()
    {
        Assert.Null(Allowing.FindUrlFault("http://hooks.internal/"));
        Assert.Null(Allowing.FindUrlFault("http://10.0.0.1/"));
        Assert.Equal("should begin with https: without TLS, webhooks reach only the networks of --webhooks-to", Allowing.FindUrlFault("http://1.1.1.1/"));
        Assert.Null(Dev.FindUrlFault("http://localhost:3000/hook"));
    }
}
