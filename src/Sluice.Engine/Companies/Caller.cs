using System.Collections.Frozen;
using System.Net;
using NodaTime;

namespace Sluice.Engine.Companies;

/// <summary>The caller: one API key of one company, with the facts about both that every request needs.</summary>
internal sealed record Caller(long CompanyId, long ApiKeyId, DateTimeZone TimeZone, CompanyLimits Limits, byte[] CursorKey)
{
    /// <summary>The public half of the credential.</summary>
    public required string AccessKey { get; init; }

    public required FrozenSet<string> Scopes { get; init; }

    /// <summary>The networks from which the key may call. Empty: from anywhere.</summary>
    public required IReadOnlyList<IPNetwork> Networks { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>SHA-256 of the access key's secret.</summary>
    public required byte[] SecretHash { get; init; }

    /// <summary>SHA-256 of the bearer token.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>Whether it is an application with an OAuth token: <see cref="ApiKeyId"/> and <see cref="AccessKey"/> are then those of the application.</summary>
    public bool IsOAuth { get; init; }

    /// <summary>The user who is signed in to the console; null: a key calls. <see cref="ApiKeyId"/> is then that of no key.</summary>
    public long? UserId { get; init; }

    public bool MayCallFrom(IPAddress? address)
    {
        if (Networks.Count == 0)
        {
            return true;
        }

        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is not null && Networks.Any(network => network.Contains(plain));
    }
}

/// <summary>The call limits of a company. Zero means no limit.</summary>
internal sealed record CompanyLimits(int CallsPerSecond, int CallsPerDay);

/// <summary>
/// Finds the caller of a key. The server supplies these functions at startup: the store of keys is in a folder that depends on this one, so
/// this one cannot call it.
/// </summary>
internal sealed record CallerLookup(
    Func<string, CancellationToken, Task<Caller?>> ByAccessKeyAsync,
    Func<string, CancellationToken, Task<Caller?>> ByTokenHashAsync,
    Func<string, CancellationToken, Task<Caller?>> ByAccessTokenHashAsync);
