using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Engine.OAuth;
using Sluice.Server.Http;

namespace Sluice.Server.Api.OAuth;

/// <summary>An error of RFC 6749, 5.2, with no other fields: clients compare the whole body. The request id is in its header.</summary>
internal sealed class OAuthError(string error, string description, int status = StatusCodes.Status400BadRequest) : IResult
{
    public const string InvalidRequest = "invalid_request";
    public const string InvalidClient = "invalid_client";
    public const string InvalidGrant = "invalid_grant";
    public const string InvalidScope = "invalid_scope";
    public const string UnsupportedGrantType = "unsupported_grant_type";
    public const string Dead = "Token has been expired or revoked."; // [rec]

    public Task ExecuteAsync(HttpContext httpContext) => Json.WriteAsync(
        httpContext, status, new OAuthErrorBody(error, description), static (json, body) => JsonSerializer.Serialize(json, body, OAuthJson.Default.OAuthErrorBody));
}

/// <summary>The tokens, as RFC 6749, 5.1 and the imitated service write them [doc].</summary>
internal sealed class TokenAnswer(OAuthTokens tokens, string baseUrl) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.Pragma = "no-cache";
        var body = new OAuthTokenBody(
            tokens.AccessToken, tokens.RefreshToken, (int)OAuthTokenPair.AccessLifetime.TotalSeconds, string.Join(' ', tokens.Scopes), "bearer", baseUrl);
        return Json.WriteAsync(httpContext, StatusCodes.Status200OK, body, static (json, tokens) => JsonSerializer.Serialize(json, tokens, OAuthJson.Default.OAuthTokenBody));
    }
}

internal sealed record OAuthErrorBody(string Error, string ErrorDescription);

internal sealed record OAuthTokenBody(string AccessToken, string RefreshToken, int ExpiresIn, string Scope, string TokenType, string ApiBaseUrlForCustomer);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OAuthErrorBody))]
[JsonSerializable(typeof(OAuthTokenBody))]
internal sealed partial class OAuthJson : JsonSerializerContext;
