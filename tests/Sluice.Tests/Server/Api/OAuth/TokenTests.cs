using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.OAuth;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.OAuth;

/// <summary>The exchange of codes and refresh tokens, and what the tokens are good for.</summary>
public sealed class TokenTests
{
    private const string Dead = "Token has been expired or revoked.";
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    [Theory, EveryDatabase]
    [Wire(Operations.Token, "doc", "A code answers tokens, their scopes, and the base URL of the company")]
    public async Task A_code_answers_tokens_that_work_on_the_base_url(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { PublicUrl = "https://sluice.example.com" });
        var client = await OAuthClient.OfAsync(app);

        var reply = await client.ExchangeAsync(await client.CodeAsync());

        Assert.Equal(OK, reply.Status);
        Assert.Equal(["access_token", "refresh_token", "expires_in", "scope", "token_type", "api_base_url_for_customer"], reply.Json.AsObject().Select(field => field.Key));
        Assert.Equal(
            """86400 "api:flows:read api:users:read" "bearer" """.Trim(),
            $"{reply.Json["expires_in"]} {reply.Json["scope"]!.ToJsonString()} {reply.Json["token_type"]!.ToJsonString()}");
        Assert.Equal($"https://sluice.example.com/c/{app.Tenant.Id}", (string?)reply.Json["api_base_url_for_customer"]);
        Assert.Equal((OK, "no-cache"), ((await client.CallAsync((string)reply.Json["access_token"]!)).Status, reply.Response.Headers.Pragma.Single().Name));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    [Wire(Operations.Token, "rep", "Parameters as a form, in the query whatever the content type says, or as a JSON body; the client by Basic or in the parameters")]
    public async Task Parameters_may_stand_in_a_form_in_the_query_or_in_json(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var client = await OAuthClient.OfAsync(app);
        var identity = $"client_id={client.Registered.ClientId}&client_secret={client.Secret}";
        var uri = Uri.EscapeDataString(OAuthClient.Callback);

        foreach (var type in (string?[])[null, "application/json", "application/x-www-form-urlencoded", "text/plain"])
        {
            var query = $"{OAuthClient.Token}?grant_type=authorization_code&code={await client.CodeAsync()}&redirect_uri={uri}";
            Assert.Equal((type, OK), (type, (await OAuthReply.SendAsync(app, HttpMethod.Post, query, Typed("", type), client.Basic())).Status));
            query = $"{OAuthClient.Token}?grant_type=authorization_code&code={await client.CodeAsync()}&redirect_uri={uri}&{identity}";
            Assert.Equal((type, OK), (type, (await OAuthReply.SendAsync(app, HttpMethod.Post, query, Typed("", type))).Status));
        }

        var form = $"grant_type=authorization_code&code={await client.CodeAsync()}&redirect_uri={uri}&{identity}";
        Assert.Equal(OK, (await OAuthReply.SendAsync(app, HttpMethod.Post, OAuthClient.Token, Typed(form, "application/x-www-form-urlencoded"))).Status);
        var json = $$"""{"grant_type":"authorization_code","code":"{{await client.CodeAsync()}}","redirect_uri":"{{OAuthClient.Callback}}","client_id":"{{client.Registered.ClientId}}","client_secret":"{{client.Secret}}"}""";
        Assert.Equal(OK, (await OAuthReply.SendAsync(app, HttpMethod.Post, OAuthClient.Token, Typed(json, "application/json; charset=utf-8"))).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Bad_input_is_an_error_of_the_rfc(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var client = await OAuthClient.OfAsync(app);
        var (uri, basic) = (Uri.EscapeDataString(OAuthClient.Callback), client.Basic());
        var code = await client.CodeAsync();
        var good = $"grant_type=authorization_code&code={code}&redirect_uri={uri}";

        (await PostAsync("", basic)).ShouldFail(BadRequest, "invalid_request", "grant_type is missing");
        (await PostAsync("grant_type=password", basic)).ShouldFail(BadRequest, "unsupported_grant_type");
        (await PostAsync($"grant_type=authorization_code&redirect_uri={uri}", basic)).ShouldFail(BadRequest, "invalid_request", "code is missing");
        (await PostAsync($"grant_type=authorization_code&code={code}", basic)).ShouldFail(BadRequest, "invalid_request", "redirect_uri is missing");
        (await PostAsync("grant_type=refresh_token", basic)).ShouldFail(BadRequest, "invalid_request", "refresh_token is missing");
        (await PostAsync(good + $"&code={code}", basic)).ShouldFail(BadRequest, "invalid_request", "code is given twice");
        (await PostAsync(good, basic, query: "?grant_type=authorization_code")).ShouldFail(BadRequest, "invalid_request", "grant_type is given twice");
        (await PostAsync(good + $"&client_secret={client.Secret}", basic)).ShouldFail(BadRequest, "invalid_request");
        (await PostAsync(good, null)).ShouldFail(Unauthorized, "invalid_client");
        (await PostAsync(good, Credential.Basic(client.Registered.ClientId, "wrong"))).ShouldFail(Unauthorized, "invalid_client");
        (await PostAsync(good, Credential.Basic(client.Registered.ClientId, ""))).ShouldFail(Unauthorized, "invalid_client");
        (await PostAsync(good, new AuthenticationHeaderValue("Basic", "%%%"))).ShouldFail(Unauthorized, "invalid_client");
        (await PostAsync(good, Credential.Basic(Secret.New(Secret.ClientIdPrefix), client.Secret))).ShouldFail(Unauthorized, "invalid_client");
        (await PostAsync(good.Replace("callback", "callback/", StringComparison.Ordinal), basic)).ShouldFail(BadRequest, "invalid_grant", Dead);
        (await PostAsync("grant_type=authorization_code&code=%00%F0&redirect_uri=a", basic)).ShouldFail(BadRequest, "invalid_grant", Dead);
        foreach (var (body, type) in new[] { ("{", "application/json"), ("[]", "application/json"), ("""{"code":1}""", "application/json"), ("\"\\ud800\"", "application/json"), ("""{"code":"\ud800"}""", "application/json"), ("a=b", "text/plain"), (new string('a', 70_000), "application/x-www-form-urlencoded") })
        {
            (await OAuthReply.SendAsync(app, HttpMethod.Post, OAuthClient.Token, Typed(body, type), basic)).ShouldFail(BadRequest, "invalid_request");
        }

        Assert.Equal(OK, (await PostAsync(good, basic)).Status); // None of these has spent the code.

        Task<OAuthReply> PostAsync(string form, AuthenticationHeaderValue? credential, string query = "") =>
            OAuthReply.SendAsync(app, HttpMethod.Post, OAuthClient.Token + query, Typed(form, "application/x-www-form-urlencoded"), credential);
    }

    [Theory, EveryDatabase]
    [Wire(Operations.Token, "inf", "A code that is used twice: its tokens die", Refusal = true)]
    public async Task A_code_that_is_used_twice_kills_its_tokens(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { RecordRequests = true });
        var client = await OAuthClient.OfAsync(app);
        var code = await client.CodeAsync();
        var tokens = (await client.ExchangeAsync(code)).Json;
        Assert.Equal(OK, (await client.CallAsync((string)tokens["access_token"]!)).Status);

        (await client.ExchangeAsync(code)).ShouldFail(BadRequest, "invalid_grant", Dead);

        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Unauthorized, (await client.CallAsync((string)tokens["access_token"]!)).Status);
        (await client.RefreshAsync((string)tokens["refresh_token"]!)).ShouldFail(BadRequest, "invalid_grant", Dead);
    }

