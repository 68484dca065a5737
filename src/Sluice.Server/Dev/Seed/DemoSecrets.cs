using System.Security.Cryptography;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Dev.Seed;

/// <summary>What a demo company keeps secret, or does not: the one thing in it that is not drawn from the seed alone.</summary>
/// <param name="CursorKey">Hex.</param>
/// <param name="Phrase">From which the key is made, where it is published.</param>
internal sealed record DemoSecrets(string CursorKey, string? Phrase)
{
    /// <summary>For <c>sluice dev</c>: anybody can work them out from the seed, so nothing but a stand-in accepts them.</summary>
    public static DemoSecrets Published(int seed) => new(Secret.Hash($"dev cursors {seed}"), $"dev {seed}");

    /// <summary>For <c>sluice seed demo</c>, on a server that others can reach.</summary>
    public static DemoSecrets Random() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), null);

    public (ApiKey Key, KeyWords Words) MakeKey(long companyId, long id, DateTimeOffset now) =>
        Phrase is null
            ? CreateApiKey.Make(companyId, id, "demo", Scopes.All, [], now, expiresAt: null)
            : CreateApiKey.MakePublished(companyId, id, Phrase, now);
}

/// <param name="IsNew">False: it was there already and nothing was written.</param>
/// <param name="Words">Of its key; null where it was there already with other secrets than these, as then nobody knows them any more.</param>
internal sealed record DemoCompany(Company Company, bool IsNew, KeyWords? Words);
