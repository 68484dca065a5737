using Sluice.Engine.Companies;
using Sluice.Engine.OAuth;
using Sluice.Engine.Primitives;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.OAuth;

/// <summary>The request for authorization: what leads to the consent page, to an error page, or back to the application.</summary>
public sealed class AuthorizeTests
{
    [Theory, EveryDatabase]
    [Wire(Operations.Authorize, "doc", "Consent leads back to the redirect URI with a code and the state")]
    public async Task Consent_in_serve_needs_a_key_of_the_company_with_sluice_manage(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var globex = await app.HasTenantAsync("Globex");
        var client = await OAuthClient.OfAsync(app);
        var (admin, other, expired) = (
            await app.HasKeyAsync([Scopes.Manage]), await app.HasKeyAsync([Scopes.Manage], of: globex), await app.HasKeyAsync([Scopes.Manage], expiresAt: app.Clock.GetUtcNow()));
        var elsewhere = await app.HasKeyAsync([Scopes.Manage], networks: ["192.0.2.0/24"]);

        Assert.Contains("Allow <bdi>My app</bdi> to use your data?", (await OAuthReply.GetAsync(app, client.Authorize())).Text, StringComparison.Ordinal);
        foreach (var form in (string[])[
            "decision=allow", Keys("", ""), Keys(admin.AccessKey, "wrong"), Keys(admin.AccessKey, other.AccessKeySecret), Keys(other.AccessKey, other.AccessKeySecret),
            Keys(app.Tenant.Key.AccessKey, app.Tenant.Key.AccessKeySecret), Keys(expired.AccessKey, expired.AccessKeySecret), Keys(elsewhere.AccessKey, elsewhere.AccessKeySecret)])
        {
            var refused = await client.DecideAsync(client.Authorize(), form);
            Assert.Equal((form, Forbidden, null), (form, refused.Status, refused.Location));
            Assert.DoesNotContain("sls_", refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal(BadRequest, (await client.DecideAsync(client.Authorize(), "")).Status);
        var denied = await client.DecideAsync(client.Authorize(), "decision=deny");
        Assert.StartsWith($"{OAuthClient.Callback}&error=access_denied&", denied.Location, StringComparison.Ordinal);

        var allowed = await client.DecideAsync(client.Authorize(), Keys(admin.AccessKey, admin.AccessKeySecret));
        Assert.Equal(SeeOther, allowed.Status);
        Assert.Matches($"^https://app\\.example\\.com/callback\\?from=sluice&code=slc_[0-9A-Za-z]{{49}}&state=s%20t%26$", allowed.Location!);
        var code = allowed.Location!.Split("code=")[1].Split('&')[0];
        Assert.Equal(OK, (await client.ExchangeAsync(code)).Status);

        static string Keys(string key, string secret) => $"decision=allow&accessKey={key}&accessKeySecret={secret}";
    }

    [Theory, OnlyOn(Database.Sqlite)]
    [Wire(Operations.Authorize, "inf", "A client or redirect URI that is not known, letter by letter: a page, and never a redirect", Refusal = true)]
    public async Task A_redirect_uri_that_is_not_registered_is_a_page_and_never_a_redirect(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        var client = await OAuthClient.OfAsync(app);

        foreach (var url in (string[])[
            client.Authorize(("redirect_uri", "https://app.example.com/callback/?from=sluice")),
            client.Authorize(("redirect_uri", OAuthClient.Callback + "/")),
            client.Authorize(("redirect_uri", OAuthClient.Callback.ToUpperInvariant())),
            client.Authorize(("redirect_uri", null)),
            client.Authorize() + "&redirect_uri=https%3A%2F%2Fevil.example",
            client.Authorize(("client_id", null)),
            client.Authorize(("client_id", "sli_wrong")),
            client.Authorize(("client_id", "\0")),
            client.Authorize(("client_id", Secret.New(Secret.ClientIdPrefix))),
            client.Authorize() + $"&client_id={client.Registered.ClientId}",
            "/oauth2/authorize",
            "/oauth2/authorize?%ff=%00&redirect_uri=%ff"])
        {
            var page = await OAuthReply.GetAsync(app, url);
            Assert.Equal((url, BadRequest, null), (url, page.Status, page.Location));
            Assert.Contains("This request does not work", page.Text, StringComparison.Ordinal);
            Assert.Equal(BadRequest, (await client.DecideAsync(url, "decision=allow")).Status);
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    [Wire(Operations.Authorize, "inf", "Everything else that is wrong goes to the redirect URI as an error of RFC 6749, with the state", Refusal = true)]
    public async Task Other_faults_go_back_to_the_application(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        var client = await OAuthClient.OfAsync(app, scopes: ["api:flows:read", "api:users:read"]);
        var challenge = new string('a', 43);

        foreach (var (url, error) in new[]
        {
            (client.Authorize(("response_type", null)), "invalid_request"),
            (client.Authorize(("response_type", "token")), "unsupported_response_type"),
            (client.Authorize(("scope", null)), "invalid_scope"),
            (client.Authorize(("scope", "  ")), "invalid_scope"),
            (client.Authorize(("scope", "api:flows:read api:flows:write")), "invalid_scope"),
            (client.Authorize(("scope", Scopes.Manage)), "invalid_scope"),
            (client.Authorize() + "&response_type=code", "invalid_request"),
            (client.Authorize() + "&scope=api:flows:read", "invalid_request"),
            (client.Authorize(("code_challenge", challenge)), "invalid_request"),
            (client.Authorize(("code_challenge", challenge), ("code_challenge_method", "plain")), "invalid_request"),
            (client.Authorize(("code_challenge", "short"), ("code_challenge_method", "S256")), "invalid_request"),
            (client.Authorize(("code_challenge_method", "S256")), "invalid_request"),
        })
        {
            var reply = await OAuthReply.GetAsync(app, url);
            Assert.Equal((url, SeeOther), (url, reply.Status));
            Assert.StartsWith($"{OAuthClient.Callback}&error={error}&error_description=", reply.Location, StringComparison.Ordinal);
            Assert.EndsWith("&state=s%20t%26", reply.Location, StringComparison.Ordinal);
        }

        Assert.Contains("&error=invalid_request&", (await OAuthReply.GetAsync(app, client.Authorize() + "&state=x")).Location, StringComparison.Ordinal);
        Assert.Equal(OK, (await OAuthReply.GetAsync(app, client.Authorize(("code_challenge", challenge), ("code_challenge_method", "S256"), ("access_type", "offline")))).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Dev_needs_no_key_and_approves_by_itself_if_it_is_told_to(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        var client = await OAuthClient.OfAsync(app);
        Assert.DoesNotContain("<input", (await OAuthReply.GetAsync(app, client.Authorize())).Text, StringComparison.Ordinal);
        Assert.Contains("code=slc_", (await client.DecideAsync(client.Authorize(), "decision=allow")).Location, StringComparison.Ordinal);

        await using var automatic = await TestApp.StartAsync(database, new TestOptions { IsDev = true, OAuthAutoApprove = true });
        Assert.Contains("code=slc_", (await OAuthReply.GetAsync(automatic, (await OAuthClient.OfAsync(automatic)).Authorize())).Location, StringComparison.Ordinal);

        await using var serve = await TestApp.StartAsync(database, new TestOptions { OAuthAutoApprove = true });
        Assert.Equal(OK, (await OAuthReply.GetAsync(serve, (await OAuthClient.OfAsync(serve)).Authorize())).Status); // It is for dev only.
    }

    /// <summary>The request itself goes through both steps: what it asks for, and the challenge that only its sender can answer.</summary>
    [Theory, EveryDatabase]
    public async Task The_code_of_the_page_has_the_scopes_and_the_challenge_of_the_request(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        var client = await OAuthClient.OfAsync(app);
        var url = client.Authorize(("scope", "api:users:read"), ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256")); // Of RFC 7636, appendix B.

        var code = (await client.DecideAsync(url, "decision=allow")).Location!.Split("code=")[1].Split('&')[0];
        (await client.ExchangeAsync(code)).ShouldFail(BadRequest, "invalid_grant");
        (await client.ExchangeAsync(code, ("code_verifier", new string('a', 43)))).ShouldFail(BadRequest, "invalid_grant");
        var tokens = (await client.ExchangeAsync(code, ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))).Json;

        Assert.Equal("api:users:read", (string?)tokens["scope"]);
        Assert.Equal((OK, Forbidden), ((await client.CallAsync((string)tokens["access_token"]!, "/v2/users")).Status, (await client.CallAsync((string)tokens["access_token"]!)).Status));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_application_whose_secret_is_published_works_only_in_dev(Database database)
    {
        await using var serve = await TestApp.StartAsync(database, new TestOptions { KeepInMemory = false });
        var (published, secret) = OAuthApp.MakePublished(serve.Tenant.Id, serve.NextId(), "a phrase", [OAuthClient.Callback], serve.Clock.GetUtcNow());
        await new OAuthAppStore(serve.Db, acceptDevOnly: true).AddAsync(published, CancellationToken.None);
        await using var dev = await serve.HasAnotherNodeAsync(options => options with { IsDev = true });
        var (there, here) = (new OAuthClient(serve, published, secret), new OAuthClient(dev, published, secret));

        Assert.Equal((BadRequest, OK), ((await OAuthReply.GetAsync(serve, there.Authorize())).Status, (await OAuthReply.GetAsync(dev, here.Authorize())).Status));
        var (first, second) = (await here.CodeAsync(), await here.CodeAsync());
        (await there.ExchangeAsync(first)).ShouldFail(Unauthorized, "invalid_client");
        var tokens = (await here.ExchangeAsync(second)).Json;
        (await there.RefreshAsync((string)tokens["refresh_token"]!)).ShouldFail(Unauthorized, "invalid_client");
        Assert.Equal((Unauthorized, OK), ((await there.CallAsync((string)tokens["access_token"]!)).Status, (await here.CallAsync((string)tokens["access_token"]!)).Status));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Another_page_cannot_press_the_button(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        var client = await OAuthClient.OfAsync(app);
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("decision", "allow")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, client.Authorize()) { Content = content };
        request.Headers.Add("Origin", "http://localhost:3000");

        var reply = await app.Client.SendAsync(request);

        Assert.Equal((Forbidden, null), (reply.StatusCode, reply.Headers.Location));
    }
}
