namespace Sluice.Client;

internal static class NetworkHandler
{
    /// <summary>Follows no redirect, because that would send a request, and its secret, to a server that it was not meant for.</summary>
    public static SocketsHttpHandler Create() => new() { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
}
