using Sluice.Engine.Primitives;

namespace Sluice.Engine.OAuth;

/// <summary>An application that may ask the people of its company for access (RFC 6749 calls it the client).</summary>
/// <param name="SecretHash">SHA-256, hex.</param>
/// <param name="RedirectUris">Where the browser may be sent with a code: compared letter by letter.</param>
/// <param name="Scopes">The most that it may ask for.</param>
/// <param name="DevOnly">Whether the secret is published, so that only <c>sluice dev</c> accepts the application.</param>
internal sealed record OAuthApp(
    long CompanyId,
    long Id,
    string Name,
    string ClientId,
    string SecretHash,
    IReadOnlyList<string> RedirectUris,
    IReadOnlyList<string> Scopes,
    bool DevOnly,
    DateTimeOffset CreatedAt)
{
    public const int MaxOfCompany = 50;

    /// <summary>Makes an application. Only the result contains the secret.</summary>
    public static (OAuthApp App, string ClientSecret) Make(
        long companyId, long id, string name, IReadOnlyList<string> redirectUris, IReadOnlyList<string> scopes, DateTimeOffset now)
    {
        var secret = Secret.New(Secret.SecretPrefix);
        return (new(companyId, id, name, Secret.New(Secret.ClientIdPrefix), Secret.Hash(secret), redirectUris, scopes, DevOnly: false, now), secret);
    }

    /// <summary>Makes the application of <c>sluice dev</c>: the same client id and secret for the same phrase, so that scripts can contain them.</summary>
    public static (OAuthApp App, string ClientSecret) MakePublished(long companyId, long id, string phrase, IReadOnlyList<string> redirectUris, DateTimeOffset now)
    {
        var secret = Secret.FromPhrase(Secret.SecretPrefix, $"oauth {phrase}");
        var clientId = Secret.FromPhrase(Secret.ClientIdPrefix, $"oauth {phrase}");
        return (new(companyId, id, "dev app", clientId, Secret.Hash(secret), redirectUris, Companies.Scopes.All, DevOnly: true, now), secret);
    }
}
