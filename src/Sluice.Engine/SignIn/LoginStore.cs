using System.Data.Common;
using Sluice.Engine.Secrets;
using Sluice.Engine.Storage;

namespace Sluice.Engine.SignIn;

internal sealed class LoginStore(IDbSession db)
{
    private static readonly SqlText Columns = new(
        "company_id, user_id, roles, password_hash, invite_hash, invite_expires_at, totp_secret, totp_pending, totp_step, recovery_hashes, created_at");

    /// <summary>Writes a login as it shall be. Its caller has locked what it was by <see cref="LockAsync"/>, or there was none.</summary>
    public Task PutAsync(Login login, CancellationToken ct) => db.ExecuteAsync($"""
        insert into logins (company_id, user_id, roles, password_hash, invite_hash, invite_expires_at, totp_secret, totp_pending, totp_step, recovery_hashes, created_at)
        values ({login.CompanyId}, {login.UserId}, {string.Join(' ', RoleWords.Of(login.Roles))}, {login.PasswordHash}, {login.InviteHash}, {login.InviteExpiresAt},
                {login.TotpSecret}, {login.TotpPending}, {login.TotpStep}, {string.Join(' ', login.RecoveryHashes)}, {login.CreatedAt})
        on conflict (company_id, user_id) do update
        set roles = excluded.roles,
            password_hash = excluded.password_hash,
            invite_hash = excluded.invite_hash,
            invite_expires_at = excluded.invite_expires_at,
            totp_secret = excluded.totp_secret,
            totp_pending = excluded.totp_pending,
            totp_step = excluded.totp_step,
            recovery_hashes = excluded.recovery_hashes
        """, ct);

    public async Task<Login?> FindAsync(long companyId, long userId, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from logins
        where company_id = {companyId} and user_id = {userId}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Finds a login, and holds its row until the transaction ends: a link, a code and a recovery code work once.</summary>
    public async Task<Login?> LockAsync(long companyId, long userId, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from logins l
        where l.company_id = {companyId} and l.user_id = {userId}
        {db.Dialect.ForUpdateOf("l")}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Finds the login of an invitation. Uses the index logins_invite.</summary>
    public async Task<Login?> FindInvitedAsync(string inviteHash, DateTimeOffset now, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from logins
        where invite_hash = {inviteHash} and invite_expires_at > {now}
        """, Read, ct)).SingleOrDefault();

    public Task<List<Login>> ListAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from logins
        where company_id = {companyId}
        order by user_id
        limit 10000
        """, Read, ct);

    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync(long companyId, long userId, CancellationToken ct) =>
        await db.ExecuteAsync($"delete from logins where company_id = {companyId} and user_id = {userId}", ct) == 1;

    /// <summary>Lists the secrets of authenticators of all companies after a place, in the order of the primary key.</summary>
    public Task<List<KeptSecret>> ListSecretsAsync((long CompanyId, long Id) after, int limit, CancellationToken ct) => db.QueryAsync($"""
        select company_id, user_id, totp_secret, totp_pending
        from logins
        where (company_id, user_id) > ({after.CompanyId}, {after.Id})
        order by company_id, user_id
        limit {limit}
        """, row => new KeptSecret(row.Integer("company_id"), row.Integer("user_id"), SecondFactor.PurposeOf(row.Integer("company_id"), row.Integer("user_id")), [row.TextOrNull("totp_secret"), row.TextOrNull("totp_pending")]), ct);

    /// <returns>False: the person has changed the second factor meanwhile.</returns>
    public async Task<bool> ReplaceSecretsAsync(KeptSecret before, IReadOnlyList<string?> secrets, CancellationToken ct) => await db.ExecuteAsync($"""
        update logins
        set totp_secret = {secrets[0]},
            totp_pending = {secrets[1]}
        where company_id = {before.CompanyId} and user_id = {before.Id}
          and coalesce(totp_secret, '') = {before.Secrets[0] ?? ""} and coalesce(totp_pending, '') = {before.Secrets[1] ?? ""}
        """, ct) == 1;

    private static Login Read(DbDataReader row) => new(
        row.Integer("company_id"), row.Integer("user_id"), RoleWords.Read(row.Text("roles").Split(' ')), row.TextOrNull("password_hash"), row.Time("created_at"))
    {
        InviteHash = row.TextOrNull("invite_hash"),
        InviteExpiresAt = row.TimeOrNull("invite_expires_at"),
        TotpSecret = row.TextOrNull("totp_secret"),
        TotpPending = row.TextOrNull("totp_pending"),
        TotpStep = row.Integer("totp_step"),
        RecoveryHashes = row.Text("recovery_hashes").Split(' ', StringSplitOptions.RemoveEmptyEntries),
    };
}
