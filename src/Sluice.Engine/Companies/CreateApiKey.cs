using Sluice.Engine.Primitives;

namespace Sluice.Engine.Companies;

/// <summary>Makes an API key. Only the result contains the secret and the bearer token; the database stores their hashes.</summary>
internal static class CreateApiKey
{
    public static (ApiKey Key, KeyWords Words) Make(
        long companyId, long id, string name, IReadOnlyList<string> scopes, IReadOnlyList<string> networks, DateTimeOffset now, DateTimeOffset? expiresAt)
    {
        var words = new KeyWords(Secret.New(Secret.AccessKeyPrefix), Secret.New(Secret.SecretPrefix), Secret.New(Secret.TokenPrefix));
        return (From(companyId, id, name, words, scopes, networks, devOnly: false, now, expiresAt), words);
    }

    /// <summary>Makes the key of <c>sluice dev</c>: the same credentials for the same phrase, so that scripts can contain them.</summary>
    public static (ApiKey Key, KeyWords Words) MakePublished(long companyId, long id, string phrase, DateTimeOffset now)
    {
        var words = new KeyWords(
            Secret.Published(Secret.AccessKeyPrefix, phrase), Secret.Published(Secret.SecretPrefix, phrase), Secret.Published(Secret.TokenPrefix, phrase));
        return (From(companyId, id, "dev", words, Scopes.All, [], devOnly: true, now, null), words);
    }

    private static ApiKey From(
        long companyId, long id, string name, KeyWords words, IReadOnlyList<string> scopes, IReadOnlyList<string> networks, bool devOnly, DateTimeOffset now, DateTimeOffset? expiresAt) =>
        new(companyId, id, name, words.AccessKey, Secret.Hash(words.AccessKeySecret), Secret.Hash(words.BearerToken), scopes, networks, devOnly, now, expiresAt, null);
}

/// <summary>The credentials that the holder of an API key keeps.</summary>
internal sealed record KeyWords(string AccessKey, string AccessKeySecret, string BearerToken);
