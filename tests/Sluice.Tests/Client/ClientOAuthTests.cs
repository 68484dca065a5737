using System.Net;
using System.Web;
using Sluice.Client;
using static Sluice.Tests.Client.ClientOf;

namespace Sluice.Tests.Client;

/// <summary>Tokens of OAuth in the typed client.</summary>
public sealed class ClientOAuthTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task It_refreshes_once_for_many_calls_and_keeps_the_new_token_before_it_uses_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var registered = await OAuthClient.OfAsync(app);
        var store = new Store(app);
        using var credentials = new SluiceOAuth(new SluiceOAuthOptions(new Uri("http://localhost"), registered.Registered.ClientId, registered.Secret, store) { TimeProvider = app.Clock }, app.Handler());
        await credentials.ExchangeAsync(await registered.CodeAsync(("scope", "api:flows:read api:users:read")), new Uri(OAuthClient.Callback));
        var client = app.TypedClient(options => (options.AccessKey, options.AccessKeySecret, options.Credentials) = (null, null, credentials));
        Assert.Single(await client.ListUsersAsync().ToListAsync());

        app.Clock.Advance(TimeSpan.FromHours(25));
        var users = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.ListUsersAsync().ToListAsync()));

        Assert.All(users, found => Assert.Single(found));
        Assert.Equal(2, store.Saved.Count);
        Assert.Equal(2, store.Saved.Select(tokens => tokens.RefreshToken).Distinct().Count());
    }

    [Fact]
    public async Task A_token_that_the_server_refuses_is_renewed_once_and_the_write_is_sent_again()
    {
        var store = new Store(null) { Saved = { new SluiceTokens("dead", "r1", DateTimeOffset.MaxValue, new Uri("https://company.example.com")) } };
        using var tokens = new AnswersByFunction(request => Answer("""{"access_token":"live","refresh_token":"r2","expires_in":86400,"api_base_url_for_customer":"https://company.example.com"}"""));
        using var credentials = new SluiceOAuth(new SluiceOAuthOptions(new Uri("https://app.example.com"), "id", "secret", store), tokens);
        var (client, server) = Of(
            request => request.Headers.Authorization!.Parameter == "live" ? Answer("""{"unassignedFlowInstanceIds":["7"]}""") : Answer("{}", HttpStatusCode.Unauthorized),
            options => (options.BaseAddress, options.BearerToken, options.Credentials) = (null, null, credentials));

        Assert.Single((await client.UnassignAsync([new FlowInstanceId("7")])).Unassigned);

        Assert.Equal(2, server.Heard.Count);
        Assert.Equal("r1", HttpUtility.ParseQueryString(Assert.Single(tokens.Heard).Body)["refresh_token"]);
        Assert.Equal("r2", store.Saved[^1].RefreshToken);
    }

    /// <summary>Keeps all tokens, and holds that new ones are kept before anybody has called with them.</summary>
    private sealed class Store(TestApp? app) : ISluiceTokenStore
    {
        public List<SluiceTokens> Saved { get; } = [];

        public ValueTask<SluiceTokens> LoadAsync(CancellationToken ct) => ValueTask.FromResult(Saved[^1]);

        public ValueTask SaveAsync(SluiceTokens tokens, CancellationToken ct)
        {
            Saved.Add(tokens);
            app?.Clock.Advance(TimeSpan.FromSeconds(1)); // Keys of the server are kept for half a second.
            return ValueTask.CompletedTask;
        }
    }
}
