using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sluice.Tests.Support;

/// <summary>A provider of access tokens on a loopback port, which mail servers ask whether a token is good. Each answer has a new refresh token, and the old one is dead.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    public const string Client = "sluice-client", ClientSecret = "client-secret-of-sluice";

    private readonly ConcurrentDictionary<string, byte> _good = new();
    private readonly WebApplication _app;
    private int _asked;
    private string? _code;

    private TokenServer(WebApplication app) => _app = app;

    /// <summary>The only refresh token that is good. Null: the owner has taken back the consent.</summary>
    public string? RefreshToken { get; set; } = "refresh-token-0";

    /// <summary>Whose mailbox the tokens open.</summary>
    public string User { get; init; } = "ada@example.com";

    public int ExpiresIn { get; set; } = 3600;

    public int Asked => _asked;

    public string Url => $"{_app.Urls.Single()}/token";

    /// <summary>The page on which an owner consents. This owner says yes at once, and to whoever asks as the standards want it.</summary>
    public string ConsentUrl => $"{_app.Urls.Single()}/consent?prompt=consent";

    /// <summary>What the last visitor of that page was asked for.</summary>
    public IReadOnlyDictionary<string, string> Consented { get; private set; } = new Dictionary<string, string>();

    /// <summary>Whether the client has a secret.</summary>
    public bool NeedsSecret { get; set; } = true;

    /// <summary>Whether the owner says no.</summary>
    public bool Refuses { get; set; }

    /// <summary>Whether the provider gives access tokens alone, as Google does to whoever does not ask for offline access.</summary>
    public bool GivesNoRefreshToken { get; set; }

    public string IntrospectionUrl => $"{_app.Urls.Single()}/introspect?token=";

    public IReadOnlyCollection<string> GoodTokens => [.. _good.Keys];

    public static async Task<TokenServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new TokenServer(app);
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/consent", (RequestDelegate)server.ConsentAsync);
        app.MapPost("/token", (RequestDelegate)server.GiveAsync);
        app.MapGet("/introspect", (RequestDelegate)(context => context.Response.WriteAsync(
            server._good.ContainsKey($"{context.Request.Query["token"]}") ? $$"""{"active":true,"user":"{{server.User}}"}""" : """{"active":false}""")));
        await app.StartAsync();
        return server;
    }

    /// <summary>Makes all access tokens bad that were given so far.</summary>
    public void Revoke() => _good.Clear();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private Task ConsentAsync(HttpContext context)
    {
        Consented = context.Request.Query.ToDictionary(field => field.Key, field => $"{field.Value}");
        _code = Refuses ? null : $"code-{Interlocked.Increment(ref _asked)}";
        context.Response.Redirect($"{Consented["redirect_uri"]}?state={Consented["state"]}&{(Refuses ? "error=access_denied" : $"code={_code}")}");
        return Task.CompletedTask;
    }

    /// <summary>A code is good once, for the client and the redirect URI that asked for it, and with the key whose hash came with the request [RFC 7636].</summary>
    private bool TakesCode(IFormCollection form) =>
        form["grant_type"] == "authorization_code" && Interlocked.Exchange(ref _code, null) is { } code && form["code"] == code
        && form["redirect_uri"] == Consented["redirect_uri"] && form["client_id"] == Consented["client_id"] && Consented["code_challenge_method"] == "S256"
        && Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($"{form["code_verifier"]}"))) == Consented["code_challenge"];

    private async Task GiveAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var number = Interlocked.Increment(ref _asked);
        var isGranted = form["client_id"] == Client && (!NeedsSecret || form["client_secret"] == ClientSecret)
            && (form["grant_type"] == "client_credentials" || TakesCode(form) || (form["grant_type"] == "refresh_token" && RefreshToken is not null && form["refresh_token"] == RefreshToken));
        context.Response.ContentType = "application/json";
        if (!isGranted)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("""{"error":"invalid_grant","error_description":"secret words"}""");
            return;
        }

        var token = $"access-token-{number}";
        _good[token] = 0;
        RefreshToken = form["grant_type"] != "client_credentials" ? $"refresh-token-{number}" : RefreshToken;
        await context.Response.WriteAsync($$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":{{ExpiresIn}},"refresh_token":"{{(GivesNoRefreshToken ? "" : RefreshToken)}}"}""");
    }
}
