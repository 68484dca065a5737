using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sluice.Engine.SignIn;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>How nobody comes into the console by an OpenID provider who should not.</summary>
public sealed class OidcAttackTests
{
    /// <summary>Signed by the provider's own key, or by none: each must be refused for what it says.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_token_that_is_not_for_this_sign_in_opens_nothing(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database);
        var (app, provider) = (scene.App, scene.Provider);
        await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Rep);
        provider.Person = new("ada@example.com", "operator");
        var hour = TestApp.Monday.ToUnixTimeSeconds() + 3600;
        foreach (var (name, forge, status) in new (string, Func<string, string>, HttpStatusCode)[]
        {
            ("as it is", token => token, SeeOther),
            ("signed again", token => provider.Sign(Claims(token).ToJsonString()), SeeOther),
            ("a nonce of another sign-in", token => provider.Sign(With(token, "nonce", "other")), BadRequest),
            ("no nonce", token => provider.Sign(With(token, "nonce", null)), BadRequest),
            ("another audience", token => provider.Sign(With(token, "aud", "another-client")), BadRequest),
            ("no audience", token => provider.Sign(With(token, "aud", null)), BadRequest),
            ("two audiences and no azp", token => provider.Sign(With(With(token, "aud", new JsonArray(OidcTestProvider.ClientId, "another-client")), "azp", null)), BadRequest),
            ("the azp of another client", token => provider.Sign(With(token, "azp", "another-client")), BadRequest),
            ("another issuer", token => provider.Sign(With(token, "iss", "https://evil.example/")), BadRequest),
            ("no issuer", token => provider.Sign(With(token, "iss", null)), BadRequest),
            ("expired", token => provider.Sign(With(token, "exp", hour - 7200)), BadRequest),
            ("no end", token => provider.Sign(With(token, "exp", null)), BadRequest),
            ("not yet", token => provider.Sign(With(With(token, "nbf", hour), "exp", hour + 60)), BadRequest),
            ("alg none", token => Unsigned(token), BadRequest),
            ("alg none, and the old signature", token => Unsigned(token) + token.Split('.')[2], BadRequest),
            ("signed with the client's secret", token => SignedBySecret(token), BadRequest),
            ("another key", token => SignedByStranger(token, provider.Key.Kid), BadRequest),
            ("changed after signing", token => Changed(token), BadRequest),
            ("no token", _ => "", BadGateway),
            ("no token at all", _ => "not.a.token", BadRequest),
        })
        {
            (provider.Forge, var visitor) = (forge, new ConsoleVisitor(app));
            var reply = await scene.SignInAsync(visitor);
            Assert.Equal((name, status), (name, reply.Status));
            Assert.Equal((name, status == SeeOther), (name, visitor.Cookies.ContainsKey("sluice-session")));
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_answer_works_once_and_only_in_the_browser_that_has_asked(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database);
        var (app, victim, attacker) = (scene.App, new ConsoleVisitor(scene.App), new ConsoleVisitor(scene.App));
        await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Rep);
        scene.Provider.Person = new("ada@example.com", "operator");

        var stolen = await scene.AnswerAsync(victim); // The attacker has read the answer before the victim's browser has shown it.
        await ShouldRefuseAsync(attacker, stolen); // It has begun nothing.
        await scene.AnswerAsync(attacker);
        await ShouldRefuseAsync(attacker, stolen); // It has begun another one.
        var own = HttpUtility.ParseQueryString(new Uri($"http://x{await scene.AnswerAsync(attacker)}").Query)["state"]!;
        var codes = HttpUtility.ParseQueryString(new Uri($"http://x{stolen}").Query)["code"]!;
        await ShouldRefuseAsync(attacker, $"/console/sign-in/oidc/callback?code={Uri.EscapeDataString(codes)}&state={Uri.EscapeDataString(own)}"); // The provider wants the proof key of the victim.

        var cookie = victim.Cookies["sluice-oidc"];
        var fresh = await scene.AnswerAsync(victim);
        Assert.NotEqual(cookie, victim.Cookies["sluice-oidc"]);
        cookie = victim.Cookies["sluice-oidc"];
        Assert.Equal(SeeOther, (await victim.GetAsync(fresh)).Status);
        await ShouldRefuseAsync(new ConsoleVisitor(app), fresh);
        await ShouldRefuseAsync(new ConsoleVisitor(app) { Cookies = { ["sluice-oidc"] = cookie } }, fresh); // The code was used.
    }

    /// <summary>Whoever has put a session or a begun sign-in into a browser does not share what comes of it.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_sign_in_ends_a_planted_session_and_takes_no_planted_answer(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database);
        var app = scene.App;
        var attacker = await ConsoleVisitor.SignedInAsync(app, "mallory@example.com", Roles.Rep);
        await app.HasUserAsync("ada@example.com", "Ada", "Lovelace");
        scene.Provider.Person = new("ada@example.com", "operator");
        var (planted, victim) = (attacker.Cookies["sluice-session"], new ConsoleVisitor(app));
        victim.Cookies["sluice-session"] = planted;
        Assert.Equal(SeeOther, (await scene.SignInAsync(victim)).Status);
        Assert.NotEqual(planted, victim.Cookies["sluice-session"]);
        Assert.Equal((OK, SeeOther), ((await victim.GetAsync("/console/operations")).Status, (await attacker.GetAsync("/console/account")).Status));

        scene.Provider.Person = new("mallory@example.com", "rep");
        var answer = await scene.AnswerAsync(attacker); // A link that would sign the victim in as the attacker.
        var session = victim.Cookies["sluice-session"];
        await ShouldRefuseAsync(victim, answer);
        Assert.Equal(session, victim.Cookies["sluice-session"]);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_sign_in_leads_only_to_pages_of_the_console_whatever_the_link_and_the_cookie_say(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database);
        await scene.App.HasUserAsync("ada@example.com", "Ada", "Lovelace");
        scene.Provider.Person = new("ada@example.com", "rep");
        foreach (var (asked, expected) in new[]
        {
            ("/console/people?q=a", "/console/people?q=a"), ("https://evil.example/console/", "/console"), ("//evil.example/console/", "/console"), ("/console\\evil", "/console"), ("/console/../evil", "/console"),
            ("/console/sign-in/oidc", "/console"), ($"/console/people?q={new string('x', 1500)}", "/console"),
        })
        {
            Assert.Equal((asked, expected), (asked, (await scene.SignInAsync(new ConsoleVisitor(scene.App), asked)).Location));
        }

        var visitor = new ConsoleVisitor(scene.App);
        var answer = await scene.AnswerAsync(visitor);
        visitor.Cookies["sluice-oidc"] = $"{Uri.UnescapeDataString(visitor.Cookies["sluice-oidc"]).Split(' ')[0]}%20https://evil.example/";
        Assert.Equal("/console", (await visitor.GetAsync(answer)).Location);
    }

    /// <summary>A second provider, or a person in the middle, must not answer in the place of the one that was asked.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_answer_or_a_document_of_another_issuer_is_refused(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database, settings => settings with { Authority = new Uri($"{settings.Authority}elsewhere") });
        Assert.Equal(BadGateway, (await new ConsoleVisitor(scene.App).GetAsync("/console/sign-in/oidc")).Status);
        Assert.Contains(scene.App.Logs.Lines, line => line.Contains($"the discovery document is of the issuer {scene.Provider.Address}, not of", StringComparison.Ordinal));

        await using var good = await OidcScene.StartAsync(database);
        var visitor = new ConsoleVisitor(good.App);
        await good.App.HasUserAsync("ada@example.com", "Ada", "Lovelace");
        good.Provider.Person = new("ada@example.com", "rep");
        var answer = await good.AnswerAsync(visitor);
        Assert.Contains("iss=", answer, StringComparison.Ordinal);
        await ShouldRefuseAsync(visitor, answer.Replace("iss=http", "iss=https", StringComparison.Ordinal));
        answer = await good.AnswerAsync(visitor);
        await ShouldRefuseAsync(visitor, $"{answer}&error=access_denied", Forbidden);
        foreach (var hostile in (string[])["?error=<script>alert(1)</script>", "?code=x", "?state=x&code=y", "", $"?state={new string('x', 3000)}"])
        {
            await good.AnswerAsync(visitor);
            var reply = await visitor.GetAsync($"/console/sign-in/oidc/callback{hostile}");
            Assert.Equal(BadRequest, reply.Status);
            Assert.DoesNotContain("<script>alert", reply.Html, StringComparison.Ordinal);
        }
    }

    private static async Task ShouldRefuseAsync(ConsoleVisitor visitor, string answer, HttpStatusCode status = BadRequest)
    {
        var had = visitor.Cookies.GetValueOrDefault("sluice-session");
        Assert.Equal(status, (await visitor.GetAsync(answer)).Status);
        Assert.Equal(had, visitor.Cookies.GetValueOrDefault("sluice-session"));
    }

    private static JsonObject Claims(string token) => JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();

    private static JsonObject With(string token, string name, JsonNode? value) => With(Claims(token), name, value);

    private static JsonObject With(JsonObject claims, string name, JsonNode? value)
    {
        claims.Remove(name);
        if (value is not null)
        {
            claims[name] = value;
        }

        return claims;
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Unsigned(string token) => $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{token.Split('.')[1]}.";

    private static string Changed(string token) => $"{token.Split('.')[0]}.{Encode(With(token, "email", "root@example.com").ToJsonString())}.{token.Split('.')[2]}";

    private static string SignedBySecret(string token)
    {
        var text = $"{Encode("""{"alg":"HS256","typ":"JWT"}""")}.{token.Split('.')[1]}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(OidcTestProvider.ClientSecret), Encoding.ASCII.GetBytes(text)))}";
    }

    private static string SignedByStranger(string token, string keyId)
    {
        using var rsa = RSA.Create(2048);
        return new JsonWebTokenHandler().CreateToken(Claims(token).ToJsonString(), new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = keyId }, SecurityAlgorithms.RsaSha256));
    }
}
