using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.SignIn;

internal sealed class SessionStore(IDbSession db)
{
    private static readonly SqlText Columns = new("company_id, id, user_id, hash, needs_code, address, browser, created_at, expires_at");

    /// <summary>Adds a session. If the user has too many, the oldest end.</summary>
    public async Task AddAsync(Session session, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            delete from sessions
            where company_id = {session.CompanyId} and user_id = {session.UserId} and id in (
                select s.id
                from sessions s
                where s.company_id = {session.CompanyId} and s.user_id = {session.UserId}
                order by s.id desc
                limit 1000 offset {Session.MaxOfUser - 1})
            """, ct);
        await db.ExecuteAsync($"""
            insert into sessions (company_id, id, user_id, hash, needs_code, address, browser, created_at, expires_at)
            values ({session.CompanyId}, {session.Id}, {session.UserId}, {session.Hash}, {session.NeedsCode}, {session.Address}, {session.Browser},
                    {session.CreatedAt}, {session.ExpiresAt})
            """, ct);
    }

    /// <summary>Finds a session that lives, by its cookie. Uses the index sessions_hash.</summary>
    public async Task<Session?> FindAsync(string hash, DateTimeOffset now, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from sessions
        where hash = {hash} and expires_at > {now}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Lists the sessions that live, the newest first. Those that wait for a code are none yet.</summary>
    /// <param name="userId">Null: of all users.</param>
    public Task<List<Session>> ListAsync(long companyId, long? userId, DateTimeOffset now, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from sessions
        where company_id = {companyId} and ({userId} is null or user_id = {userId}) and expires_at > {now} and not needs_code
        order by id desc
        limit {limit}
        """, Read, ct);

    public async Task<Session?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from sessions
        where company_id = {companyId} and id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync(long companyId, long id, CancellationToken ct) =>
        await db.ExecuteAsync($"delete from sessions where company_id = {companyId} and id = {id}", ct) == 1;

    /// <summary>Ends the sessions of a user. Uses the index sessions_user.</summary>
    /// <param name="except">The one that goes on; null: none does.</param>
    /// <returns>How many ended.</returns>
    public Task<int> DeleteOfUserAsync(long companyId, long userId, long? except, CancellationToken ct) => db.ExecuteAsync($"""
        delete from sessions
        where company_id = {companyId} and user_id = {userId} and ({except} is null or id <> {except})
        """, ct);

    /// <summary>Deletes what is over. Reads the whole table, which is small: at most 20 rows of a user.</summary>
    public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"delete from sessions where expires_at <= {now}", ct);

    private static Session Read(DbDataReader row) => new(
        row.Integer("company_id"), row.Integer("id"), row.Integer("user_id"), row.Text("hash"), row.Flag("needs_code"), row.TextOrNull("address"), row.TextOrNull("browser"),
        row.Time("created_at"), row.Time("expires_at"));
}
