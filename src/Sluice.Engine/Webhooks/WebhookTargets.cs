using System.Net;
using System.Net.Sockets;

namespace Sluice.Engine.Webhooks;

/// <summary>
/// Says which addresses webhooks may reach: the networks that the operator has allowed and, unless only those, all public addresses. An address that
/// contains another one (v4-mapped, NAT64) is judged by the one inside.
/// </summary>
/// <param name="allowed">Networks as they were given to <c>--webhooks-to</c>.</param>
/// <param name="onlyAllowed">Whether public addresses are out of reach too: <c>sluice dev</c> never calls another machine by itself.</param>
internal sealed class WebhookTargets(IReadOnlyList<IPNetwork> allowed, bool onlyAllowed)
{
    /// <summary>What is not public, from the registries of special addresses of IANA.</summary>
    private static readonly (IPNetwork Network, string What)[] Special =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "an unspecified"),
        (IPNetwork.Parse("10.0.0.0/8"), "a private"),
        (IPNetwork.Parse("100.64.0.0/10"), "a carrier's private"),
        (IPNetwork.Parse("127.0.0.0/8"), "a loopback"),
        (IPNetwork.Parse("168.63.129.16/32"), "a cloud metadata"), // Azure's, in the middle of public addresses.
        (IPNetwork.Parse("169.254.0.0/16"), "a link-local"), // Here the metadata of most clouds are.
        (IPNetwork.Parse("172.16.0.0/12"), "a private"),
        (IPNetwork.Parse("192.0.0.0/24"), "a reserved"),
        (IPNetwork.Parse("192.0.2.0/24"), "a documentation"),
        (IPNetwork.Parse("192.88.99.0/24"), "a 6to4"),
        (IPNetwork.Parse("192.168.0.0/16"), "a private"),
        (IPNetwork.Parse("198.18.0.0/15"), "a benchmark"),
        (IPNetwork.Parse("198.51.100.0/24"), "a documentation"),
        (IPNetwork.Parse("203.0.113.0/24"), "a documentation"),
        (IPNetwork.Parse("224.0.0.0/4"), "a multicast"),
        (IPNetwork.Parse("240.0.0.0/4"), "a reserved"), // With the broadcast address.
        (IPNetwork.Parse("::1/128"), "a loopback"),
        (IPNetwork.Parse("2001::/23"), "a reserved"), // With Teredo.
        (IPNetwork.Parse("2001:db8::/32"), "a documentation"),
        (IPNetwork.Parse("2002::/16"), "a 6to4"),
        (IPNetwork.Parse("3fff::/20"), "a documentation"),
        (IPNetwork.Parse("fc00::/7"), "a private"),
        (IPNetwork.Parse("fe80::/10"), "a link-local"),
        (IPNetwork.Parse("fec0::/10"), "a site-local"),
        (IPNetwork.Parse("ff00::/8"), "a multicast"),
    ];

    /// <summary>All other IPv6 addresses are reserved, local NAT64 (64:ff9b:1::/48) among them.</summary>
    private static readonly IPNetwork PublicV6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether the operator has allowed the address: then it needs no TLS.</summary>
    public bool IsAllowed(IPAddress address) => Inside(address) is var inside && allowed.Any(network => network.Contains(inside) || network.Contains(address));

    /// <returns>Why nothing is sent to the address, in words that follow its name; null: it may be reached.</returns>
    public string? FindFault(IPAddress address) =>
        IsAllowed(address) ? null
        : onlyAllowed ? "is another machine, and sluice dev calls only those of --webhooks-to"
        : FindSpecial(Inside(address)) is { } what ? $"has {what} address, and webhooks reach only public ones and those of --webhooks-to"
        : null;

    /// <returns>What is wrong with the URL of a webhook; null: nothing that can be seen without looking up its name.</returns>
    public string? FindUrlFault(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
        {
            return "should be a URL such as https://example.com/hooks";
        }

        var address = IPAddress.TryParse(url.IdnHost, out var literal) ? literal : null;
        return url.UserInfo.Length > 0 ? "should hold no user name and no password: requests are signed instead"
            : url.Fragment.Length > 0 ? "should have no fragment"
            : address is not null && FindFault(address) is { } fault ? $"{url.Host} {fault}"
            : url.Scheme == "http" && (address is null ? allowed.Count == 0 : !IsAllowed(address)) ? "should begin with https: without TLS, webhooks reach only the networks of --webhooks-to"
            : null;
    }

    private static string? FindSpecial(IPAddress address) =>
        Special.FirstOrDefault(one => one.Network.Contains(address)).What
        ?? (address.AddressFamily == AddressFamily.InterNetworkV6 && !PublicV6.Contains(address) ? "a reserved" : null);

    private static IPAddress Inside(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12))
        : address;
}
