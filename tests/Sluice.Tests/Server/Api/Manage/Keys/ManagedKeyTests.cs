using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Keys;

/// <summary><c>/sluice/v1/keys</c>: what a key that is made there may do, from where and until when.</summary>
public sealed class ManagedKeyTests
{
    private const string Url = "/sluice/v1/keys";
    private const string Workspaces = "/v2/workspaces";

    [Theory, EveryDatabase]
    public async Task A_key_has_the_scopes_the_networks_and_the_end_that_were_asked_for(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (admin, ends) = (await app.HasManageKeyAsync(), app.Clock.GetUtcNow().AddHours(1));
        var (made, key) = await AddAsync(app, admin, new { name = "Import", scopes = new[] { "api:workspaces:read" }, expiresAt = ends.ToString("O", CultureInfo.InvariantCulture) });
        var (_, elsewhere) = await AddAsync(app, admin, new { name = "Office", scopes = new[] { "api:workspaces:read" }, networks = new[] { "192.0.2.0/24", "2001:db8::/32" } });

        Assert.Equal((OK, OK), ((await app.GetAsync(Workspaces, key)).Status, (await app.SendAsync(HttpMethod.Get, Workspaces, null, key.Bearer())).Status));
        (await app.GetAsync("/v2/users", key)).ShouldRefuse(Forbidden, "You don't have permission to use 'api:users:read' in your app.");
        Assert.Equal(Forbidden, (await app.GetAsync(Url, key)).Status);
        (await app.GetAsync(Workspaces, elsewhere)).ShouldRefuse(Forbidden, "You don't have permission to call this API from your network address.");

        var listed = (await app.GetAsync(Url, admin)).Json["keys"]!.AsArray().Single(one => (string)one!["id"]! == (string)made["id"]!)!;
        Assert.Equal(("Import", "live"), ((string)listed["name"]!, (string)listed["state"]!));
        Assert.All((string[])[key.AccessKeySecret, key.BearerToken], secret => Assert.DoesNotContain(secret, listed.ToJsonString(), StringComparison.Ordinal));
        var dump = await app.Db.DumpAsync();
        Assert.All((string[])[key.AccessKeySecret, key.BearerToken], secret => Assert.DoesNotContain(secret, dump, StringComparison.Ordinal));

        app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((Unauthorized, Unauthorized), ((await app.GetAsync(Workspaces, key)).Status, (await app.SendAsync(HttpMethod.Get, Workspaces, null, key.Bearer())).Status));
    }

    [Theory, EveryDatabase]
    public async Task A_revoked_key_works_no_more_and_a_second_time_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var admin = await app.HasManageKeyAsync();
        var (made, key) = await AddAsync(app, admin, new { name = "Import", scopes = new[] { "api:workspaces:read" } });
        Assert.Equal(OK, (await app.GetAsync(Workspaces, key)).Status);

        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Delete, $"{Url}/{made["id"]}", key: admin)).Status);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((Unauthorized, Unauthorized), ((await app.GetAsync(Workspaces, key)).Status, (await app.SendAsync(HttpMethod.Get, Workspaces, null, key.Bearer())).Status));

        var before = await app.Db.DumpAsync();
        Assert.Equal("revoked", (string?)(await app.SendAsync(HttpMethod.Delete, $"{Url}/{made["id"]}", key: admin)).Json["key"]!["state"]);
        (await app.SendAsync(HttpMethod.Delete, $"{Url}/17", key: admin)).ShouldRefuse(NotFound, "There is no key 17");
        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_faulty_key_is_refused_and_the_number_has_a_bound(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var admin = await app.HasManageKeyAsync();
        var before = await app.Db.DumpAsync();
        foreach (var (body, sentence) in ((string, string)[])
        [
            ("""{"scopes":["api:flows:read"]}""", "name: is missing"),
            ("""{"name":"n","scopes":[]}""", "scopes: should hold at least one item"),
            ("""{"name":"n","scopes":["api:everything"]}""", $"scopes: should be one or more of {string.Join(", ", Scopes.Known)}"),
            ("""{"name":"n","scopes":["api:flows:read"],"expiresAt":"2026-03-02T09:00:00Z"}""", "expiresAt: is in the past: nobody could ever use such a key"),
            ("""{"name":"n","scopes":["api:flows:read"],"networks":["10.0.0.0/8","10.0.0.0/33"]}""", "networks[1]: should be a network in CIDR notation, such as 10.1.0.0/16, not 10.0.0.0/33"),
            ("""{"name":"n","scopes":["api:flows:read"],"network":["10.0.0.0/8"]}""", "unknown field `network`; did you mean `networks`?"),
        ])
        {
            (await app.PostTextAsync(Url, body, admin)).ShouldRefuse(BadRequest, sentence);
        }

        Assert.Equal(before, await app.Db.DumpAsync());
        var (store, known) = (app.Services.GetRequiredService<ApiKeyStore>(), (int)await app.CountAsync("api_keys"));
        for (var i = known; i < ApiKey.MaxOfCompany; i++)
        {
            await store.AddAsync(CreateApiKey.Make(app.Tenant.Id, app.NextId(), $"{i}", ["api:flows:read"], [], app.Clock.GetUtcNow(), null).Key, CancellationToken.None);
        }

        var full = await app.PostAsync(Url, new { name = "n", scopes = new[] { "api:flows:read" } }, admin);
        full.ShouldRefuse(Conflict, "The company has 1000 keys already, which is the limit: revoke one first");
        var one = (await app.GetAsync(Url, admin)).Json["keys"]![0]!["id"];
        await app.SendAsync(HttpMethod.Delete, $"{Url}/{one}", key: admin);
        Assert.Equal(Created, (await app.PostAsync(Url, new { name = "n", scopes = new[] { "api:flows:read" } }, admin)).Status);
    }

    /// <summary>A socket of both protocols tells an address of IPv4 in the form of IPv6.</summary>
    [Theory]
    [InlineData("192.0.2.7", true)]
    [InlineData("::ffff:192.0.2.7", true)]
    [InlineData("::ffff:192.0.3.7", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:db9::1", false)]
    [InlineData("::192.0.2.7", false)]
    [InlineData(null, false)]
    public void A_network_holds_its_addresses_in_either_form(string? address, bool may)
    {
        var caller = new Caller(1, 1, NodaTime.DateTimeZone.Utc, Company.DefaultLimits, [])
        {
            AccessKey = "", Scopes = [], Networks = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::/32")], ExpiresAt = null, SecretHash = [], TokenHash = [],
        };

        Assert.Equal(may, caller.MayCallFrom(address is null ? null : IPAddress.Parse(address)));
        Assert.True((caller with { Networks = [] }).MayCallFrom(null));
    }

    private static async Task<(System.Text.Json.Nodes.JsonNode Made, ApiKeyCredentials Credentials)> AddAsync(TestApp app, ApiKeyCredentials admin, object wanted)
    {
        var reply = await app.PostAsync(Url, wanted, admin);
        Assert.Equal(Created, reply.Status);
        var made = reply.Json["key"]!;
        return (made, new ApiKeyCredentials((string)made["accessKey"]!, (string)reply.Json["accessKeySecret"]!, (string)reply.Json["bearerToken"]!));
    }
}
