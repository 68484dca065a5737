using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Sluice.Server.Hosting;

/// <summary>
/// Who called, where a proxy stands in front: without its word every caller has the proxy's address, and a key that is bound to networks opens
/// for nobody or for all. Whom nobody named is not believed, as the header can be written by anyone.
/// </summary>
internal static class Proxies
{
    /// <summary>Of what was passed on, from its end, the first address that is no proxy's: what stands before that the caller may have made up.</summary>
    public static void UseProxies(this WebApplication app, IReadOnlyList<IPNetwork> proxies)
    {
        if (proxies.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear(); // The framework believes this machine unasked.
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            options.KnownIPNetworks.Add(proxy);
        }

        app.UseForwardedHeaders(options);
    }
}
