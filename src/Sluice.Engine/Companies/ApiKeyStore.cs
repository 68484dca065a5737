using System.Collections.Frozen;
using System.Data.Common;
using System.Net;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Companies;

/// <param name="acceptDevOnly">Whether to accept keys with a published secret; true only in <c>sluice dev</c>.</param>
internal sealed class ApiKeyStore(IDbSession db, bool acceptDevOnly)
{
    private static readonly SqlText SelectCaller = new("""
        select k.company_id, k.id, c.time_zone, c.calls_per_second, c.calls_per_day, c.cursor_key, k.scopes, k.networks, k.expires_at,
               k.secret_hash, k.token_hash, k.access_key
        from api_keys k
        join companies c on c.id = k.company_id
        """);

    public Task AddAsync(ApiKey key, CancellationToken ct) => db.ExecuteAsync($"""
        insert into api_keys (company_id, id, name, access_key, secret_hash, token_hash, scopes, networks, dev_only, created_at, expires_at)
        values ({key.CompanyId}, {key.Id}, {key.Name}, {key.AccessKey}, {key.SecretHash}, {key.TokenHash},
                {string.Join(' ', key.Scopes)}, {string.Join(' ', key.Networks)}, {key.DevOnly}, {key.CreatedAt}, {key.ExpiresAt})
        """, ct);

    /// <summary>Gives a key other credentials. Everything else of it stays.</summary>
    public Task ReplaceCredentialsAsync(ApiKey key, CancellationToken ct) => db.ExecuteAsync($"""
        update api_keys
        set access_key = {key.AccessKey}, secret_hash = {key.SecretHash}, token_hash = {key.TokenHash}
        where company_id = {key.CompanyId} and id = {key.Id}
        """, ct);

    /// <summary>Lists the API keys of all companies, for the operators of the server.</summary>
    public Task<List<ApiKey>> ListAsync(CancellationToken ct) => db.QueryAsync($"""
        select company_id, id, name, access_key, secret_hash, token_hash, scopes, networks, dev_only, created_at, expires_at, revoked_at
        from api_keys
        order by company_id, id
        limit 10000
        """, Read, ct);

    /// <summary>Lists the API keys of a company, the newest first, also those that are revoked.</summary>
    public Task<List<ApiKey>> ListAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select company_id, id, name, access_key, secret_hash, token_hash, scopes, networks, dev_only, created_at, expires_at, revoked_at
        from api_keys
        where company_id = {companyId}
        order by id desc
        limit {ApiKey.MaxOfCompany}
        """, Read, ct);

    public async Task<ApiKey?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select company_id, id, name, access_key, secret_hash, token_hash, scopes, networks, dev_only, created_at, expires_at, revoked_at
        from api_keys
        where company_id = {companyId} and id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Counts the keys of a company that are not revoked.</summary>
    public async Task<long> CountAsync(long companyId, CancellationToken ct) =>
        (await db.QueryAsync($"select count(*) from api_keys where company_id = {companyId} and revoked_at is null", row => row.GetInt64(0), ct)).Single();

    /// <returns>Whether the key existed and was not revoked before.</returns>
    public async Task<bool> RevokeAsync(string accessKey, DateTimeOffset now, CancellationToken ct) =>
        await db.ExecuteAsync($"update api_keys set revoked_at = {now} where access_key = {accessKey} and revoked_at is null", ct) == 1;

    /// <summary>Uses the index api_keys_access_key.</summary>
    public async Task<Caller?> FindByAccessKeyAsync(string accessKey, CancellationToken ct) => (await db.QueryAsync($"""
        {SelectCaller}
        where k.access_key = {accessKey} and k.revoked_at is null and (k.dev_only = {acceptDevOnly} or not k.dev_only)
        """, ReadCaller, ct)).SingleOrDefault();

    /// <summary>Finds the key of <c>sluice dev</c>; the first one if the database was seeded several times. Uses no index: there are few keys.</summary>
    public async Task<Caller?> FindDevAsync(CancellationToken ct) => (await db.QueryAsync($"""
        {SelectCaller}
        where k.dev_only and k.revoked_at is null
        order by k.company_id
        limit 1
        """, ReadCaller, ct)).SingleOrDefault();

    /// <summary>Uses the index api_keys_token.</summary>
    public async Task<Caller?> FindByTokenHashAsync(string tokenHash, CancellationToken ct) => (await db.QueryAsync($"""
        {SelectCaller}
        where k.token_hash = {tokenHash} and k.revoked_at is null and (k.dev_only = {acceptDevOnly} or not k.dev_only)
        """, ReadCaller, ct)).SingleOrDefault();

    private static ApiKey Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        row.Text("name"),
        row.Text("access_key"),
        row.Text("secret_hash"),
        row.Text("token_hash"),
        Words(row.Text("scopes")),
        Words(row.Text("networks")),
        row.Flag("dev_only"),
        row.Time("created_at"),
        row.TimeOrNull("expires_at"),
        row.TimeOrNull("revoked_at"));

    private static Caller ReadCaller(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        Zones.FindOrUtc(row.Text("time_zone")),
        new CompanyLimits(row.Int("calls_per_second"), row.Int("calls_per_day")),
        Convert.FromHexString(row.Text("cursor_key")))
    {
        Scopes = Words(row.Text("scopes")).ToFrozenSet(StringComparer.Ordinal),
        Networks = [.. Words(row.Text("networks")).Select(IPNetwork.Parse)],
        ExpiresAt = row.TimeOrNull("expires_at"),
        SecretHash = Convert.FromHexString(row.Text("secret_hash")),
        TokenHash = Convert.FromHexString(row.Text("token_hash")),
        AccessKey = row.Text("access_key"),
    };

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
