using Sluice.Engine.Audit;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.SignIn;

/// <summary>Makes and revokes the API keys of a company. The management API and the Settings page call this.</summary>
internal sealed class ManageKeys(Db db, IdMaker ids, AuditLog audit, TimeProvider clock)
{
    /// <returns>The key with its secrets, which are kept only as hashes; null: the company has as many keys as it may have.</returns>
    public Task<MadeKey?> AddAsync(long companyId, NewKey wanted, AuditActor by, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            await new CompanyStore(tx).LockAsync(companyId, ct);
            var store = new ApiKeyStore(tx, acceptDevOnly: false);
            if (await store.CountAsync(companyId, ct) >= ApiKey.MaxOfCompany)
            {
                return null;
            }

            var (key, credentials) = CreateApiKey.Make(companyId, ids.Next(), wanted.Name, wanted.Scopes, wanted.Networks, clock.GetUtcNow(), wanted.ExpiresAt);
            await store.AddAsync(key, ct);
            await audit.AddAsync(tx, companyId, by, "key.add", Subject(key.Id), [], Describe(key), ct);
            return new MadeKey(key, credentials);
        },
        ct);

    /// <summary>Revokes a key for good. Nodes refuse it within a second.</summary>
    /// <returns>The key as it is now; null: the company has no such key. One that was revoked before stays as it is.</returns>
    public Task<ApiKey?> RevokeAsync(long companyId, long id, AuditActor by, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var (store, now) = (new ApiKeyStore(tx, acceptDevOnly: false), clock.GetUtcNow());
            if (await store.FindAsync(companyId, id, ct) is not { } key)
            {
                return null;
            }

            if (!await store.RevokeAsync(key.AccessKey, now, ct))
            {
                return key;
            }

            await audit.AddAsync(tx, companyId, by, "key.revoke", Subject(id), Describe(key), [], ct);
            return key with { RevokedAt = now };
        },
        ct);

    private static string Subject(long id) => $"key {WireId.Write(id)}";

    private static (string, string?)[] Describe(ApiKey key) =>
    [
        ("name", key.Name), ("scopes", string.Join(' ', key.Scopes)), ("networks", string.Join(' ', key.Networks)), ("expiresAt", key.ExpiresAt is { } at ? WireTime.Write(at, NodaTime.DateTimeZone.Utc) : null),
    ];
}

/// <param name="Networks">In CIDR notation; empty: the key works from anywhere.</param>
/// <param name="ExpiresAt">Null: never.</param>
internal sealed record NewKey(string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string> Networks, DateTimeOffset? ExpiresAt);

internal sealed record MadeKey(ApiKey Key, ApiKeyCredentials Credentials);
