using Sluice.Engine.Audit;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;

namespace Sluice.Engine.SignIn;

/// <summary>Changes who may come into the console. The management API and the Settings page call this.</summary>
internal sealed class ManageLogins(Db db, AuditLog audit, TimeProvider clock)
{
    public static readonly TimeSpan InviteLifetime = TimeSpan.FromDays(3);

    /// <summary>
    /// Makes a link by which the user sets a password, once. A link made before ends. A password that the user has works until a new one is set. The
    /// second factor ends when the link is used: the person may have lost it.
    /// </summary>
    /// <param name="tx">The transaction that has read the user.</param>
    /// <param name="roles">Null: those that the user has.</param>
    /// <returns>The login and the token of the link, which is kept only as a hash.</returns>
    public async Task<(Login Login, string Token)> InviteAsync(IDbSession tx, User user, Roles? roles, AuditActor by, CancellationToken ct)
    {
        var (store, now, token) = (new LoginStore(tx), clock.GetUtcNow(), Secret.New(Secret.InvitePrefix));
        var before = await store.LockAsync(user.CompanyId, user.Id, ct);
        var login = (before ?? new Login(user.CompanyId, user.Id, Roles.None, null, now)) with
        {
            Roles = roles ?? before?.Roles ?? Roles.None,
            InviteHash = Secret.Hash(token),
            InviteExpiresAt = now + InviteLifetime,
        };
        await store.PutAsync(login, ct);
        await audit.AddAsync(tx, user.CompanyId, by, "login.invite", Subject(user.Id), before is null ? [] : Describe(before), Describe(login), ct);
        return (login, token);
    }

    /// <returns>The login as it is now; null: the user has none.</returns>
    public Task<Login?> SetRolesAsync(long companyId, long userId, Roles roles, AuditActor by, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var store = new LoginStore(tx);
            if (await store.LockAsync(companyId, userId, ct) is not { } before)
            {
                return null;
            }

            var login = before with { Roles = roles };
            await store.PutAsync(login, ct);
            await audit.AddAsync(tx, companyId, by, "login.roles", Subject(userId), Describe(before), Describe(login), ct);
            return login;
        },
        ct);

    /// <summary>Takes the login away, and ends its sessions. The user stays.</summary>
    /// <returns>Whether there was one.</returns>
    public Task<bool> RemoveAsync(long companyId, long userId, AuditActor by, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            if (await new LoginStore(tx).LockAsync(companyId, userId, ct) is not { } before)
            {
                return false;
            }

            await new LoginStore(tx).DeleteAsync(companyId, userId, ct);
            await new SessionStore(tx).DeleteOfUserAsync(companyId, userId, null, ct);
            await audit.AddAsync(tx, companyId, by, "login.remove", Subject(userId), Describe(before), [], ct);
            return true;
        },
        ct);

    /// <summary>Ends a session: its browser has to sign in again.</summary>
    /// <param name="ofUser">Only a session of this user; null: of anybody.</param>
    /// <returns>Whether there was one.</returns>
    public Task<bool> EndSessionAsync(long companyId, long sessionId, long? ofUser, AuditActor by, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var store = new SessionStore(tx);
            if (await store.FindAsync(companyId, sessionId, ct) is not { NeedsCode: false } session || (ofUser ?? session.UserId) != session.UserId || !await store.DeleteAsync(companyId, sessionId, ct))
            {
                return false;
            }

            await audit.AddAsync(tx, companyId, by, "session.end", Subject(session.UserId), [("session", WireId.Write(sessionId)), ("address", session.Address)], [], ct);
            return true;
        },
        ct);

    internal static string Subject(long userId) => $"user {WireId.Write(userId)}";

    internal static (string, string?)[] Describe(Login login) => [("roles", string.Join(' ', RoleWords.Of(login.Roles)))];
}
