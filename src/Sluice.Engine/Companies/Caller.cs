using System.Collections.Frozen;
using System.Net;
using NodaTime;

namespace Sluice.Engine.Companies;

/// <summary>Who calls: one API key of one company, with what every request needs to know of both.</summary>
internal sealed record Caller(long CompanyId, long ApiKeyId, DateTimeZone TimeZone, CompanyLimits Limits, byte[] CursorKey)
{
    /// <summary>The half of the credential that is no secret.</summary>
    public required string AccessKey { get; init; }

    public required FrozenSet<string> Scopes { get; init; }

    /// <summary>Where it may call from. Empty: anywhere.</summary>
    public required IReadOnlyList<IPNetwork> Networks { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>SHA-256 of the access key's secret, and of the bearer token.</summary>
    public required byte[] SecretHash { get; init; }

    public required byte[] TokenHash { get; init; }

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

/// <summary>Zero means no limit.</summary>
internal sealed record CompanyLimits(int CallsPerSecond, int CallsPerDay);

/// <summary>Where keys are looked up. Told at start by the one who puts the rooms together, as keys live in a room below.</summary>
internal sealed record FindCaller(
    Func<string, CancellationToken, Task<Caller?>> ByAccessKeyAsync,
    Func<string, CancellationToken, Task<Caller?>> ByTokenHashAsync);
