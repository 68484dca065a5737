using System.Net;

namespace Sluice.Server.Http;

internal static class LoopbackName
{
    private const string Localhost = "localhost";

    /// <summary>
    /// Whether a host name always means this machine, whatever a name server says: a loopback address, <c>localhost</c>, or a name below it (RFC 6761).
    /// </summary>
    /// <param name="host">Without a port; an IPv6 address is in brackets.</param>
    public static bool Is(string host)
    {
        var name = host.EndsWith('.') ? host[..^1] : host;
        return name.Equals(Localhost, StringComparison.OrdinalIgnoreCase)
            || name.EndsWith($".{Localhost}", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }
}
