using System.Security.Cryptography;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Dev.Seed;

/// <summary>The secrets of a demo company: the only part of it that does not always follow from the seed.</summary>
/// <param name="CursorKey">Hex.</param>
/// <param name="Phrase">The text from which a public API key is derived; null for a random key.</param>
internal sealed record DemoSecrets(string CursorKey, string? Phrase)
{
    /// <summary>Returns secrets for <c>sluice dev</c>. Anybody can compute them from the seed, so no production server accepts them.</summary>
    public static DemoSecrets Published(int seed) => new(Secret.Hash($"dev cursors {seed}"), $"dev {seed}");

    /// <summary>Returns secrets for <c>sluice seed demo</c>, on a server that others can reach.</summary>
    public static DemoSecrets Random() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), null);

    public (ApiKey Key, ApiKeyCredentials Credentials) MakeKey(long companyId, long id, DateTimeOffset now) =>
        Phrase is null
            ? CreateApiKey.Make(companyId, id, "demo", Scopes.All, [], now, expiresAt: null)
            : CreateApiKey.MakePublished(companyId, id, Phrase, now);
}

/// <param name="IsNew">False if the company existed already; then nothing was written.</param>
/// <param name="Credentials">Its API key in clear text; null if the company existed already with other secrets, which nobody knows any more.</param>
internal sealed record DemoCompany(Company Company, bool IsNew, ApiKeyCredentials? Credentials)
{
    /// <summary>The OAuth application of <c>sluice dev</c>; null elsewhere.</summary>
    public DemoOAuthClient? OAuthClient { get; init; }
}

internal sealed record DemoOAuthClient(string ClientId, string ClientSecret);
