using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Sluice.Server.Console.SignIn;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sluice.Tests.Support;

/// <summary>
/// A real OpenID provider on a loopback port, by OpenIddict: it checks the client, the redirect URI, the proof key, and that a code is used once. A test says who
/// sits at the browser, and may forge the ID token with the provider's own key.
/// </summary>
internal sealed class OidcTestProvider : IAsyncDisposable
{
    public const string ClientId = "sluice", ClientSecret = "secret of: sluice & co";

    private static readonly RsaSecurityKey FirstKey = NewKey(); // All providers begin with this one, because it takes long to make a key.

    private readonly ConcurrentDictionary<string, byte> _usedCodes = new();
    private readonly WebApplication _app;
    private int _asked;

    private OidcTestProvider(WebApplication app) => _app = app;

    /// <summary>Settings for a server whose sign-in nobody uses.</summary>
    public static OidcSettings Nowhere { get; } = new(new Uri("http://127.0.0.1:9"), ClientId, null, OidcSettings.DefaultRoleClaim, null, false);

    /// <summary>The key that signs ID tokens.</summary>
    public SigningCredentials Key => Keys.Single();

    /// <summary>Where the provider sends codes to.</summary>
    public string RedirectUri { get; set; } = "http://localhost/console/sign-in/oidc/callback";

    /// <summary>The claims of who sits at the browser.</summary>
    public OidcTestPerson Person { get; set; } = new("ada@example.com");

    /// <summary>Whether the person sees a page first.</summary>
    public bool ShowsPage { get; set; }

    /// <summary>Forges the ID token that is given out; by default it stays as it is.</summary>
    public Func<string, string> Forge { get; set; } = token => token;

    /// <summary>While it is set, no request is answered before it is done.</summary>
    public Task Wait { get; set; } = Task.CompletedTask;

    /// <summary>How many requests it has got.</summary>
    public int Asked => _asked;

    private List<SigningCredentials> Keys => _app.Services.GetRequiredService<IOptionsMonitor<OpenIddictServerOptions>>().CurrentValue.SigningCredentials;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Calls the provider as a browser does, and follows no redirect.</summary>
    public HttpClient Browser { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public OidcSettings Settings => new(Address, ClientId, ClientSecret, OidcSettings.DefaultRoleClaim, null, false);

    /// <summary>That of the server, once there is one.</summary>
    public TimeProvider Clock { get; set; } = new ManualClock(TestApp.Monday);

    public static async Task<OidcTestProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        OidcTestProvider? provider = null;
        builder.Services.AddSingleton<TimeProvider>(new ClockOf(() => provider!.Clock));
        builder.Services.AddAuthentication();
        builder.Services.AddOpenIddict().AddServer(options => Configure(options, () => provider!));
        var app = builder.Build();
        provider = new OidcTestProvider(app);
        app.Urls.Add("http://127.0.0.1:0");
        app.Use(async (http, next) =>
        {
            Interlocked.Increment(ref provider._asked);
            await provider.Wait;
            await next(http);
        });
        app.UseAuthentication();
        app.MapMethods("/authorize", ["GET", "POST"], (RequestDelegate)provider.AuthorizeAsync);
        await app.StartAsync();
        return provider;
    }

    /// <summary>Takes a new key. Servers that have read the old one have to ask again.</summary>
    public void ChangeKey()
    {
        Keys.Clear();
        Keys.Add(new SigningCredentials(NewKey(), SecurityAlgorithms.RsaSha256));
    }

    /// <summary>Signs claims with the provider's key.</summary>
    public string Sign(string claims) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(claims, Key);

    public string Sign(System.Text.Json.Nodes.JsonObject claims) => Sign(claims.ToJsonString());

    /// <summary>Lets the person at the browser sign in.</summary>
    /// <param name="leave">Where the server has sent the browser to.</param>
    /// <returns>Where the provider sends the browser back to.</returns>
    public async Task<Uri> SignInAsync(string leave)
    {
        using var reply = await Browser.GetAsync(new Uri(leave));
        Assert.True(reply.Headers.Location is not null, $"{(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
        return reply.Headers.Location!;
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await _app.DisposeAsync();
    }

    private static RsaSecurityKey NewKey() => new(RSA.Create(2048)) { KeyId = Convert.ToHexString(RandomNumberGenerator.GetBytes(8)) };

    /// <summary>Without a database, OpenIddict leaves to us who the client is, and whether a code was used.</summary>
    private static void Configure(OpenIddictServerBuilder options, Func<OidcTestProvider> provider)
    {
        options.EnableDegradedMode().AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
        options.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token");
        options.SetConfigurationEndpointUris(".well-known/openid-configuration", "elsewhere/.well-known/openid-configuration"); // The second names the issuer of the first.
        options.RegisterScopes(Scopes.Email, Scopes.Profile);
        options.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
        options.AddSigningKey(FirstKey);
        options.UseAspNetCore().EnableAuthorizationEndpointPassthrough().DisableTransportSecurityRequirement();
        options.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != ClientId || context.RedirectUri != provider().RedirectUri)
            {
                context.Reject(Errors.InvalidClient, "An unknown client, or another redirect URI.");
            }

            return default;
        }));
        options.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != ClientId || context.ClientSecret != ClientSecret)
            {
                context.Reject(Errors.InvalidClient, "A wrong secret.");
            }
            else if (!provider()._usedCodes.TryAdd(context.Request.Code ?? "", 0))
            {
                context.Reject(Errors.InvalidGrant, "The code was used.");
            }

            return default;
        }));
        options.AddEventHandler<ApplyTokenResponseContext>(handler => handler.SetOrder(int.MinValue).UseInlineHandler(context =>
        {
            context.Response.IdToken = context.Response.IdToken is { } token ? provider().Forge(token) : null;
            return default;
        }));
    }

    private async Task AuthorizeAsync(HttpContext http)
    {
        var request = http.GetOpenIddictServerRequest()!;
        if (ShowsPage && HttpMethods.IsGet(http.Request.Method))
        {
            var fields = string.Concat(http.Request.Query.Select(one => $"<input type=hidden name='{one.Key}' value='{one.Value}'>"));
            http.Response.ContentType = "text/html";
            await http.Response.WriteAsync($"<!doctype html><html lang=en><title>Provider</title><link rel=icon href=data:,><form method=post>{fields}<button>I am {Person.Email}</button></form></html>");
            return;
        }

        var identity = new ClaimsIdentity("provider", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, $"subject of {Person.Email}").SetClaim(Claims.Email, Person.Email).SetScopes(request.GetScopes());
        if (Person.IsVerified is { } isVerified)
        {
            identity.SetClaim(Claims.EmailVerified, isVerified);
        }

        identity.SetClaims("roles", [.. Person.Roles]);
        identity.SetDestinations(_ => [Destinations.IdentityToken]);
        await Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme).ExecuteAsync(http);
    }

    private sealed class ClockOf(Func<TimeProvider> source) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => source().GetUtcNow();
    }
}

/// <param name="Roles">Empty: the token has no claim with roles.</param>
internal sealed record OidcTestPerson(string Email, params ImmutableArray<string> Roles)
{
    /// <summary>Null: the provider does not say it.</summary>
    public bool? IsVerified { get; init; } = true;
}
