using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Engine.OAuth;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.OAuth;

/// <summary><c>/sluice/v1/oauth-apps</c> and <c>sluice oauth-apps</c>.</summary>
public sealed class OAuthAppTests
{
    private const string Url = "/sluice/v1/oauth-apps";

    [Theory, EveryDatabase]
    public async Task An_application_is_added_listed_and_removed_with_its_tokens(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var admin = await app.HasKeyAsync([Scopes.Manage]);

        var added = await app.PostAsync(Url, new { name = "Mine", redirectUris = new[] { "http://localhost:3000/callback", "com.example.app:/callback" }, scopes = new[] { "api:flows:read" } }, admin);

        Assert.Equal(Created, added.Status);
        var secret = (string)added.Json["app"]!["clientSecret"]!;
        var listed = (await app.GetAsync(Url, admin)).Json["apps"]!.AsArray().Single()!;
        Assert.Null(listed["clientSecret"]);
        Assert.Equal(("Mine", """["api:flows:read"]"""), ((string?)listed["name"], listed["scopes"]!.ToJsonString()));
        var registered = (await new OAuthAppStore(app.Db, acceptDevOnly: false).FindAsync((string)listed["clientId"]!, CancellationToken.None))!;
        var client = new OAuthClient(app, registered, secret);
        var tokens = await client.TokensAsync(("scope", "api:flows:read"));
        Assert.Equal(OK, (await client.CallAsync((string)tokens["access_token"]!)).Status);

        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Delete, $"{Url}/{listed["id"]}", null, admin)).Status);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Unauthorized, (await client.CallAsync((string)tokens["access_token"]!)).Status);
        (await client.RefreshAsync((string)tokens["refresh_token"]!)).ShouldFail(Unauthorized, "invalid_client");
        Assert.DoesNotContain("oauth_", await app.Db.DumpAsync("schema_versions"), StringComparison.Ordinal);
        (await app.SendAsync(HttpMethod.Delete, $"{Url}/{listed["id"]}", null, admin)).ShouldRefuse(NotFound, $"There is no OAuth application {listed["id"]}");
    }

    [Theory, EveryDatabase]
    public async Task A_deleted_company_takes_its_applications_and_tokens(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var company = await app.HasCompanyAsync("Gone");
        var client = await OAuthClient.OfAsync(app, new Tenant(company, null!, null!, null!, null!));
        await client.TokensAsync();

        await app.Db.ExecuteAsync($"delete from companies where id = {company.Id}", CancellationToken.None);

        Assert.DoesNotContain("oauth_", await app.Db.DumpAsync("schema_versions"), StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Bad_drafts_are_refused_and_the_number_has_a_bound(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var admin = await app.HasKeyAsync([Scopes.Manage]);

        (await app.PostTextAsync(Url, """{"nam":"x","redirectUris":[],"scopes":["sluice:manage"]}""", admin)).ShouldRefuse(
            BadRequest, "unknown field `nam`; did you mean `name`?", "name: is missing", $"scopes: should be one or more of {string.Join(", ", Scopes.All)}");
        (await app.PostTextAsync(Url, """{"name":"x"}""", admin)).ShouldRefuse(BadRequest, "redirectUris: should hold at least one item");
        foreach (var uri in (string[])["javascript:alert(1)", "data:text/html,x", "/callback", "https://a.example/#f", "https://u:p@a.example/", "https://a.example/ b", "https://a.example/;script-src", "about:blank", "file:///etc", "https://a.example/ä", "https://"])
        {
            var reply = await app.PostAsync(Url, new { name = "x", redirectUris = new[] { uri } }, admin);
            Assert.Equal((uri, BadRequest), (uri, reply.Status));
        }

        var replies = new List<Reply>();
        for (var i = 0; i <= OAuthApp.MaxOfCompany; i++)
        {
            replies.Add(await app.PostAsync(Url, new { name = $"App {i}", redirectUris = new[] { "http://localhost/cb" } }, admin));
        }

        replies[^1].ShouldRefuse(Conflict, "The company has 50 applications already, which is the limit: remove one first");
        Assert.All(replies[..^1], reply => Assert.Equal(Created, reply.Status));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_command_line_adds_lists_and_removes(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var admin = await app.HasKeyAsync([Scopes.Manage]);
        string[] credentials = ["--base-url", app.Address.ToString(), "--key", admin.AccessKey, "--secret", admin.AccessKeySecret];

        var added = JsonNode.Parse((await CommandLine.RunAsync(["oauth-apps", "add", "Mine", "--redirect-uri", "http://localhost:3000/callback", "--json", .. credentials])).Output)!;
        Assert.StartsWith("sls_", (string?)added["clientSecret"], StringComparison.Ordinal);
        Assert.Contains((string)added["clientId"]!, (await CommandLine.RunAsync(["oauth-apps", "list", "--json", .. credentials])).Output, StringComparison.Ordinal);
        Assert.Equal((0, "Removed.\n"), Both(await CommandLine.RunAsync(["oauth-apps", "remove", (string)added["id"]!, .. credentials])));
        Assert.Equal(ExitCode.Refused, (await CommandLine.RunAsync(["oauth-apps", "remove", (string)added["id"]!, .. credentials])).Code);

        static (int, string) Both(CliReply result) => (result.Code, result.Output);
    }
}
