using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Server.Dev.Requests;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.OAuth;

/// <summary>OAuth in <c>sluice dev</c>: hints, faults, and what the request log keeps.</summary>
public sealed class OAuthHintTests
{
    private static readonly TestOptions Dev = new() { IsDev = true, OverKestrel = true };

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_refresh_token_that_was_used_is_told_apart_from_a_lost_answer(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var client = await OAuthClient.OfAsync(app);
        var first = (string)(await client.TokensAsync())["refresh_token"]!;
        var second = (string)(await client.RefreshAsync(first)).Json["refresh_token"]!;

        await client.RefreshAsync(first);
        Assert.StartsWith("This refresh token was used before: you kept the old refresh token.", Hint(app, "refresh-token-used"), StringComparison.Ordinal);

        await PlanAsync(app, """{"lost":true,"path":"/oauth2/generate-customer-token"}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => client.RefreshAsync(second));
        await Eventually.UntilAsync(() => Log(app).Exists(request => request.Status is null));
        (await client.RefreshAsync(second)).ShouldFail(BadRequest, "invalid_grant", "Token has been expired or revoked.");
        Assert.StartsWith("The answer of your refresh was lost: ", Hint(app, "refresh-answer-lost"), StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_token_on_a_wrong_url_gets_a_hint_that_says_what_is_really_wrong(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var client = await OAuthClient.OfAsync(app);

        (await client.CallAsync((string)(await client.TokensAsync())["access_token"]!, prefix: "")).ShouldRefuse(Unauthorized, "The access token has been revoked");

        Assert.Equal(
            $"The access token is valid, and not revoked: it works only on the base URL of its company, /c/{app.Tenant.Id}, which came with it as api_base_url_for_customer.",
            Hint(app, "wrong-base-url"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_planned_401_stops_a_token_in_the_middle_of_a_run(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var client = await OAuthClient.OfAsync(app);
        var token = (string)(await client.TokensAsync())["access_token"]!;
        await PlanAsync(app, """{"status":401}""");

        (await client.CallAsync(token)).ShouldRefuse(Unauthorized, "Validate credentials failed. Please check your credentials and try again.");
        Assert.Equal(OK, (await client.CallAsync(token)).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Another_companys_fault_does_not_hit_a_refresh(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var client = await OAuthClient.OfAsync(app, await app.HasTenantAsync("Globex"));
        await PlanAsync(app, """{"status":503,"path":"/oauth2"}""");

        Assert.Equal(OK, (await client.ExchangeAsync(await client.CodeAsync())).Status);
        Assert.Equal(ServiceUnavailable, (await (await OAuthClient.OfAsync(app)).ExchangeAsync("x")).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Tokens_follow_the_dev_clock(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var client = await OAuthClient.OfAsync(app);
        var token = (string)(await client.TokensAsync())["access_token"]!;
        Assert.Equal(OK, (await client.CallAsync(token)).Status);

        Assert.Equal(OK, (await app.PostTextAsync("/sluice/v1/clock", """{"advance":"25h"}""", await app.HasKeyAsync([Scopes.Manage]))).Status);

        Assert.Equal(Unauthorized, (await client.CallAsync(token)).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Neither_the_request_log_nor_the_log_keeps_a_code_a_token_or_a_state(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var client = await OAuthClient.OfAsync(app);
        var code = await client.CodeAsync();
        await OAuthReply.GetAsync(app, client.Authorize(("state", "MySecretState"), ("code_challenge", "MySecretChallenge")));
        await OAuthReply.SendAsync(
            app,
            HttpMethod.Post,
            $"{OAuthClient.Token}?grant_type=authorization_code&code={code[4..]}&code_verifier=MySecretVerifier&client_id={client.Registered.ClientId}&client_secret={client.Secret}&redirect_uri=x");
        var tokens = await client.TokensAsync();
        await client.CallAsync((string)tokens["access_token"]!, prefix: "");

        var kept = string.Join('\n', Log(app).Select(request => System.Text.Json.JsonSerializer.Serialize(request, RequestJson.Default.RecordedRequest)));
        Assert.All((string[])["MySecret", code[4..], client.Secret[4..], "slo_", "slr_", "slc_"], secret =>
        {
            Assert.DoesNotContain(secret, kept, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, string.Join('\n', app.Logs.Lines), StringComparison.Ordinal);
        });
        Assert.Contains(client.Registered.ClientId, kept, StringComparison.Ordinal);
    }

    private static List<RecordedRequest> Log(TestApp app) => app.Services.GetRequiredService<RequestLog>().Read(null);

    private static string Hint(TestApp app, string code) => Log(app)[^1].Hints.Single(hint => hint.Code == code).Message;

    private static async Task PlanAsync(TestApp app, string json) => Assert.Equal(OK, (await app.PostTextAsync("/sluice/v1/faults", json, await app.HasKeyAsync([Scopes.Manage]))).Status);
}
