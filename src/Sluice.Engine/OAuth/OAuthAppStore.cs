using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.OAuth;

/// <param name="acceptDevOnly">Whether to accept applications with a published secret; true only in <c>sluice dev</c>.</param>
internal sealed class OAuthAppStore(IDbSession db, bool acceptDevOnly)
{
    private static readonly SqlText Select = new("""
        select company_id, id, name, client_id, secret_hash, redirect_uris, scopes, dev_only, created_at
        from oauth_apps
        """);

    /// <summary>Returns the same store in a transaction.</summary>
    public OAuthAppStore In(IDbSession tx) => new(tx, acceptDevOnly);

    public Task AddAsync(OAuthApp app, CancellationToken ct) => db.ExecuteAsync($"""
        insert into oauth_apps (company_id, id, name, client_id, secret_hash, redirect_uris, scopes, dev_only, created_at)
        values ({app.CompanyId}, {app.Id}, {app.Name}, {app.ClientId}, {app.SecretHash},
                {string.Join(' ', app.RedirectUris)}, {string.Join(' ', app.Scopes)}, {app.DevOnly}, {app.CreatedAt})
        """, ct);

    /// <summary>Lists the company's applications, oldest first.</summary>
    public Task<List<OAuthApp>> ListAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        {Select}
        where company_id = {companyId} and (dev_only = {acceptDevOnly} or not dev_only)
        order by created_at, id
        limit 1000
        """, Read, ct);

    /// <summary>Uses the index oauth_apps_client_id.</summary>
    public async Task<OAuthApp?> FindAsync(string clientId, CancellationToken ct) => (await db.QueryAsync($"""
        {Select}
        where client_id = {clientId} and (dev_only = {acceptDevOnly} or not dev_only)
        """, Read, ct)).SingleOrDefault();

    public async Task<OAuthApp?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        {Select}
        where company_id = {companyId} and id = {id} and (dev_only = {acceptDevOnly} or not dev_only)
        """, Read, ct)).SingleOrDefault();

    /// <summary>Deletes the application with its codes and tokens. Call it in a transaction.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync(long companyId, long id, CancellationToken ct)
    {
        await db.ExecuteAsync($"delete from oauth_tokens where company_id = {companyId} and app_id = {id}", ct);
        await db.ExecuteAsync($"delete from oauth_grants where company_id = {companyId} and app_id = {id}", ct);
        return await db.ExecuteAsync($"delete from oauth_apps where company_id = {companyId} and id = {id}", ct) == 1;
    }

    private static OAuthApp Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        row.Text("name"),
        row.Text("client_id"),
        row.Text("secret_hash"),
        OAuthWords.Read(row.Text("redirect_uris")),
        OAuthWords.Read(row.Text("scopes")),
        row.Flag("dev_only"),
        row.Time("created_at"));
}

internal static class OAuthWords
{
    public static string[] Read(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
