using System.Net;
using System.Net.Sockets;

namespace Sluice.Tests.Support;

/// <summary>Finds ports for servers that cannot choose one themselves.</summary>
internal static class FreePort
{
    /// <returns>A port of the loopback address that nobody uses now.</returns>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
