using Sluice.Engine.Primitives;

namespace Sluice.Engine.Companies;

/// <summary>Makes an API key. Only the result contains the secret and the bearer token; the database stores their hashes.</summary>
internal static class CreateApiKey
{
    public static (ApiKey Key, ApiKeyCredentials Credentials) Make(
        long companyId, long id, string name, IReadOnlyList<string> scopes, IReadOnlyList<string> networks, DateTimeOffset now, DateTimeOffset? expiresAt)
    {
        var credentials = new ApiKeyCredentials(Secret.New(Secret.AccessKeyPrefix), Secret.New(Secret.SecretPrefix), Secret.New(Secret.TokenPrefix));
        return (From(companyId, id, name, credentials, scopes, networks, devOnly: false, now, expiresAt), credentials);
    }

    /// <summary>Makes the key of <c>sluice dev</c>: the same credentials for the same phrase, so that scripts can contain them.</summary>
    public static (ApiKey Key, ApiKeyCredentials Credentials) MakePublished(long companyId, long id, string phrase, DateTimeOffset now)
    {
        var credentials = new ApiKeyCredentials(
            Secret.FromPhrase(Secret.AccessKeyPrefix, phrase), Secret.FromPhrase(Secret.SecretPrefix, phrase), Secret.FromPhrase(Secret.TokenPrefix, phrase));
        return (From(companyId, id, "dev", credentials, Scopes.All, [], devOnly: true, now, null), credentials);
    }

    private static ApiKey From(
        long companyId, long id, string name, ApiKeyCredentials credentials, IReadOnlyList<string> scopes, IReadOnlyList<string> networks, bool devOnly, DateTimeOffset now, DateTimeOffset? expiresAt) =>
        new(companyId, id, name, credentials.AccessKey, Secret.Hash(credentials.AccessKeySecret), Secret.Hash(credentials.BearerToken), scopes, networks, devOnly, now, expiresAt, null);
}

/// <summary>The credentials that the holder of an API key keeps.</summary>
internal sealed record ApiKeyCredentials(string AccessKey, string AccessKeySecret, string BearerToken);
