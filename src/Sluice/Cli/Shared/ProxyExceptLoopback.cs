using System.Net;

namespace Sluice.Cli.Shared;

/// <summary>
/// The proxy that the environment names (<c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>NO_PROXY</c>), except for calls to this machine: "localhost" means another
/// machine to the proxy. Installed for the whole process, so it holds for every HTTP client, also for those of libraries such as the OTLP exporter.
/// </summary>
internal sealed class ProxyExceptLoopback(IWebProxy outer) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => outer.Credentials;
        set => outer.Credentials = value;
    }

    public static void Install()
    {
        if (HttpClient.DefaultProxy is not ProxyExceptLoopback)
        {
            HttpClient.DefaultProxy = new ProxyExceptLoopback(HttpClient.DefaultProxy);
        }
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : outer.GetProxy(destination);

    public bool IsBypassed(Uri host) => IsThisMachine(host) || outer.IsBypassed(host);

    /// <summary>Also counts 0.0.0.0 and [::], which <c>serve --host</c> prints as its own address: a connection to them goes to this machine.</summary>
    public static bool IsThisMachine(Uri url)
    {
        var host = url.IdnHost.TrimEnd('.');
        return IPAddress.TryParse(host.Trim('[', ']'), out var address)
            ? IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
            : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }
}
