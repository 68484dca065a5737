namespace Sluice.Client;

/// <summary>An access token, and the refresh token that gets the next one.</summary>
/// <param name="AccessToken">Sent with each call.</param>
/// <param name="RefreshToken">Works once.</param>
/// <param name="ExpiresAt">When the access token ends.</param>
/// <param name="BaseAddress">The address of the company's API, which the tokens are for.</param>
/// <param name="Scope">What may be done with it, separated by spaces.</param>
public sealed record SluiceTokens(string AccessToken, string RefreshToken, DateTimeOffset ExpiresAt, Uri? BaseAddress = null, string? Scope = null)
{
    /// <summary>Does not show the tokens.</summary>
    public override string ToString() => $"tokens until {ExpiresAt:O}";
}

/// <summary>Keeps the tokens of one company, where all processes that use them find them.</summary>
public interface ISluiceTokenStore
{
    /// <summary>Returns the newest tokens.</summary>
    ValueTask<SluiceTokens> LoadAsync(CancellationToken ct);

    /// <summary>Keeps new tokens. Called before they are used, because the old refresh token is dead already.</summary>
    ValueTask SaveAsync(SluiceTokens tokens, CancellationToken ct);
}
