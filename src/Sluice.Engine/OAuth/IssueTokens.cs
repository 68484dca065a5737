using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.OAuth;

/// <summary>Exchanges codes and refresh tokens for pairs of tokens. Each code and each refresh token works once.</summary>
internal sealed class IssueTokens(Db db, TimeProvider clock)
{
    /// <summary>Exchanges a code. If the code was used before, somebody may have stolen it: the tokens that came of it die (RFC 6749, 4.1.2).</summary>
    public Task<TokenOutcome> ForCodeAsync(OAuthApp app, string code, string redirectUri, string? verifier, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var (now, store) = (clock.GetUtcNow(), new OAuthGrantStore(tx));
            var grant = Secret.HasValidChecksum(code, Secret.CodePrefix) ? await store.FindByCodeAsync(Secret.Hash(code), ct) : null;
            if (FindFault(app, grant, redirectUri, verifier, now) is { } fault)
            {
                return fault;
            }

            if (!await store.UseCodeAsync(grant!, now, ct))
            {
                await store.RevokeAsync(grant!, now, ct);
                return new TokenOutcome(TokenFault.CodeUsed);
            }

            return await AddAsync(store, grant!, 1, grant!.Scopes, now, ct);
        },
        ct);

    /// <param name="scopes">Those of the refresh token, or fewer; null: the same as before.</param>
    /// <param name="requestId">Kept with the refresh token, so that it can be found out later whether its answer arrived.</param>
    public Task<TokenOutcome> ForRefreshTokenAsync(OAuthApp app, string refreshToken, IReadOnlyList<string>? scopes, string requestId, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var (now, store) = (clock.GetUtcNow(), new OAuthGrantStore(tx));
            var pair = Secret.HasValidChecksum(refreshToken, Secret.RefreshTokenPrefix) ? await store.FindByRefreshTokenAsync(Secret.Hash(refreshToken), ct) : null;
            if (pair is null || (pair.CompanyId, pair.AppId) != (app.CompanyId, app.Id))
            {
                return new TokenOutcome(pair is null ? TokenFault.Unknown : TokenFault.OfAnotherApp);
            }

            if (scopes?.Except(pair.Scopes).Any() == true)
            {
                return new TokenOutcome(TokenFault.Scope);
            }

            var grant = await store.FindAsync(pair.CompanyId, pair.AppId, pair.GrantId, ct);
            return grant is not { RevokedAt: null } ? new TokenOutcome(TokenFault.Revoked)
                : await store.UseRefreshTokenAsync(pair, now, requestId, ct) ? await AddAsync(store, grant, pair.Number + 1, scopes ?? pair.Scopes, now, ct)
                : new TokenOutcome(TokenFault.Refreshed) { RefreshedBy = (await store.FindByRefreshTokenAsync(pair.RefreshHash, ct))?.RefreshedBy };
        },
        ct);

    private static TokenOutcome? FindFault(OAuthApp app, OAuthGrant? grant, string redirectUri, string? verifier, DateTimeOffset now) => grant switch
    {
        null => new(TokenFault.Unknown),
        _ when (grant.CompanyId, grant.AppId) != (app.CompanyId, app.Id) => new(TokenFault.OfAnotherApp),
        _ when grant.RedirectUri != redirectUri => new(TokenFault.RedirectUri),
        _ when !Proves(grant.CodeChallenge, verifier) => new(TokenFault.Verifier),
        { CodeUsedAt: null } when grant.CodeExpiresAt <= now => new(TokenFault.Expired),
        _ => null,
    };

    /// <summary>PKCE (RFC 7636). A verifier without a challenge is refused too: an attacker may have taken the challenge out of the first request.</summary>
    private static bool Proves(string? challenge, string? verifier) => verifier is null || challenge is null
        ? verifier is null && challenge is null
        : CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(challenge), Base64Url.EncodeToUtf8(SHA256.HashData(Encoding.UTF8.GetBytes(verifier))));

    private static async Task<TokenOutcome> AddAsync(OAuthGrantStore store, OAuthGrant grant, int number, IReadOnlyList<string> scopes, DateTimeOffset now, CancellationToken ct)
    {
        var (access, refresh) = (Secret.New(Secret.AccessTokenPrefix), Secret.New(Secret.RefreshTokenPrefix));
        var pair = new OAuthTokenPair(
            grant.CompanyId, grant.AppId, grant.Id, number, Secret.Hash(access), Secret.Hash(refresh), scopes, now + OAuthTokenPair.AccessLifetime);
        await store.AddAsync(pair, ct);
        await store.DeleteOldAsync(pair, ct);
        return new TokenOutcome(new OAuthTokens(grant.CompanyId, access, refresh, scopes));
    }
}

/// <summary>Why a code or a refresh token is refused. The client gets the same answer for most of them; the hints tell them apart.</summary>
internal enum TokenFault
{
    None,
    Unknown,
    OfAnotherApp,
    RedirectUri,
    Verifier,
    Expired,
    CodeUsed,
    Revoked,
    Refreshed,
    Scope,
}

internal sealed record TokenOutcome(OAuthTokens? Tokens, TokenFault Fault)
{
    public TokenOutcome(OAuthTokens tokens)
        : this(tokens, TokenFault.None)
    {
    }

    public TokenOutcome(TokenFault fault)
        : this(null, fault)
    {
    }

    /// <summary>The id of the request that used the refresh token before.</summary>
    public string? RefreshedBy { get; init; }
}
