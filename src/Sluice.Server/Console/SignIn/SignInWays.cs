
namespace Sluice.Server.Console.SignIn;

/// <summary>How people prove who they are.</summary>
/// <param name="Oidc">Null: by passwords only.</param>
internal sealed record SignInWays(OidcSettings? Oidc)
{
    public bool HasPasswords => Oidc is not { IsOnlyWay: true };
}
