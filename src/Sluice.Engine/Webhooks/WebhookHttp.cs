using System.Net;
using System.Net.Sockets;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Webhooks;

/// <summary>
/// The connections to endpoints, which strangers choose. The address is checked after its name was looked up, and the connection goes to exactly that
/// address: a name that means another machine at the second look gains nothing. Redirects, proxies and cookies are not followed or kept.
/// </summary>
internal sealed class WebhookHttp(HttpMessageHandler handler) : HttpMessageInvoker(handler)
{
    private const int MaxHeaderKilobytes = 16;

    /// <summary>After so long a time a kept connection is opened anew, so that a changed name is noticed.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    /// <param name="lookUp">Finds the addresses of a name.</param>
    public static WebhookHttp Open(WebhookTargets targets, Func<string, CancellationToken, Task<IPAddress[]>> lookUp) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
        MaxResponseDrainSize = DeliveryAnswer.MaxBytes,
        PooledConnectionLifetime = Lifetime,
        ActivityHeadersPropagator = null,
        ConnectCallback = async (context, ct) =>
        {
            var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
            var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await lookUp(host, ct);
            var isPlain = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttp;
            return await ConnectAsync(Choose(targets, host, addresses, isPlain), port, ct);
        },
        SslOptions = { RemoteCertificateValidationCallback = CertificateFault.Validate },
    });

    /// <returns>The addresses that may be called.</returns>
    private static IPAddress[] Choose(WebhookTargets targets, string host, IPAddress[] addresses, bool isPlain)
    {
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        var reachable = addresses.Where(address => FindFault(targets, address, isPlain) is null).ToArray();
        return reachable.Length > 0 ? reachable : throw new TargetFault($"{host} {FindFault(targets, addresses[0], isPlain)}");
    }

    private static string? FindFault(WebhookTargets targets, IPAddress address, bool isPlain) => targets.FindFault(address)
        ?? (isPlain && !targets.IsAllowed(address) ? "is called without TLS, which is only for the networks of --webhooks-to: use https" : null);

    private static async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken ct)
    {
        for (var at = 0; ; at++)
        {
            var socket = new Socket(addresses[at].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[at], port), ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (at < addresses.Length - 1)
            {
                socket.Dispose(); // The next address may answer.
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}

/// <summary>Webhooks must not reach a machine; the message says why.</summary>
internal sealed class TargetFault(string message) : Exception(message);
