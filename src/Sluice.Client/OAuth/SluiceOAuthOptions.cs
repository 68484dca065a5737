namespace Sluice.Client;

/// <summary>An OAuth application, and where its tokens are kept.</summary>
/// <param name="Authority">The server that gives tokens, such as https://app.example.com.</param>
/// <param name="ClientId">The application's id.</param>
/// <param name="ClientSecret">The application's secret.</param>
/// <param name="Store">Keeps the tokens.</param>
public sealed record SluiceOAuthOptions(Uri Authority, string ClientId, string ClientSecret, ISluiceTokenStore Store)
{
    /// <summary>The clock of the tokens. The system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Does not show the secret.</summary>
    public override string ToString() => $"{ClientId} at {Authority}";
}
