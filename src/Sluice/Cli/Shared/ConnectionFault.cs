using System.Net.Sockets;
using System.Text.RegularExpressions;
using Sluice.Engine.Primitives;

namespace Sluice.Cli.Shared;

/// <summary>Says in plain words why a call got no answer, and what to do about it.</summary>
internal static partial class ConnectionFault
{
    /// <param name="server">The URL that the user gave.</param>
    public static async Task<string> DescribeAsync(HttpRequestException fault, string server)
    {
        var url = new Uri(server);
        var proxy = ProxyOf(url);
        return fault switch
        {
            _ when CertificateFault.Find(fault) is { } refused =>
                $"cannot reach {server}: its certificate is not accepted: {refused.Message}. If this is your own server, add the certificate of its issuer to this machine's, or name its file in $SSL_CERT_FILE.",
            { HttpRequestError: HttpRequestError.ProxyTunnelError } => $"cannot reach {server}: the proxy {proxy?.Authority} does not let us through{Status(fault)}.",
            _ when Innermost(fault) is SocketException socket && fault.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError =>
                proxy is null ? $"cannot reach {server}: {Reason(socket, url, url)}" : $"cannot reach {server} through the proxy {proxy.Authority} that the environment names ($HTTP_PROXY, $HTTPS_PROXY; $NO_PROXY makes exceptions): {Reason(socket, proxy, url)}",
            { HttpRequestError: HttpRequestError.SecureConnectionError } when proxy is null && await PortProbe.SpeaksPlainHttpAsync(url) =>
                $"cannot reach {server}: that port speaks HTTP without TLS. Use {With("http", url)}.",
            { HttpRequestError: HttpRequestError.SecureConnectionError } => $"cannot reach {server}: there is no TLS connection: {Innermost(fault).Message}",
            _ when url.Scheme == "http" && proxy is null && await PortProbe.SpeaksTlsAsync(url) => $"cannot reach {server}: that port speaks TLS. Use {With("https", url)}.",
            { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError } => $"{server} does not answer as an HTTP server does. Is the port right?",
            _ => $"{server} closed the connection before it answered. It may have carried out the request: check before you send it again.",
        };
    }

    /// <summary>Whether the connection was lost after the request was sent, so that nobody knows whether it was carried out.</summary>
    public static bool IsAnswerLost(HttpRequestException fault) => fault is { HttpRequestError: HttpRequestError.ResponseEnded } or { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException };

    public static string DescribeLate(string server, bool hasConnected) => hasConnected
        ? $"{server} did not answer in time. It may have carried out the request: check before you send it again."
        : $"cannot reach {server}: there was no answer for ten seconds. Is the address right, and does a firewall let us through?";

    /// <returns>Words for a sentence about an answer; nothing if no proxy is between.</returns>
    public static string Through(Uri url) => ProxyOf(url) is { } proxy ? $" (through the proxy {proxy.Authority} that the environment names)" : "";

    /// <summary>Drops the user and the password that the proxy's URL may contain.</summary>
    private static Uri? ProxyOf(Uri url) => HttpClient.DefaultProxy.IsBypassed(url) ? null
        : HttpClient.DefaultProxy.GetProxy(url) is { } proxy ? new Uri(proxy.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)) : null;

    private static string Reason(SocketException fault, Uri place, Uri server) => fault.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"nothing listens on port {place.Port} of {place.Host}.{(place == server && ProxyExceptLoopback.IsThisMachine(place) ? " Is the server running? Start one with: sluice dev" : "")}",
        SocketError.HostNotFound or SocketError.NoData => $"no machine is called {place.Host}. Is the name right?",
        SocketError.TryAgain => $"the name {place.Host} cannot be looked up now, because the name server (DNS) does not answer.",
        SocketError.TimedOut => $"{place.Host} does not answer. Is the address right, and does a firewall let us through?",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown => $"there is no network route to {place.Host}.",
        _ => $"{place.Host}: {fault.Message}.",
    };

    /// <summary>The proxy's status. The exception's own text is not shown, because it contains the proxy's password.</summary>
    private static string Status(HttpRequestException fault) => StatusInText().Match(fault.Message) is { Success: true } match
        ? $": it answered {match.Groups[1]}{(match.Groups[1].Value == "407" ? " (it wants a user and a password, or other ones)" : "")}"
        : "";

    [GeneratedRegex("status code '([0-9]{3})'")]
    private static partial Regex StatusInText();

    private static Exception Innermost(Exception fault) => fault.InnerException is { } inner ? Innermost(inner) : fault;

    private static string With(string scheme, Uri url) => new UriBuilder(url) { Scheme = scheme }.Uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
}
