using System.Data.Common;
using Sluice.Engine.Secrets;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Dkim;

internal sealed class DkimKeyStore(IDbSession db)
{
    private static readonly SqlText Columns = new("company_id, id, domain, selector, rsa_secret, rsa_public, ed25519_secret, ed25519_public, active, created_at");

    public Task AddAsync(DkimKey key, CancellationToken ct) => db.ExecuteAsync($"""
        insert into dkim_keys (company_id, id, domain, selector, rsa_secret, rsa_public, ed25519_secret, ed25519_public, active, created_at)
        values ({key.CompanyId}, {key.Id}, {key.Domain}, {key.Selector}, {key.RsaSecret}, {key.RsaPublic}, {key.Ed25519Secret}, {key.Ed25519Public}, {key.IsActive}, {key.CreatedAt})
        """, ct);

    /// <summary>Lists all keys of a company, by the primary key.</summary>
    public Task<List<DkimKey>> ListAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from dkim_keys
        where company_id = {companyId}
        order by id
        limit {DkimKey.MaxOfCompany}
        """, Read, ct);

    public async Task<DkimKey?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from dkim_keys
        where company_id = {companyId} and id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Signs with this key from now on, or no more. One key of a domain is active: the others are not any more.</summary>
    public Task SetActiveAsync(DkimKey key, bool isActive, CancellationToken ct) => db.ExecuteAsync($"""
        update dkim_keys
        set active = ({isActive} and id = {key.Id})
        where company_id = {key.CompanyId} and (id = {key.Id} or ({isActive} and domain = {key.Domain}))
        """, ct);

    public async Task<bool> DeleteAsync(long companyId, long id, CancellationToken ct) =>
        await db.ExecuteAsync($"delete from dkim_keys where company_id = {companyId} and id = {id}", ct) == 1;

    /// <summary>Lists the secrets of all companies' keys after a place, in the order of the primary key.</summary>
    public Task<List<KeptSecret>> ListSecretsAsync((long CompanyId, long Id) after, int limit, CancellationToken ct) => db.QueryAsync($"""
        select company_id, id, rsa_secret, ed25519_secret
        from dkim_keys
        where (company_id, id) > ({after.CompanyId}, {after.Id})
        order by company_id, id
        limit {limit}
        """, row => new KeptSecret(row.GetInt64(0), row.GetInt64(1), DkimSecrets.PurposeOf(row.GetInt64(0), row.GetInt64(1)), [row.GetString(2), row.GetString(3)]), ct);

    /// <returns>False: somebody has removed the key meanwhile.</returns>
    public async Task<bool> ReplaceSecretsAsync(KeptSecret before, IReadOnlyList<string?> secrets, CancellationToken ct) => await db.ExecuteAsync($"""
        update dkim_keys
        set rsa_secret = {secrets[0]},
            ed25519_secret = {secrets[1]}
        where company_id = {before.CompanyId} and id = {before.Id} and rsa_secret = {before.Secrets[0]} and ed25519_secret = {before.Secrets[1]}
        """, ct) == 1;

    private static DkimKey Read(DbDataReader row) => new()
    {
        CompanyId = row.Integer("company_id"),
        Id = row.Integer("id"),
        Domain = row.Text("domain"),
        Selector = row.Text("selector"),
        RsaSecret = row.Text("rsa_secret"),
        RsaPublic = row.Text("rsa_public"),
        Ed25519Secret = row.Text("ed25519_secret"),
        Ed25519Public = row.Text("ed25519_public"),
        IsActive = row.Flag("active"),
        CreatedAt = row.Time("created_at"),
    };
}
