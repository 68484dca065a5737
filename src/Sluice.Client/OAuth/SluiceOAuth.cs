using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Sluice.Client;

/// <summary>
/// Tokens of OAuth. They are refreshed a minute before they end, or when the server refuses them: one refresh at a time. A refresh is never repeated,
/// because a refresh token works once.
/// </summary>
public sealed class SluiceOAuth : SluiceCredentials, IDisposable
{
    private const long SecondsOfDay = 86_400; // [doc]

    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly SluiceOAuthOptions _options;
    private readonly HttpClient _client;
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile SluiceTokens? _tokens;
    private SluiceTokens? _unsaved;

    /// <summary>Makes credentials of an application.</summary>
    /// <param name="options">The application, and where its tokens are kept.</param>
    /// <param name="handler">Sends the requests for tokens; null: over the network.</param>
    public SluiceOAuth(SluiceOAuthOptions options, HttpMessageHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _client) = (options, new HttpClient(handler ?? NetworkHandler.Create()));
    }

    /// <inheritdoc />
    public override Uri? BaseAddress => _tokens?.BaseAddress;

    /// <inheritdoc />
    public override async ValueTask<AuthenticationHeaderValue> GetAsync(CancellationToken ct)
    {
        var tokens = _tokens;
        if (tokens is null || IsOld(tokens))
        {
            tokens = await NewerAsync(tokens, ct).ConfigureAwait(false);
        }

        return new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
    }

    /// <inheritdoc />
    public override async ValueTask<bool> RenewAsync(AuthenticationHeaderValue refused, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(refused);
        if (_tokens is not { } tokens || tokens.AccessToken != refused.Parameter)
        {
            return true; // Another call has them already.
        }

        await NewerAsync(tokens, ct, isRefused: true).ConfigureAwait(false);
        return true;
    }

    /// <summary>Exchanges the code that came to the redirect address for the first tokens, and keeps them.</summary>
    public async Task<SluiceTokens> ExchangeAsync(string code, Uri redirectUri, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(redirectUri);
        await _one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await AskAsync([new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", redirectUri.OriginalString)], null, ct).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _one.Dispose();
    }

    private bool IsOld(SluiceTokens tokens) => tokens.ExpiresAt - Margin <= _options.TimeProvider.GetUtcNow();

    /// <param name="old">The tokens that are no good any more; null: none were read yet.</param>
    /// <param name="isRefused">The server refused them, even if they are not old.</param>
    private async Task<SluiceTokens> NewerAsync(SluiceTokens? old, CancellationToken ct, bool isRefused = false)
    {
        await _one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await SaveAsync().ConfigureAwait(false);

            // Another call, or another process, may have refreshed meanwhile.
            var kept = _tokens is { } mine && mine != old ? mine : await _options.Store.LoadAsync(ct).ConfigureAwait(false);
            var isUsable = !IsOld(kept) && !(isRefused && kept.AccessToken == old?.AccessToken);
            return isUsable ? _tokens = kept : await AskAsync([new("grant_type", "refresh_token"), new("refresh_token", kept.RefreshToken)], kept, ct).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<SluiceTokens> AskAsync(KeyValuePair<string, string>[] form, SluiceTokens? old, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.Authority, "/oauth2/generate-customer-token")) { Content = new FormUrlEncodedContent(form) };
        message.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_options.ClientId}:{_options.ClientSecret}")));
        try
        {
            // A caller who gives up must not leave a used refresh token without its successor.
            using var reply = await _client.SendAsync(message, CancellationToken.None).ConfigureAwait(false);
            var answer = JsonSerializer.Deserialize(await reply.Content.ReadAsByteArrayAsync(CancellationToken.None).ConfigureAwait(false), SluiceJson.Default.TokenAnswer);
            if (!reply.IsSuccessStatusCode || answer is not { AccessToken: { } access })
            {
                throw new SluiceException($"The server gave no tokens: {answer?.ErrorDescription ?? answer?.Error ?? $"it answered {(int)reply.StatusCode}"}.", null) { Status = reply.StatusCode };
            }

            return await KeepAsync(answer, access, old).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException or JsonException)
        {
            throw new SluiceException("No answer came to the request for tokens. If the server has sent new ones, the old refresh token is dead, and the user must consent again.", fault);
        }
    }

    private async Task<SluiceTokens> KeepAsync(TokenAnswer answer, string access, SluiceTokens? old)
    {
        var tokens = new SluiceTokens(
            access,
            answer.RefreshToken ?? old?.RefreshToken ?? "",
            _options.TimeProvider.GetUtcNow() + TimeSpan.FromSeconds(answer.ExpiresIn ?? SecondsOfDay),
            answer.ApiBaseUrl is { } url ? new Uri(url) : old?.BaseAddress,
            answer.Scope ?? old?.Scope);
        _unsaved = tokens;
        await SaveAsync().ConfigureAwait(false);
        return tokens;
    }

    /// <summary>Hands new tokens to the store, and then lets calls use them. If the store fails, the next call tries again: the old refresh token is dead.</summary>
    private async Task SaveAsync()
    {
        if (_unsaved is { } tokens)
        {
            await _options.Store.SaveAsync(tokens, CancellationToken.None).ConfigureAwait(false);
            (_tokens, _unsaved) = (tokens, null);
        }
    }
}
