using Sluice.Engine.Audit;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.SignIn;

/// <summary>Sets passwords, by the link of an invitation or by the person who is signed in. The server hashes them: this sees no password.</summary>
internal sealed class SetPassword(Db db, AuditLog audit, TimeProvider clock)
{
    public async Task<Login?> FindInvitedAsync(string token, CancellationToken ct) =>
        Secret.HasValidChecksum(token, Secret.InvitePrefix) ? await new LoginStore(db).FindInvitedAsync(Secret.Hash(token), clock.GetUtcNow(), ct) : null;

    /// <summary>Uses up a link. All sessions of the user end, and so does the second factor.</summary>
    /// <returns>The login as it is now; null: the link was used meanwhile.</returns>
    public Task<Login?> ByInvitationAsync(Login invited, string passwordHash, AuditActor by, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var store = new LoginStore(tx);
            if (await store.LockAsync(invited.CompanyId, invited.UserId, ct) is not { } current || current.InviteHash != invited.InviteHash)
            {
                return null;
            }

            var login = current with { PasswordHash = passwordHash, InviteHash = null, InviteExpiresAt = null, TotpSecret = null, TotpPending = null, RecoveryHashes = [] };
            await store.PutAsync(login, ct);
            await new SessionStore(tx).DeleteOfUserAsync(login.CompanyId, login.UserId, null, ct);
            await audit.AddAsync(tx, login.CompanyId, by, "password.set", ManageLogins.Subject(login.UserId), [], [("by", "invitation")], ct);
            return login;
        },
        ct);

    /// <summary>Changes the password of a person who is signed in. The other sessions end.</summary>
    public Task ChangeAsync(Session session, string passwordHash, AuditActor by, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var store = new LoginStore(tx);
            if (await store.LockAsync(session.CompanyId, session.UserId, ct) is { } current)
            {
                await store.PutAsync(current with { PasswordHash = passwordHash, InviteHash = null, InviteExpiresAt = null }, ct);
                await new SessionStore(tx).DeleteOfUserAsync(session.CompanyId, session.UserId, session.Id, ct);
                await audit.AddAsync(tx, session.CompanyId, by, "password.set", ManageLogins.Subject(session.UserId), [], [("by", "the user")], ct);
            }
        },
        ct);
}
