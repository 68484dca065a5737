using System.Net.Http.Headers;
using Sluice.Engine.Primitives;

namespace Sluice.Cli.Shared;

/// <param name="Base">The server's URL, without <c>/v2</c> and without a trailing slash.</param>
/// <param name="Credential">The Authorization header; null sends none.</param>
internal sealed record ApiAddress(string Base, AuthenticationHeaderValue? Credential)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <param name="place">Where the URL was given, for the message.</param>
    public static string Parse(string url, string place)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0 || address.Query.Length > 0)
        {
            throw new CliException($"{place} takes a URL such as https://api.example.com, without credentials or a query.", ExitCode.Usage);
        }

        var plain = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return plain.EndsWith("/v2", StringComparison.Ordinal) ? plain[..^3] : plain;
    }

    /// <summary>
    /// Creates the client of every command: it follows no redirect, because that would send the request to a server that it was not meant for. The proxy
    /// is the process's (<see cref="ProxyExceptLoopback"/>).
    /// </summary>
    public HttpClient Open()
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
            SslOptions = { RemoteCertificateValidationCallback = CertificateFault.Validate },
        });
        client.DefaultRequestHeaders.Authorization = Credential;
        return client;
    }

    /// <summary>Sends a request and reads the answer. After two seconds a person sees that the command waits.</summary>
    /// <param name="until">How much of the answer to wait for.</param>
    public async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpRequestMessage message, CancellationToken ct, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        try
        {
            return await ProgressBar.WaitAsync($"Waiting for {Base}", client.SendAsync(message, until, ct), ct);
        }
        catch (HttpRequestException fault)
        {
            throw new CliException(Output.ReplaceControlCharacters(await ConnectionFault.DescribeAsync(fault, Base))) { IsAnswerLost = ConnectionFault.IsAnswerLost(fault) };
        }
        catch (OperationCanceledException fault) when (!ct.IsCancellationRequested)
        {
            throw new CliException(ConnectionFault.DescribeLate(Base, hasConnected: !$"{fault.InnerException?.Message}".Contains(nameof(SocketsHttpHandler.ConnectTimeout), StringComparison.Ordinal)));
        }
    }

    /// <summary>An error for an answer that no Sluice server gives: of another program, of a proxy, or of a login page.</summary>
    public CliException Foreign(HttpResponseMessage reply, string text)
    {
        var isRedirect = (int)reply.StatusCode is >= 300 and < 400 && reply.Headers.Location is not null;
        var what = text.Trim().Length == 0 ? "nothing" : reply.Content.Headers.ContentType?.MediaType switch
        {
            "text/html" => "a web page",
            "application/json" => "other JSON",
            _ => "a text",
        };
        return new CliException(Output.ReplaceControlCharacters(isRedirect
            ? $"{Base} redirects to {new Uri(new Uri(Base), reply.Headers.Location!).GetLeftPart(UriPartial.Path)}. If that is the server, give its URL with --base-url."
            : $"{Base} answered {(int)reply.StatusCode} with {what} instead of the API's JSON{ConnectionFault.Through(new Uri(Base))}. Is it a Sluice server, and is the port right?"), ExitCode.Of(reply.StatusCode));
    }
}