    [Theory, EveryDatabase]
    [Wire(Operations.Token, "rec", "A refresh token works once: of 20 at once, one wins", Refusal = true)]
    public async Task Of_twenty_parallel_refreshes_over_two_nodes_one_wins(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { KeepInMemory = false });
        await using var second = await app.HasAnotherNodeAsync();
        var client = await OAuthClient.OfAsync(app);
        var refresh = (string)(await client.TokensAsync())["refresh_token"]!;

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.RefreshAsync(refresh, i % 2 == 0 ? app : second)));

        var won = Assert.Single(replies, reply => reply.Status == OK);
        Assert.All(replies.Except([won]), reply => reply.ShouldFail(BadRequest, "invalid_grant", Dead));
        Assert.Equal(OK, (await client.CallAsync((string)won.Json["access_token"]!, node: second)).Status);
        Assert.Equal(OK, (await client.RefreshAsync((string)won.Json["refresh_token"]!)).Status);
    }

    [Theory, EveryDatabase]
    public async Task Of_twenty_exchanges_of_one_code_at_most_one_answers_tokens_and_they_are_dead(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var client = await OAuthClient.OfAsync(app);
        var code = await client.CodeAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.ExchangeAsync(code)));

        var won = Assert.Single(replies, reply => reply.Status == OK);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Unauthorized, (await client.CallAsync((string)won.Json["access_token"]!)).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    [Wire(Operations.Token, "inf", "PKCE (S256): a wrong, a missing and a superfluous code_verifier", Refusal = true)]
    public async Task A_code_with_a_challenge_needs_its_verifier(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var client = await OAuthClient.OfAsync(app);
        var challenge = ("code_challenge", (string?)Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))));
        Assert.Equal("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", challenge.Item2); // The example of RFC 7636, appendix B.

        (await client.ExchangeAsync(await client.CodeAsync(challenge), ("code_verifier", Verifier[1..]))).ShouldFail(BadRequest, "invalid_grant", Dead);
        (await client.ExchangeAsync(await client.CodeAsync(challenge))).ShouldFail(BadRequest, "invalid_grant", Dead);
        (await client.ExchangeAsync(await client.CodeAsync(), ("code_verifier", Verifier))).ShouldFail(BadRequest, "invalid_grant", Dead);
        Assert.Equal(OK, (await client.ExchangeAsync(await client.CodeAsync(challenge), ("code_verifier", Verifier))).Status);
    }

    [Theory, EveryDatabase]
    public async Task Codes_and_tokens_expire_on_the_clock(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var client = await OAuthClient.OfAsync(app);
        var (late, tokens) = (await client.CodeAsync(), await client.TokensAsync());

        app.Clock.Advance(OAuthGrant.CodeLifetime);
        (await client.ExchangeAsync(late)).ShouldFail(BadRequest, "invalid_grant", Dead);
        app.Clock.Advance(OAuthTokenPair.AccessLifetime - OAuthGrant.CodeLifetime - TimeSpan.FromSeconds(1));
        Assert.Equal(OK, (await client.CallAsync((string)tokens["access_token"]!)).Status);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Unauthorized, (await client.CallAsync((string)tokens["access_token"]!)).Status);
        Assert.Equal(OK, (await client.RefreshAsync((string)tokens["refresh_token"]!)).Status);
    }

    [Theory, EveryDatabase]
    [Wire(Operations.All, "rep", "A token works only on the base URL of its company; elsewhere the answer says that it was revoked", Refusal = true)]
    public async Task A_token_works_only_on_the_base_url_of_its_company(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var globex = await app.HasTenantAsync("Globex");
        var client = await OAuthClient.OfAsync(app);
        var token = (string)(await client.TokensAsync())["access_token"]!;

        (await client.CallAsync(token, prefix: "")).ShouldRefuse(Unauthorized, "The access token has been revoked");
        (await client.CallAsync(token, prefix: CompanyUrl.Of("", globex.Id))).ShouldRefuse(Unauthorized, "The access token has been revoked");
        Assert.Equal(OK, (await client.CallAsync(token)).Status);
        Assert.Equal(OK, (await client.CallAsync(token, prefix: $"http://{app.Tenant.Id}.localhost")).Status);
        Assert.Equal(Unauthorized, (await client.CallAsync(token, prefix: $"http://{globex.Id}.localhost")).Status);

        // Keys work with and without it, but not on the base URL of another company.
        Assert.Equal(OK, (await app.GetAsync($"/c/{app.Tenant.Id}/v2/workspaces")).Status);
        Assert.Equal(Unauthorized, (await app.GetAsync($"/c/{globex.Id}/v2/workspaces")).Status);
        Assert.Equal(NotFound, (await app.GetAsync($"/c/{app.Tenant.Id}/sluice/v1/company", await app.HasKeyAsync(["sluice:manage"]))).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_token_has_the_scopes_that_were_consented_to_and_no_more(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var client = await OAuthClient.OfAsync(app);
        var tokens = await client.TokensAsync(("scope", "api:users:read api:flows:read"));

        (await client.CallAsync((string)tokens["access_token"]!, "/v2/workspaces")).ShouldRefuse(Forbidden, "You don't have permission to use 'api:workspaces:read' in your app.");
        (await client.FormAsync([("grant_type", "refresh_token"), ("refresh_token", (string?)tokens["refresh_token"]), ("scope", "api:workspaces:read")])).ShouldFail(BadRequest, "invalid_scope");
        var fewer = await client.FormAsync([("grant_type", "refresh_token"), ("refresh_token", (string?)tokens["refresh_token"]), ("scope", "api:users:read")]);
        Assert.Equal("api:users:read", (string?)fewer.Json["scope"]);
        Assert.Equal(Forbidden, (await client.CallAsync((string)fewer.Json["access_token"]!)).Status);
    }

    [Theory, EveryDatabase]
    public async Task An_application_cannot_use_what_another_got(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var globex = await app.HasTenantAsync("Globex");
        var (ours, theirs, sibling) = (await OAuthClient.OfAsync(app), await OAuthClient.OfAsync(app, globex), await OAuthClient.OfAsync(app, name: "Sibling"));
        var (code, tokens) = (await ours.CodeAsync(), await ours.TokensAsync());

        foreach (var thief in (OAuthClient[])[theirs, sibling])
        {
            (await thief.ExchangeAsync(code)).ShouldFail(BadRequest, "invalid_grant", Dead);
            (await thief.RefreshAsync((string)tokens["refresh_token"]!)).ShouldFail(BadRequest, "invalid_grant", Dead);
        }

        Assert.Equal((OK, OK), ((await ours.ExchangeAsync(code)).Status, (await ours.RefreshAsync((string)tokens["refresh_token"]!)).Status));
    }

    [Theory, EveryDatabase]
    public async Task Only_hashes_are_stored_and_the_number_of_rows_has_a_bound(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var client = await OAuthClient.OfAsync(app);
        var (code, tokens) = (await client.CodeAsync(), await client.TokensAsync());

        var dump = await app.Db.DumpAsync();
        Assert.All((string[])[code, (string)tokens["access_token"]!, (string)tokens["refresh_token"]!, client.Secret], secret => Assert.DoesNotContain(secret, dump, StringComparison.Ordinal));
        Assert.DoesNotMatch("sl[storc]_", dump);

        for (var i = 0; i < OAuthTokenPair.MaxOfGrant + 3; i++)
        {
            tokens = (await client.RefreshAsync((string)tokens["refresh_token"]!)).Json;
        }

        Assert.Equal(OAuthTokenPair.MaxOfGrant, await CountAsync("oauth_tokens"));
        for (var i = 0; i < OAuthGrant.MaxOfApp + 3; i++)
        {
            app.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await client.CodeAsync();
        }

        Assert.Equal((OAuthGrant.MaxOfApp, 0), (await CountAsync("oauth_grants"), await CountAsync("oauth_tokens"))); // The oldest gave way, with its tokens.
        app.Clock.Advance(OAuthGrant.CodeLifetime);
        await client.CodeAsync();
        Assert.Equal(1, await CountAsync("oauth_grants"));

        async Task<long> CountAsync(string table) =>
            (await app.Db.QueryAsync($"select count(*) from {new Sluice.Engine.Storage.SqlText(table)}", row => row.GetInt64(0), CancellationToken.None)).Single();
    }

    private static StringContent Typed(string text, string? type)
    {
        var content = new StringContent(text);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }
}
