using System.Net.Http.Headers;

namespace Sluice.Cli.Shared;

/// <param name="Base">Without <c>/v2</c> and without a slash at its end.</param>
/// <param name="Credential">Null: none.</param>
internal sealed record ApiAddress(string Base, AuthenticationHeaderValue? Credential)
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    public static string Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0 || address.Query.Length > 0)
        {
            throw new CliException("--base-url takes an address such as https://api.example.com, without a key in it.", ExitCode.Usage);
        }

        var plain = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return plain.EndsWith("/v2", StringComparison.Ordinal) ? plain[..^3] : plain;
    }

    /// <summary>A redirect is not followed: whoever it leads to would be sent what was meant for another.</summary>
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
            throw new CliException($"{Base} cut the connection before its answer: what was asked for may have been done.");
        }
        catch (HttpRequestException fault)
        {
            throw new CliException($"nobody answers at {Base}: {fault.Message}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new CliException($"{Base} did not answer in time.");
        }
    }
}
