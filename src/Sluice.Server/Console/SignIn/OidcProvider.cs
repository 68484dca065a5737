using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.SignIn;

/// <summary>Talks to the provider: reads its discovery document with its keys, which is kept for an hour, and changes a code for an ID token.</summary>
internal sealed class OidcProvider(OidcSettings settings, TimeProvider clock) : IDisposable
{
    private const int MaxAnswerBytes = 512 * 1024;
    private const string Basic = "client_secret_basic";

    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };

    private (OpenIdConnectConfiguration Document, DateTimeOffset At)? _known;
    private Task<OpenIdConnectConfiguration>? _asking;

    public OidcSettings Settings => settings;

    /// <param name="isAnew">Whether what is known does not do: the provider may have new keys.</param>
    /// <exception cref="OidcFault">The provider does not answer, or does not fit.</exception>
    public Task<OpenIdConnectConfiguration> DiscoverAsync(bool isAnew, CancellationToken ct)
    {
        lock (_gate)
        {
            if (!isAnew && _known is { } known && clock.GetUtcNow() - known.At < Kept)
            {
                return Task.FromResult(known.Document);
            }

            // All who wait share one request: a slow provider must not get one for each click.
            _asking = _asking is { IsCompleted: false } ? _asking : AskAsync();
            return _asking.WaitAsync(ct);
        }
    }

    /// <summary>Where the browser goes to sign in.</summary>
    public static string AuthorizationUrl(OpenIdConnectConfiguration provider, OidcSettings settings, OidcAttempt attempt, string redirectUri) => Links.With(
        provider.AuthorizationEndpoint,
        ("response_type", "code"), ("client_id", settings.ClientId), ("redirect_uri", redirectUri), ("scope", "openid email profile"), ("state", attempt.State), ("nonce", attempt.Nonce),
        ("code_challenge", attempt.Challenge), ("code_challenge_method", "S256"));

    /// <returns>The ID token, which nobody has checked yet.</returns>
    /// <exception cref="OidcFault">The provider does not answer, or does not take the code.</exception>
    public async Task<string> RedeemAsync(OpenIdConnectConfiguration provider, string code, OidcAttempt attempt, string redirectUri, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, provider.TokenEndpoint);
        var fields = new List<KeyValuePair<string, string>>
        {
            new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", redirectUri), new("code_verifier", attempt.Verifier),
        };
        Authenticate(request, provider, fields);
        request.Content = new FormUrlEncodedContent(fields);
        return await ExplainAsync(async () =>
        {
            using var response = await _http.SendAsync(request, ct);
            var answer = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(ct), OidcJson.Default.OidcTokenAnswer);
            return answer is { IdToken: { Length: > 0 } token } && response.IsSuccessStatusCode ? token
                : answer is { Error: "invalid_grant" } ? throw new OidcFault(OidcFaultKind.Attempt, "the provider does not take the code: it was used, is too old, or is somebody else's")
                : throw new OidcFault(OidcFaultKind.Provider, $"the provider gave no ID token: it answered {(int)response.StatusCode} {OidcFault.Word(answer?.Error)}");
        }, ct);
    }

    public void Dispose() => _http.Dispose();

    private async Task<OpenIdConnectConfiguration> AskAsync()
    {
        var documents = new HttpDocumentRetriever(_http) { RequireHttps = settings.Authority.Scheme == Uri.UriSchemeHttps, SendAdditionalHeaderData = false };
        var document = await ExplainAsync(() => OpenIdConnectConfigurationRetriever.GetAsync($"{Plain(settings.Authority.ToString())}/.well-known/openid-configuration", documents, CancellationToken.None), CancellationToken.None);
        if (FindFault(document) is { } fault)
        {
            throw new OidcFault(OidcFaultKind.Provider, fault);
        }

        lock (_gate)
        {
            _known = (document, clock.GetUtcNow());
        }

        return document;
    }

    /// <summary>A document that names another issuer is another provider's: a token of that one must not open the console.</summary>
    private string? FindFault(OpenIdConnectConfiguration document) =>
        document.Issuer is not { Length: > 0 } issuer || Plain(issuer) != Plain(settings.Authority.ToString()) ? $"the discovery document is of the issuer {OidcFault.Word(document.Issuer)}, not of {settings.Authority}"
        : new[] { document.AuthorizationEndpoint, document.TokenEndpoint }.Any(url => !Uri.TryCreate(url, UriKind.Absolute, out var known) || !OidcSettings.IsSafe(known)) ? "the discovery document names no authorization endpoint, or no token endpoint, that begins with https"
        : document.SigningKeys.Count == 0 ? "the provider has no key that signs ID tokens"
        : document.CodeChallengeMethodsSupported.Count > 0 && !document.CodeChallengeMethodsSupported.Contains("S256") ? "the provider does not know the proof key S256 (PKCE)"
        : null;

    /// <summary>The standard's way is a header; some providers take only fields.</summary>
    private void Authenticate(HttpRequestMessage request, OpenIdConnectConfiguration provider, List<KeyValuePair<string, string>> fields)
    {
        var known = provider.TokenEndpointAuthMethodsSupported;
        if (settings.ClientSecret is { } secret && (known.Count == 0 || known.Contains(Basic)))
        {
            var pair = $"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
            return;
        }

        fields.Add(new("client_id", settings.ClientId));
        if (settings.ClientSecret is { } posted)
        {
            fields.Add(new("client_secret", posted));
        }
    }

    private static async Task<T> ExplainAsync<T>(Func<Task<T>> ask, CancellationToken ct)
    {
        try
        {
            return await ask();
        }
        catch (OperationCanceledException fault) when (!ct.IsCancellationRequested)
        {
            throw new OidcFault(OidcFaultKind.Provider, "the provider did not answer in time", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or JsonException or InvalidOperationException or ArgumentException)
        {
            throw new OidcFault(OidcFaultKind.Provider, $"the provider cannot be asked: {Last(fault).Message}", fault);
        }
    }

    /// <summary>The innermost says what happened; those around it only say in which document.</summary>
    private static Exception Last(Exception fault) => fault.InnerException is { } inner ? Last(inner) : fault;

    private static string Plain(string url) => url.TrimEnd('/');
}

internal sealed record OidcTokenAnswer([property: JsonPropertyName("id_token")] string? IdToken, [property: JsonPropertyName("error")] string? Error);

[JsonSerializable(typeof(OidcTokenAnswer))]
internal sealed partial class OidcJson : JsonSerializerContext;
