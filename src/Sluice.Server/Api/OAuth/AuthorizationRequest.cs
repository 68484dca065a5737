using Microsoft.AspNetCore.WebUtilities;
using Sluice.Engine.OAuth;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.OAuth;

/// <summary>A request for authorization (RFC 6749, 4.1.1) of a known application for one of its redirect URIs.</summary>
/// <param name="Scopes">What it asks for.</param>
/// <param name="Challenge">PKCE, S256; null: it sends none.</param>
/// <param name="Error">What is wrong with it, as the application must be told; null: nothing.</param>
internal sealed record AuthorizationRequest(OAuthApp App, string RedirectUri, string? State, IReadOnlyList<string> Scopes, string? Challenge, (string Code, string Description)? Error)
{
    private const int ChallengeLength = 43;

    /// <param name="fault">
    /// If null is returned: what to show to the person. Such a request is never answered by a redirect: nobody knows whether the redirect URI is the
    /// application's (RFC 6749, 4.1.2.1).
    /// </param>
    public static AuthorizationRequest? Read(OAuthParameters given, OAuthApp? app, out string fault)
    {
        fault = given.Doubled.FirstOrDefault(name => name is "client_id" or "redirect_uri") is { } doubled ? $"The parameter {doubled} is given twice."
            : given["client_id"] is null ? "The parameter client_id is missing."
            : app is null ? "There is no application with this client_id."
            : given["redirect_uri"] is not { } uri ? "The parameter redirect_uri is missing."
            : !app.RedirectUris.Contains(uri) ? $"The redirect_uri {RequestReader.Echo(uri)} is not registered for {RequestReader.Echo(app.Name)}. It must be the same as a registered one, letter by letter: a slash at the end counts."
            : "";
        if (fault.Length > 0)
        {
            return null;
        }

        var scopes = (given["scope"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
        return new(app!, given["redirect_uri"]!, given.Doubled.Contains("state") ? null : given["state"], scopes, given["code_challenge"], FindError(given, app!, scopes));
    }

    /// <returns>Where the browser goes with the code.</returns>
    public string Granted(string code) => Back(("code", code));

    public string Refused(string error, string description) => Back(("error", error), ("error_description", description));

    private static (string, string)? FindError(OAuthParameters given, OAuthApp app, List<string> scopes) =>
        given.Doubled.FirstOrDefault() is { } doubled ? (OAuthError.InvalidRequest, $"{Plain(doubled)} is given twice")
        : given["response_type"] is not { } type ? (OAuthError.InvalidRequest, "response_type is missing")
        : type != "code" ? ("unsupported_response_type", "response_type should be code")
        : scopes.Count == 0 ? (OAuthError.InvalidScope, "scope is missing")
        : scopes.Find(scope => !app.Scopes.Contains(scope)) is { } scope ? (OAuthError.InvalidScope, $"the application may not ask for the scope {Plain(scope)}")
        : FindPkceError(given["code_challenge"], given["code_challenge_method"]);

    private static (string, string)? FindPkceError(string? challenge, string? method) => (challenge, method) switch
    {
        (null, null) => null,
        (null, _) => (OAuthError.InvalidRequest, "code_challenge is missing"),
        (_, not "S256") => (OAuthError.InvalidRequest, "code_challenge_method should be S256"),
        _ when challenge.Length != ChallengeLength || !challenge.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') =>
            (OAuthError.InvalidRequest, "code_challenge should be 43 letters of base64url"),
        _ => null,
    };

    /// <summary>Leaves what an error_description may have (RFC 6749, 4.1.2.1).</summary>
    private static string Plain(string text) => string.Concat(RequestReader.Shorten(text, 60).Where(letter => letter is >= ' ' and <= '~' and not '"' and not '\\'));

    private string Back(params (string Name, string Value)[] answer)
    {
        var parameters = answer.Append(("state", State ?? "")).Where(one => one.Item2.Length > 0).ToDictionary(one => one.Item1, one => (string?)one.Item2);
        return QueryHelpers.AddQueryString(RedirectUri, parameters);
    }
}
