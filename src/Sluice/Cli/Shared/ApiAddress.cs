using System.Net.Http.Headers;

namespace Sluice.Cli.Shared;

/// <param name="Base">The server's URL, without <c>/v2</c> and without a trailing slash.</param>
/// <param name="Credential">The Authorization header; null sends none.</param>
internal sealed record ApiAddress(string Base, AuthenticationHeaderValue? Credential)
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    public static string Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0 || address.Query.Length > 0)
        {
            throw new CliException("--base-url takes a URL such as https://api.example.com, without credentials or a query.", ExitCode.Usage);
        }

        var plain = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return plain.EndsWith("/v2", StringComparison.Ordinal) ? plain[..^3] : plain;
    }

    /// <summary>Creates a client that follows no redirect: a redirect would send the request to a server that it was not meant for.</summary>
    public HttpClient Open()
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = ConnectPatience });
        client.DefaultRequestHeaders.Authorization = Credential;
        return client;
    }

    public async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage message, CancellationToken ct)
    {
        try
        {
            return await client.SendAsync(message, ct);
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.Unknown)
        {
            throw new CliException($"{Base} closed the connection before it answered. It may have carried out the request: check before you send it again.");
        }
        catch (HttpRequestException fault)
        {
            throw new CliException($"cannot reach {Base}: {fault.Message}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new CliException($"{Base} did not answer in time.");
        }
    }
}
