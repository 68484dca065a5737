using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>
/// Identifies the caller by the <c>Authorization</c> header. Reads a key from the database at most once in half a second: a revoked key stops
/// working within that time on every node. In between, a connection that sends the same header again costs no hash.
/// </summary>
internal sealed class Credentials(CallerLookup find, TimeProvider clock)
{
    private const int MaxKept = 10_000;
    private const int MaxHeader = 512;

    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);
    private static readonly byte[] DummyHash = new byte[SHA256.HashSizeInBytes];

    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <summary>
    /// Headers that were right. Finds the object, not its letters: the web server gives a connection the same text again as long as it sends the same bytes. An
    /// entry has the secret no longer than the connection has it.
    /// </summary>
    private readonly ConditionalWeakTable<string, Checked> _checked = [];

    /// <returns>Null when the header is missing or malformed, or when the key is unknown, revoked or expired.</returns>
    public ValueTask<Caller?> CheckAsync(string? authorization, CancellationToken ct)
    {
        if (authorization is null || authorization.Length > MaxHeader)
        {
            return ValueTask.FromResult<Caller?>(null);
        }

        return _checked.TryGetValue(authorization, out var before) && IsFresh(before.Kept)
            ? ValueTask.FromResult(Alive(before.Caller))
            : CheckAnewAsync(authorization, ct);
    }

    private async ValueTask<Caller?> CheckAnewAsync(string authorization, CancellationToken ct)
    {
        var isBasic = authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase);
        var (kept, hash) = isBasic ? FindByPair(authorization.AsSpan(6).Trim())
            : authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? FindByToken(authorization[7..].Trim())
            : default;
        if (kept is null)
        {
            return null;
        }

        var caller = await kept.Caller.WaitAsync(ct);

        // Compares even when no key was found, so that the response time does not reveal which keys exist.
        var isRight = CryptographicOperations.FixedTimeEquals((isBasic ? caller?.SecretHash : caller?.TokenHash) ?? DummyHash, hash);
        if (!isRight || caller is null)
        {
            return null;
        }

        _checked.AddOrUpdate(authorization, new Checked(kept, caller));
        return Alive(caller);
    }

    private (Kept? Kept, byte[]? Hash) FindByPair(ReadOnlySpan<char> base64)
    {
        Span<byte> pair = stackalloc byte[MaxHeader];
        if (!Convert.TryFromBase64Chars(base64, pair, out var length) || pair[..length].IndexOf((byte)':') is var colon && colon < 0)
        {
            return default;
        }

        var accessKey = Encoding.UTF8.GetString(pair[..colon]);
        return Secret.HasValidChecksum(accessKey, Secret.AccessKeyPrefix) ? (Keep(accessKey, find.ByAccessKeyAsync), SHA256.HashData(pair[(colon + 1)..length])) : default;
    }

    private (Kept? Kept, byte[]? Hash) FindByToken(string token)
    {
        var isOAuth = Secret.HasValidChecksum(token, Secret.AccessTokenPrefix);
        if (!isOAuth && !Secret.HasValidChecksum(token, Secret.TokenPrefix))
        {
            return default;
        }

        var hash = Secret.Hash(token);
        return (Keep(hash, isOAuth ? find.ByAccessTokenHashAsync : find.ByTokenHashAsync), Convert.FromHexString(hash));
    }

    /// <summary>Requests that need the same key at the same time share one read.</summary>
    private Kept Keep(string key, Func<string, CancellationToken, Task<Caller?>> read)
    {
        if (_kept.TryGetValue(key, out var kept) && IsFresh(kept))
        {
            return kept;
        }

        if (_kept.Count >= MaxKept)
        {
            _kept.Clear();
        }

        // Several requests share this read. It takes the cancellation token of none of them, because a client that disconnects must not make the others fail.
        return _kept[key] = new Kept(read(key, CancellationToken.None), clock.GetTimestamp());
    }

    private bool IsFresh(Kept kept) => !kept.Caller.IsFaulted && clock.GetElapsedTime(kept.ReadAt) < Fresh;

    private Caller? Alive(Caller caller) => caller.ExpiresAt is { } end && end <= clock.GetUtcNow() ? null : caller;

    private sealed record Kept(Task<Caller?> Caller, long ReadAt);

    /// <param name="Caller">Whom the header proved to be.</param>
    private sealed record Checked(Kept Kept, Caller Caller);
}
