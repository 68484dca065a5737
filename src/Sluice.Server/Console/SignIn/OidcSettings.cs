using System.Net;

namespace Sluice.Server.Console.SignIn;

/// <summary>The OpenID provider by which people sign in, besides passwords or instead of them.</summary>
/// <param name="Authority">The issuer's URL, without a slash at its end. Its discovery document says the rest.</param>
/// <param name="ClientSecret">Null: this server is a public client, which the proof key (PKCE) alone protects.</param>
/// <param name="RoleClaim">The claim of the ID token that has the roles.</param>
/// <param name="CompanyId">Whose people sign in; null: the only company of the server.</param>
/// <param name="IsOnlyWay">Whether passwords are refused.</param>
internal sealed record OidcSettings(Uri Authority, string ClientId, string? ClientSecret, string RoleClaim, long? CompanyId, bool IsOnlyWay)
{
    public const string DefaultRoleClaim = "roles";

    /// <summary>Without TLS, anybody on the way could write the provider's keys. Tests have a provider on this machine.</summary>
    public static bool IsSafe(Uri url) => url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <returns>Null: this is no URL of an issuer.</returns>
    public static Uri? ReadAuthority(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var url) && IsSafe(url) && url is { Query.Length: 0, Fragment.Length: 0, UserInfo.Length: 0 } ? url : null;

    /// <summary>Without the secret: a record would write it into each log and each fault that names the settings.</summary>
    public override string ToString() => $"{Authority} as {ClientId}";
}
