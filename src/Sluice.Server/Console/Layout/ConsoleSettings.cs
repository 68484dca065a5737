namespace Sluice.Server.Console.Layout;

/// <summary>How the console is reached.</summary>
/// <param name="HasSignIn">Whether people sign in; false in <c>sluice dev</c> on this machine.</param>
/// <param name="NeedsTls">Whether a request without TLS is refused: anybody on the way could read a password.</param>
/// <param name="IsBehindTls">Whether a proxy speaks TLS with the browser although the request comes here without.</param>
internal sealed record ConsoleSettings(bool HasSignIn, bool NeedsTls, bool IsBehindTls)
{
    /// <summary>Whether the browser speaks TLS: then cookies have the prefix that no other host and no plain page can set.</summary>
    public bool IsSecure(HttpRequest request) => request.IsHttps || IsBehindTls;

    public bool Refuses(HttpRequest request) => NeedsTls && !request.IsHttps;

    public static IResult RefusePlain(HttpContext http) => ConsolePage.Refuse(
        http, StatusCodes.Status403Forbidden, "This connection is not encrypted", "People sign in here with passwords, so the console answers only over https. Use the address that begins with https.", signedIn: false);
}
