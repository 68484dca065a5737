using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>
/// Identifies the caller by the <c>Authorization</c> header. Reads a key from the database at most once in half a second: a revoked key stops
/// working within that time on every node, and a busy key costs one hash and one comparison per request.
/// </summary>
internal sealed class Credentials(CallerLookup find, TimeProvider clock)
{
    private const int MaxKept = 10_000;
    private const int MaxHeader = 512;

    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);
    private static readonly byte[] DummyHash = new byte[SHA256.HashSizeInBytes];

    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <returns>Null when the header is missing or malformed, or when the key is unknown, revoked or expired.</returns>
    public ValueTask<Caller?> CheckAsync(string? authorization, CancellationToken ct)
    {
        if (authorization is null || authorization.Length > MaxHeader)
        {
            return ValueTask.FromResult<Caller?>(null);
        }

        if (authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return CheckBasicAsync(authorization.AsSpan(6).Trim(), ct);
        }

        return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? CheckBearerAsync(authorization[7..].Trim(), ct)
            : ValueTask.FromResult<Caller?>(null);
    }

    private ValueTask<Caller?> CheckBasicAsync(ReadOnlySpan<char> base64, CancellationToken ct)
    {
        Span<byte> pair = stackalloc byte[MaxHeader];
        if (!Convert.TryFromBase64Chars(base64, pair, out var length) || pair[..length].IndexOf((byte)':') is var colon && colon < 0)
        {
            return ValueTask.FromResult<Caller?>(null);
        }

        // Pass on only the hash, so that no object that outlives this call holds the secret.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(pair[(colon + 1)..length], hash);
        Span<char> accessKey = stackalloc char[MaxHeader];
        accessKey = accessKey[..Encoding.UTF8.GetChars(pair[..colon], accessKey)];

        var found = FindAsync(accessKey, ct);
        return found.IsCompletedSuccessfully
            ? ValueTask.FromResult(Verify(found.Result, hash))
            : SlowAsync(found, hash.ToArray());

        async ValueTask<Caller?> SlowAsync(Task<Caller?> reading, byte[] secretHash) => Verify(await reading, secretHash);
    }

    private async ValueTask<Caller?> CheckBearerAsync(string token, CancellationToken ct)
    {
        var isOAuth = Secret.HasValidChecksum(token, Secret.AccessTokenPrefix);
        if (!isOAuth && !Secret.HasValidChecksum(token, Secret.TokenPrefix))
        {
            return null;
        }

        var hash = Secret.Hash(token);
        var caller = await KeepAsync(hash, isOAuth ? find.ByAccessTokenHashAsync : find.ByTokenHashAsync, ct);
        return caller is not null && CryptographicOperations.FixedTimeEquals(caller.TokenHash, Convert.FromHexString(hash)) ? Alive(caller) : null;
    }

    private Task<Caller?> FindAsync(ReadOnlySpan<char> accessKey, CancellationToken ct)
    {
        if (_kept.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(accessKey, out var kept) && IsFresh(kept))
        {
            return kept.Caller;
        }

        return Secret.HasValidChecksum(accessKey, Secret.AccessKeyPrefix)
            ? KeepAsync(accessKey.ToString(), find.ByAccessKeyAsync, ct)
            : Task.FromResult<Caller?>(null);
    }

    /// <summary>Requests that need the same key at the same time share one read.</summary>
    private Task<Caller?> KeepAsync(string key, Func<string, CancellationToken, Task<Caller?>> read, CancellationToken ct)
    {
        if (_kept.TryGetValue(key, out var kept) && IsFresh(kept))
        {
            return kept.Caller.WaitAsync(ct);
        }

        if (_kept.Count >= MaxKept)
        {
            _kept.Clear();
        }

        // The read is shared, so it takes no request's cancellation token: one client that disconnects must not fail the others.
        var reading = new Kept(read(key, CancellationToken.None), clock.GetTimestamp());
        _kept[key] = reading;
        return reading.Caller.WaitAsync(ct);
    }

    private bool IsFresh(Kept kept) => !kept.Caller.IsFaulted && clock.GetElapsedTime(kept.ReadAt) < Fresh;

    /// <summary>Compares even when no key was found, so that the response time does not reveal which keys exist.</summary>
    private Caller? Verify(Caller? caller, ReadOnlySpan<byte> hash) =>
        CryptographicOperations.FixedTimeEquals(caller?.SecretHash ?? DummyHash, hash) && caller is not null ? Alive(caller) : null;

    private Caller? Alive(Caller caller) => caller.ExpiresAt <= clock.GetUtcNow() ? null : caller;

    private sealed record Kept(Task<Caller?> Caller, long ReadAt);
}
