namespace Sluice.Engine.OAuth;

/// <summary>A person's consent that an application may act for the company, with the code that the application gets for it.</summary>
internal sealed record OAuthGrant(
    long CompanyId, long AppId, long Id, IReadOnlyList<string> Scopes, string CodeHash, string RedirectUri, string? CodeChallenge, DateTimeOffset CreatedAt, DateTimeOffset CodeExpiresAt)
{
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    /// <summary>More live grants of one application than a client needs; the oldest gives way.</summary>
    public const int MaxOfApp = 100;

    public DateTimeOffset? CodeUsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Whether it can give no more tokens: it is revoked, or its code was never used and is too old.</summary>
    public bool IsDead(DateTimeOffset now) => RevokedAt is not null || (CodeUsedAt is null && CodeExpiresAt <= now);
}

/// <summary>A pair of tokens as it is stored.</summary>
/// <param name="Number">1 for the exchange of the code, then one more for each refresh.</param>
internal sealed record OAuthTokenPair(
    long CompanyId, long AppId, long GrantId, int Number, string AccessHash, string RefreshHash, IReadOnlyList<string> Scopes, DateTimeOffset AccessExpiresAt)
{
    public static readonly TimeSpan AccessLifetime = TimeSpan.FromDays(1);

    public const int MaxOfGrant = 20;

    public DateTimeOffset? RefreshedAt { get; init; }

    public string? RefreshedBy { get; init; }
}

/// <summary>A pair of tokens as the application gets it.</summary>
internal sealed record OAuthTokens(long CompanyId, string AccessToken, string RefreshToken, IReadOnlyList<string> Scopes);
