using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.OAuth;

/// <summary>The statements on grants and tokens. The index of each look-up is named after its column.</summary>
internal sealed class OAuthGrantStore(IDbSession db)
{
    private static readonly SqlText SelectGrant = new("""
        select company_id, app_id, id, scopes, code_hash, redirect_uri, code_challenge, created_at, code_expires_at, code_used_at, revoked_at
        from oauth_grants
        """);

    private static readonly SqlText SelectTokens = new("""
        select company_id, app_id, grant_id, number, access_hash, refresh_hash, scopes, access_expires_at, refreshed_at, refreshed_by
        from oauth_tokens
        """);

    public Task AddAsync(OAuthGrant grant, CancellationToken ct) => db.ExecuteAsync($"""
        insert into oauth_grants (company_id, app_id, id, scopes, code_hash, redirect_uri, code_challenge, created_at, code_expires_at)
        values ({grant.CompanyId}, {grant.AppId}, {grant.Id}, {string.Join(' ', grant.Scopes)}, {grant.CodeHash}, {grant.RedirectUri},
                {grant.CodeChallenge}, {grant.CreatedAt}, {grant.CodeExpiresAt})
        """, ct);

    public Task AddAsync(OAuthTokenPair pair, CancellationToken ct) => db.ExecuteAsync($"""
        insert into oauth_tokens (company_id, app_id, grant_id, number, access_hash, refresh_hash, scopes, access_expires_at)
        values ({pair.CompanyId}, {pair.AppId}, {pair.GrantId}, {pair.Number}, {pair.AccessHash}, {pair.RefreshHash},
                {string.Join(' ', pair.Scopes)}, {pair.AccessExpiresAt})
        """, ct);

    /// <summary>Lists the grants of an application, newest first.</summary>
    public Task<List<OAuthGrant>> ListAsync(long companyId, long appId, CancellationToken ct) => db.QueryAsync($"""
        {SelectGrant}
        where company_id = {companyId} and app_id = {appId}
        order by created_at desc, id desc
        limit 1000
        """, ReadGrant, ct);

    public async Task<OAuthGrant?> FindByCodeAsync(string codeHash, CancellationToken ct) => (await db.QueryAsync($"""
        {SelectGrant}
        where code_hash = {codeHash}
        """, ReadGrant, ct)).SingleOrDefault();

    public async Task<OAuthGrant?> FindAsync(long companyId, long appId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        {SelectGrant}
        where company_id = {companyId} and app_id = {appId} and id = {id}
        """, ReadGrant, ct)).SingleOrDefault();

    public async Task<OAuthTokenPair?> FindByRefreshTokenAsync(string hash, CancellationToken ct) => (await db.QueryAsync($"""
        {SelectTokens}
        where refresh_hash = {hash}
        """, ReadTokens, ct)).SingleOrDefault();

    public async Task<OAuthTokenPair?> FindByAccessTokenAsync(string hash, CancellationToken ct) => (await db.QueryAsync($"""
        {SelectTokens}
        where access_hash = {hash}
        """, ReadTokens, ct)).SingleOrDefault();

    /// <returns>Whether nobody has used the code before. Of many who try at once, one gets true.</returns>
    public async Task<bool> UseCodeAsync(OAuthGrant grant, DateTimeOffset now, CancellationToken ct) => await db.ExecuteAsync($"""
        update oauth_grants
        set code_used_at = {now}
        where company_id = {grant.CompanyId} and app_id = {grant.AppId} and id = {grant.Id} and code_used_at is null and revoked_at is null
        """, ct) == 1;

    /// <returns>Whether nobody has used the refresh token before. Of many who try at once, one gets true.</returns>
    public async Task<bool> UseRefreshTokenAsync(OAuthTokenPair pair, DateTimeOffset now, string requestId, CancellationToken ct) => await db.ExecuteAsync($"""
        update oauth_tokens
        set refreshed_at = {now}, refreshed_by = {requestId}
        where company_id = {pair.CompanyId} and app_id = {pair.AppId} and grant_id = {pair.GrantId} and number = {pair.Number} and refreshed_at is null
        """, ct) == 1;

    public Task RevokeAsync(OAuthGrant grant, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"""
        update oauth_grants
        set revoked_at = {now}
        where company_id = {grant.CompanyId} and app_id = {grant.AppId} and id = {grant.Id} and revoked_at is null
        """, ct);

    /// <summary>Deletes a grant with its tokens.</summary>
    public async Task DeleteAsync(OAuthGrant grant, CancellationToken ct)
    {
        await db.ExecuteAsync($"delete from oauth_tokens where company_id = {grant.CompanyId} and app_id = {grant.AppId} and grant_id = {grant.Id}", ct);
        await db.ExecuteAsync($"delete from oauth_grants where company_id = {grant.CompanyId} and app_id = {grant.AppId} and id = {grant.Id}", ct);
    }

    /// <summary>Deletes the pairs of a grant before this one that are too many.</summary>
    public Task DeleteOldAsync(OAuthTokenPair newest, CancellationToken ct) => db.ExecuteAsync($"""
        delete from oauth_tokens
        where company_id = {newest.CompanyId} and app_id = {newest.AppId} and grant_id = {newest.GrantId} and number <= {newest.Number - OAuthTokenPair.MaxOfGrant}
        """, ct);

    private static OAuthGrant ReadGrant(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("app_id"),
        row.Integer("id"),
        OAuthWords.Read(row.Text("scopes")),
        row.Text("code_hash"),
        row.Text("redirect_uri"),
        row.TextOrNull("code_challenge"),
        row.Time("created_at"),
        row.Time("code_expires_at"))
    {
        CodeUsedAt = row.TimeOrNull("code_used_at"),
        RevokedAt = row.TimeOrNull("revoked_at"),
    };

    private static OAuthTokenPair ReadTokens(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("app_id"),
        row.Integer("grant_id"),
        row.Int("number"),
        row.Text("access_hash"),
        row.Text("refresh_hash"),
        OAuthWords.Read(row.Text("scopes")),
        row.Time("access_expires_at"))
    {
        RefreshedAt = row.TimeOrNull("refreshed_at"),
        RefreshedBy = row.TextOrNull("refreshed_by"),
    };
}
