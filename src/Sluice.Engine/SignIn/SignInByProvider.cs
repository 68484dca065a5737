using Sluice.Engine.Audit;
using Sluice.Engine.Companies;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;

namespace Sluice.Engine.SignIn;

/// <summary>Lets in the user whose address the provider has verified, with the roles that it gives. Knows only users of one company, and never adds one.</summary>
internal sealed class SignInByProvider(Db db, AuditLog audit, TimeProvider clock)
{
    /// <param name="companyId">Whose people sign in; null: those of the only company.</param>
    /// <param name="roles">As the provider says now. They replace those of the login, so what it takes away is gone.</param>
    public async Task<ProviderSignIn> RunAsync(long? companyId, string email, Roles roles, AuditActor by, CancellationToken ct) =>
        await FindCompanyAsync(companyId, ct) is { } company
            ? await db.InTransactionAsync(tx => RunAsync(tx, company, email, roles, by, ct), ct)
            : new ProviderSignIn(null, ProviderRefusal.NoCompany);

    private async Task<ProviderSignIn> RunAsync(IDbSession tx, long companyId, string email, Roles roles, AuditActor by, CancellationToken ct)
    {
        if (await new UserStore(tx).FindByEmailAsync(companyId, email, ct) is not { Active: true } user)
        {
            return await RefuseAsync(tx, companyId, ProviderRefusal.NoUser, null, ("email", email), by, ct);
        }

        var before = await new LoginStore(tx).LockAsync(companyId, user.Id, ct);
        var login = (before ?? new Login(companyId, user.Id, Roles.None, null, clock.GetUtcNow())) with { Roles = roles };
        if (before is not null || roles != Roles.None)
        {
            await SetRolesAsync(tx, before, login, by, ct);
        }

        if (roles != Roles.None)
        {
            return new ProviderSignIn(login, ProviderRefusal.None);
        }

        await new SessionStore(tx).DeleteOfUserAsync(companyId, user.Id, null, ct);
        return await RefuseAsync(tx, companyId, ProviderRefusal.NoRole, ManageLogins.Subject(user.Id), ("roles", ""), by, ct);
    }

    /// <summary>One sign-in must not write a line for roles that stay as they were.</summary>
    private async Task SetRolesAsync(IDbSession tx, Login? before, Login login, AuditActor by, CancellationToken ct)
    {
        if (before?.Roles == login.Roles)
        {
            return;
        }

        await new LoginStore(tx).PutAsync(login, ct);
        await audit.AddAsync(
            tx, login.CompanyId, by with { UserId = login.UserId }, "login.roles", ManageLogins.Subject(login.UserId), before is null ? [] : ManageLogins.Describe(before),
            [.. ManageLogins.Describe(login), ("by", "provider")], ct);
    }

    private async Task<ProviderSignIn> RefuseAsync(
        IDbSession tx, long companyId, ProviderRefusal refusal, string? subject, (string Name, string? Value) known, AuditActor by, CancellationToken ct)
    {
        await audit.AddAsync(tx, companyId, by, "sign-in.refused", subject, [], [("wrong", refusal == ProviderRefusal.NoUser ? "no such user" : "no role"), known, ("by", "provider")], ct);
        return new ProviderSignIn(null, refusal);
    }

    /// <summary>With several companies, somebody must have said whose people the provider knows: an address may be in each of them.</summary>
    private async Task<long?> FindCompanyAsync(long? companyId, CancellationToken ct) =>
        companyId is { } given ? (await new CompanyStore(db).FindAsync(given, ct))?.Id
        : await new CompanyStore(db).ListAsync(ct) is [var only] ? only.Id
        : null;
}

/// <param name="Login">Null: nobody comes in.</param>
internal sealed record ProviderSignIn(Login? Login, ProviderRefusal Refusal);

internal enum ProviderRefusal
{
    None,

    /// <summary>The server has several companies, and none was named; or the one that was named is not there.</summary>
    NoCompany,

    /// <summary>No active user of the company has the address.</summary>
    NoUser,

    /// <summary>The provider gives the user no role.</summary>
    NoRole,
}
