using Sluice.Engine.SignIn;
using Sluice.Engine.Users;

namespace Sluice.Server.Console.Layout;

/// <summary>The person who is signed in. In <c>sluice dev</c> there is none: whoever can reach it may do everything.</summary>
/// <param name="Cookie">The secret of the session. Tokens of forms are made of it, so every node knows them.</param>
internal sealed record Visitor(User User, Login Login, Session Session, string Cookie)
{
    public bool Is(Roles any) => (Login.Roles & any) != Roles.None;
}

/// <summary>Whom a page is for. The console refuses a page that does not say it.</summary>
/// <param name="Any">Who has one of these may see the page.</param>
internal sealed record ForRoles(Roles Any);

internal static class RoleRoutes
{
    /// <summary>Opens a group of pages that only people with one of these roles may see.</summary>
    public static RouteGroupBuilder For(this RouteGroupBuilder console, Roles any) => console.MapGroup("").WithMetadata(new ForRoles(any));
}
