using Sluice.Engine.Audit;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.SignIn;

/// <summary>Begins, finds and ends the sessions of people. A cookie is kept only as a hash, and each sign-in gets a new one.</summary>
internal sealed class Sessions(Db db, IdMaker ids, AuditLog audit, TimeProvider clock)
{
    private const int MaxBrowser = 200;

    /// <summary>Begins a session, and ends the one that the browser had.</summary>
    /// <param name="login">Who has proved to be its owner.</param>
    /// <param name="way">How, for the audit: <c>password</c>, <c>invitation</c> or <c>provider</c>.</param>
    /// <param name="needsCode">Whether the code of the second factor is still missing.</param>
    /// <param name="replaced">The session that the browser had; null: none.</param>
    /// <param name="by">Who signs in, from where.</param>
    /// <param name="browser">What the browser calls itself.</param>
    /// <returns>The cookie.</returns>
    public Task<string> BeginAsync(Login login, string way, bool needsCode, Session? replaced, AuditActor by, string? browser, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var (now, cookie) = (clock.GetUtcNow(), Secret.New(Secret.SessionPrefix));
            if (replaced is not null)
            {
                await new SessionStore(tx).DeleteAsync(replaced.CompanyId, replaced.Id, ct);
            }

            await new LoginStore(tx).LockAsync(login.CompanyId, login.UserId, ct); // So that two sign-ins at once do not both pass the limit of sessions.
            await new SessionStore(tx).AddAsync(
                new Session(
                    login.CompanyId, ids.Next(), login.UserId, Secret.Hash(cookie), needsCode, by.Address, browser is { Length: > MaxBrowser } ? browser[..MaxBrowser] : browser, now,
                    now + (needsCode ? Session.CodeLifetime : Session.Lifetime)),
                ct);
            await (needsCode ? Task.CompletedTask : audit.AddAsync(tx, login.CompanyId, by, "sign-in", ManageLogins.Subject(login.UserId), [], [("by", way)], ct));
            return cookie;
        },
        ct);

    public async Task<Session?> FindAsync(string cookie, CancellationToken ct) =>
        Secret.HasValidChecksum(cookie, Secret.SessionPrefix) ? await new SessionStore(db).FindAsync(Secret.Hash(cookie), clock.GetUtcNow(), ct) : null;

    public Task EndAsync(Session session, AuditActor by, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            if (await new SessionStore(tx).DeleteAsync(session.CompanyId, session.Id, ct))
            {
                await audit.AddAsync(tx, session.CompanyId, by, "sign-out", ManageLogins.Subject(session.UserId), [], [], ct);
            }
        },
        ct);

    /// <summary>Notes that a password or a code of a known user was wrong.</summary>
    public Task NoteFailureAsync(Login login, string what, AuditActor by, CancellationToken ct) =>
        audit.AddAsync(db, login.CompanyId, by with { UserId = null }, "sign-in.refused", ManageLogins.Subject(login.UserId), [], [("wrong", what)], ct);
}
