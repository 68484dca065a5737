using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Users;

namespace Sluice.Tests.Support;

/// <remarks>Helpers for tests of the sign-in.</remarks>
internal sealed partial class TestApp
{
    /// <summary>Gives a user a login without a password.</summary>
    /// <returns>The user's id.</returns>
    public async Task<long> HasLoginAsync(User user, Roles roles)
    {
        await new LoginStore(Db).PutAsync(new Login(user.CompanyId, user.Id, roles, null, Now), CancellationToken.None);
        return user.Id;
    }

    /// <summary>Adds a session that no cookie belongs to.</summary>
    /// <returns>Its id.</returns>
    public async Task<long> HasSessionAsync(User user)
    {
        var session = new Session(user.CompanyId, NextId(), user.Id, Secret.Hash($"{NextId()}"), false, "192.0.2.7", "a browser", Now, Now.AddYears(1));
        await new SessionStore(Db).AddAsync(session, CancellationToken.None);
        return session.Id;
    }
}
