using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Sluice.Server.Hosting;

/// <summary>
/// Finds the caller's address when a proxy stands in front of the server. Without this, every caller has the proxy's address, and a key that is
/// bound to networks works for nobody or for everybody. Only configured proxies are trusted, because anyone can write the X-Forwarded-For header.
/// </summary>
internal static class ForwardedAddresses
{
    /// <summary>Takes the scheme and the host that the caller used, and the last address in the header that is not a configured proxy's: the caller may have made up the addresses before it.</summary>
    public static void UseProxies(this WebApplication app, IReadOnlyList<IPNetwork> proxies)
    {
        if (proxies.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost, ForwardLimit = null };
        options.KnownProxies.Clear(); // By default, the framework trusts this machine.
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            options.KnownIPNetworks.Add(proxy);
        }

        app.UseForwardedHeaders(options);
    }
}
