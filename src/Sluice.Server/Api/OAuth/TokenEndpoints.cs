using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.OAuth;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Api.OAuth;

/// <summary>Serves the exchange of codes and refresh tokens (RFC 6749, 4.1.3 and 6) under the path of the imitated service [doc].</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder app) => app.MapPost("/oauth2/generate-customer-token", Exchange).Open();

    private static async Task<IResult> Exchange(
        HttpContext http, OAuthAppStore apps, IssueTokens issue, PublicAddress address, FailedLogins failed, RequestFaults faults, CancellationToken ct)
    {
        var given = await OAuthParameters.ReadAsync(http.Request);
        if ((given.Fault ?? (given.Doubled.FirstOrDefault() is { } name ? $"{RequestReader.Echo(name)} is given twice" : null)) is { } fault)
        {
            return new OAuthError(OAuthError.InvalidRequest, fault);
        }

        var client = ClientCredentials.Read(http.Request, given);
        if (client.IsDoubled)
        {
            return new OAuthError(OAuthError.InvalidRequest, "the client is given both in the Authorization header and in the parameters");
        }

        if (await FindAppAsync(client, apps, ct) is not { } app)
        {
            await failed.SlowDownAsync(http.Connection.RemoteIpAddress, ct);
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"oauth2\""; // RFC 6749, 5.2
            Note(http, new OAuthNote("bad-client", client.ClientId is null ? "There is no client_id, neither by Basic nor in the parameters." : "No OAuth application has this client_id and client_secret.", "client_id"));
            return new OAuthError(OAuthError.InvalidClient, "Client authentication failed.", StatusCodes.Status401Unauthorized);
        }

        IResult? answer = null;
        await faults.RunAsync(http, app.CompanyId, async inner =>
        {
            answer = await IssueAsync(inner, given, app, issue, address, ct);
            await answer.ExecuteAsync(inner);
        });
        return Results.Empty; // Already answered, by the exchange or by a planned fault.
    }

    private static async Task<IResult> IssueAsync(HttpContext http, OAuthParameters given, OAuthApp app, IssueTokens issue, PublicAddress address, CancellationToken ct)
    {
        switch (given["grant_type"])
        {
            case "authorization_code":
                return Missing(given, "code", "redirect_uri")
                    ?? Answer(http, app, address, await issue.ForCodeAsync(app, given["code"]!, given["redirect_uri"]!, given["code_verifier"], ct));
            case "refresh_token":
                var scopes = given["scope"]?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
                return Missing(given, "refresh_token")
                    ?? Answer(http, app, address, await issue.ForRefreshTokenAsync(app, given["refresh_token"]!, scopes is { Count: > 0 } ? scopes : null, http.TraceIdentifier, ct));
            case null:
                return new OAuthError(OAuthError.InvalidRequest, "grant_type is missing");
            default:
                return new OAuthError(OAuthError.UnsupportedGrantType, "grant_type should be authorization_code or refresh_token");
        }
    }

    private static OAuthError? Missing(OAuthParameters given, params string[] names) =>
        Array.Find(names, name => given[name] is null) is { } missing ? new OAuthError(OAuthError.InvalidRequest, $"{missing} is missing") : null;

    private static IResult Answer(HttpContext http, OAuthApp app, PublicAddress address, TokenOutcome outcome)
    {
        if (outcome.Tokens is { } tokens)
        {
            return new TokenAnswer(tokens, address.BaseUrlOf(http.Request, app.CompanyId));
        }

        Note(http, NoteOf(outcome));
        return outcome.Fault == TokenFault.Scope
            ? new OAuthError(OAuthError.InvalidScope, "the refresh token does not have all of these scopes")
            : new OAuthError(OAuthError.InvalidGrant, OAuthError.Dead);
    }

    private static void Note(HttpContext http, OAuthNote note) => http.Features.Get<RequestNotes>()?.OAuth = note;

    private static OAuthNote NoteOf(TokenOutcome outcome) => outcome.Fault switch
    {
        TokenFault.OfAnotherApp => new("grant-of-another-app", "The code or refresh token was given to another client_id.", "client_id"),
        TokenFault.RedirectUri => new("redirect-uri-differs", "The redirect_uri is not the one with which the code was asked for, letter by letter.", "redirect_uri"),
        TokenFault.Verifier => new("pkce", "The code_verifier does not fit the code_challenge of the first request, or only one of the two was sent.", "code_verifier"),
        TokenFault.Expired => new("code-expired", "The code is older than ten minutes.", "code"),
        TokenFault.CodeUsed => new("code-used", "The code was used before. Because it may have been stolen, the tokens that came of it are dead now.", "code"),
        TokenFault.Revoked => new("grant-revoked", "The grant of this refresh token is revoked: its code was used twice.", "refresh_token"),
        TokenFault.Refreshed => new("refresh-token-used", "This refresh token was used before: you kept the old refresh token. Each refresh answers a new one, and the old one is dead at once.", "refresh_token", outcome.RefreshedBy),
        TokenFault.Scope => new("refresh-scope", "A refresh may ask for fewer scopes than before, never for more.", "scope"),
        _ => new("unknown-grant", "No code or refresh token is known by this text: it is cut, from another server, or too old to be kept.", "refresh_token"),
    };

    /// <summary>Compares even when no application was found, so that the time of the answer does not reveal which client ids exist.</summary>
    private static async Task<OAuthApp?> FindAppAsync(ClientCredentials client, OAuthAppStore apps, CancellationToken ct)
    {
        var app = client.ClientId is { } id && Secret.HasValidChecksum(id, Secret.ClientIdPrefix) ? await apps.FindAsync(id, ct) : null;
        var known = Encoding.ASCII.GetBytes(app?.SecretHash ?? Secret.Hash(""));
        return CryptographicOperations.FixedTimeEquals(known, Encoding.ASCII.GetBytes(Secret.Hash(client.ClientSecret ?? " "))) ? app : null;
    }

    /// <param name="IsDoubled">Whether the client is named in two ways, which RFC 6749, 2.3 forbids. The same client_id beside a header is harmless.</param>
    private sealed record ClientCredentials(string? ClientId, string? ClientSecret, bool IsDoubled)
    {
        private const int MaxHeader = 512;

        public static ClientCredentials Read(HttpRequest request, OAuthParameters given)
        {
            var (id, secret, header) = (given["client_id"], given["client_secret"], request.Headers.Authorization.ToString());
            if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            {
                return new(id, secret, IsDoubled: false);
            }

            var bytes = new byte[MaxHeader];
            var text = header.Length <= MaxHeader && Convert.TryFromBase64String(header[6..].Trim(), bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : "";
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon < 0
                ? new(null, null, IsDoubled: false)
                : new(Uri.UnescapeDataString(text[..colon]), Uri.UnescapeDataString(text[(colon + 1)..]), secret is not null || (id is not null && id != text[..colon]));
        }
    }
}
