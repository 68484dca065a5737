using Sluice.Engine.Audit;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;

namespace Sluice.Engine.SignIn;

/// <summary>Invites the user with an address, and adds the user first if there is none.</summary>
internal sealed class InviteUser(Db db, IdMaker ids, ManageLogins logins, AuditLog audit, TimeProvider clock)
{
    /// <param name="firstName">Of a new user; null: what stands before the @.</param>
    /// <param name="roles">Null: those that the user has.</param>
    /// <returns>Null: the user is not active.</returns>
    public Task<Invited?> RunAsync(long companyId, string email, string? firstName, string? lastName, Roles? roles, AuditActor by, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            await new CompanyStore(tx).LockAsync(companyId, ct); // So that nobody adds the same user meanwhile.
            var user = await new UserStore(tx).FindByEmailAsync(companyId, email, ct) ?? await AddAsync(tx, companyId, email, firstName, lastName, roles, by, ct);
            if (!user.Active)
            {
                return null;
            }

            var (login, token) = await logins.InviteAsync(tx, user, roles, by, ct);
            return new Invited(user, login, token);
        },
        ct);

    /// <summary>Adds a user, who has a seat only if the role needs one.</summary>
    private async Task<User> AddAsync(IDbSession tx, long companyId, string email, string? firstName, string? lastName, Roles? roles, AuditActor by, CancellationToken ct)
    {
        var zone = (await new CompanyStore(tx).GetAsync(companyId, ct)).TimeZone;
        var user = new User(
            companyId, ids.Next(), email, firstName ?? email.Split('@')[0], lastName ?? "", null, null, null, true, (roles & Roles.Rep) == Roles.Rep, zone, null, UserProfile.None, clock.GetUtcNow());
        await new UserStore(tx).AddAsync([user], ct);
        await audit.AddAsync(tx, companyId, by, "user.add", ManageLogins.Subject(user.Id), [], [("email", email)], ct);
        return user;
    }
}

/// <param name="Token">Of the link. It is kept only as a hash.</param>
internal sealed record Invited(User User, Login Login, string Token);
