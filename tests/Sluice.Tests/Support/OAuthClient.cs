using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Engine.OAuth;
using Sluice.Server.Http;

namespace Sluice.Tests.Support;

/// <summary>An OAuth client as integrations write it, with an application of a tenant.</summary>
internal sealed class OAuthClient(TestApp app, OAuthApp registered, string secret)
{
    public const string Callback = "https://app.example.com/callback?from=sluice";
    public const string Token = "/oauth2/generate-customer-token";

    public OAuthApp Registered => registered;

    public string Secret => secret;

    public static async Task<OAuthClient> OfAsync(TestApp app, Tenant? of = null, IReadOnlyList<string>? scopes = null, string name = "My app")
    {
        var (registered, secret) = OAuthApp.Make((of ?? app.Tenant).Id, app.NextId(), name, [Callback], scopes ?? Scopes.All, app.Clock.GetUtcNow());
        await new OAuthAppStore(app.Db, acceptDevOnly: false).AddAsync(registered, CancellationToken.None);
        return new OAuthClient(app, registered, secret);
    }

    /// <summary>The URL of the consent page. A parameter that is null is left out.</summary>
    public string Authorize(params (string Name, string? Value)[] change)
    {
        var parameters = new Dictionary<string, string?>
        {
            ["client_id"] = registered.ClientId,
            ["response_type"] = "code",
            ["scope"] = "api:flows:read api:users:read",
            ["redirect_uri"] = Callback,
            ["state"] = "s t&",
        };
        foreach (var (key, value) in change)
        {
            parameters[key] = value;
        }

        return QueryHelpers.AddQueryString("/oauth2/authorize", parameters.Where(one => one.Value is not null));
    }

    /// <summary>Answers the consent page.</summary>
    public Task<OAuthReply> DecideAsync(string url, string form) => OAuthReply.SendAsync(app, HttpMethod.Post, url, new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"));

    public async Task<string> CodeAsync(params (string Name, string? Value)[] change)
    {
        var code = await app.Services.GetRequiredService<GrantAccess>().RunAsync(
            registered, [.. (change.FirstOrDefault(one => one.Name == "scope").Value ?? "api:flows:read api:users:read").Split(' ')], Callback,
            change.FirstOrDefault(one => one.Name == "code_challenge").Value, CancellationToken.None);
        return code;
    }

    public Task<OAuthReply> ExchangeAsync(string code, params (string Name, string? Value)[] more) =>
        FormAsync([("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Callback), .. more]);

    public Task<OAuthReply> RefreshAsync(string token, TestApp? node = null) => FormAsync([("grant_type", "refresh_token"), ("refresh_token", token)], node);

    public async Task<JsonNode> TokensAsync(params (string Name, string? Value)[] change) => (await ExchangeAsync(await CodeAsync(change))).Json;

    public Task<OAuthReply> FormAsync(IEnumerable<(string Name, string? Value)> parameters, TestApp? node = null) =>
        OAuthReply.SendAsync(node ?? app, HttpMethod.Post, Token, new FormUrlEncodedContent(parameters.Where(one => one.Value is not null).Select(one => KeyValuePair.Create(one.Name, one.Value!))), Basic());

    public AuthenticationHeaderValue Basic() => Credential.Basic(registered.ClientId, secret);

    /// <summary>Calls the API with an access token, on the company's base URL unless another path is given.</summary>
    public Task<Reply> CallAsync(string token, string path = "/v2/flows?flowOwnerEmail=rep@example.com", string? prefix = null, TestApp? node = null) =>
        (node ?? app).SendAsync(HttpMethod.Get, (prefix ?? CompanyUrl.Of("", registered.CompanyId)) + path, null, new AuthenticationHeaderValue("Bearer", token));
}

/// <summary>A reply that is no answer of the API: a page, a redirect, or the bare JSON of OAuth.</summary>
internal sealed record OAuthReply(HttpStatusCode Status, string Text, HttpResponseMessage Response)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Location => Response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : null;

    public static async Task<OAuthReply> SendAsync(TestApp app, HttpMethod method, string url, HttpContent? content = null, AuthenticationHeaderValue? credential = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        request.Headers.Authorization = credential;
        var response = await app.Client.SendAsync(request);
        return new OAuthReply(response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    public static Task<OAuthReply> GetAsync(TestApp app, string url) => SendAsync(app, HttpMethod.Get, url);

    public void ShouldFail(HttpStatusCode status, string error, string? description = null)
    {
        Assert.Equal((status, error), (Status, (string?)Json["error"]));
        if (description is not null)
        {
            Assert.Equal($$"""{"error":"{{error}}","error_description":"{{description}}"}""", Text);
        }
    }
}
