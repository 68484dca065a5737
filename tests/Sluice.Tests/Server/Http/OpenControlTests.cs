using System.Net;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary>
/// <c>sluice dev</c> lets programs on this machine call without a key, and its key is published. A web page that is open in a browser there may do
/// neither: it has a foreign host name (DNS rebinding) or a foreign origin.
/// </summary>
public sealed class OpenControlTests
{
    private const string Evil = "https://evil.example";

    private static readonly string[] OurHosts = ["localhost", "LOCALHOST:4664", "app.localhost:4664", "localhost.", "127.0.0.1:4664", "127.8.9.10", "[::1]:4664"];
    private static readonly string[] ForeignHosts = ["evil.example", "evil.example:4664", "127.0.0.1.evil.example", "localhost.evil.example", "notlocalhost", "10.0.0.1", "[::2]:4664", "host.docker.internal"];

    [Theory, EveryDatabase]
    public async Task No_route_answers_a_foreign_host_name(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        var before = await app.Db.DumpAsync();

        foreach (var route in app.MappedRoutes().Append("GET /nothing/here").Append("GET /v2/nothing").Append("OPTIONS /v2/flows"))
        {
            foreach (var host in ForeignHosts)
            {
                var reply = await AskAsync(app, new HttpMethod(route.Split(' ')[0]), TestApp.PathOf(route), host, key: app.Tenant.Key);
                var name = host.StartsWith('[') ? "[::2]" : host.Split(':')[0];
                Assert.Equal((route, host, true), (route, host, reply.Status is Forbidden or Unauthorized));
                Assert.Equal([$"sluice dev answers to the names of this machine, not to {name}. If that is a name of yours, start with --allowed-host {name}"], Errors(reply));
            }
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_names_of_this_machine_are_answered_and_those_that_were_named(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, AllowedHosts = ["host.docker.internal"] });
        await HasPublishedKeyAsync(app);

        foreach (var host in OurHosts.Append("host.docker.internal:4664").Append("Host.Docker.Internal"))
        {
            Assert.Equal((host, OK), (host, await CallAsync(app, HttpMethod.Get, "/v2/workspaces", host, key: app.Tenant.Key)));
            Assert.Equal((host, OK), (host, await CallAsync(app, HttpMethod.Get, "/sluice/v1/export", host)));
        }

        Assert.Equal(Forbidden, await CallAsync(app, HttpMethod.Get, "/v2/workspaces", "evil.example", key: app.Tenant.Key));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Serve_is_called_by_any_name(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        Assert.Equal(OK, await CallAsync(app, HttpMethod.Get, "/v2/workspaces", "sluice.example.com", Evil, app.Tenant.Key));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_foreign_web_page_can_neither_change_nor_read_anything(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        var credentials = await HasPublishedKeyAsync(app);
        var flow = await app.HasFlowAsync("Open");
        var disable = $"/sluice/v1/flows/{flow.Id}/disable";

        // A form, which a browser sends to any server without asking; and a foreign host name that leads to this machine.
        Assert.Equal(Forbidden, await CallAsync(app, HttpMethod.Post, disable, origin: Evil));
        Assert.Equal(Forbidden, await CallAsync(app, HttpMethod.Post, disable, origin: "null"));
        Assert.Equal(Forbidden, await CallAsync(app, HttpMethod.Post, disable, site: "cross-site"));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Post, disable, origin: "http://localhost:3000"));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Post, disable, site: "same-site"));
        Assert.Equal(Forbidden, await CallAsync(app, HttpMethod.Post, disable, host: "evil.example:4664", origin: "http://evil.example:4664", site: "same-origin"));
        Assert.Equal(Forbidden, await CallAsync(app, HttpMethod.Get, "/sluice/v1/export", host: "evil.example", key: credentials)); // That key is published.
        Assert.True((await new FlowStore(app.Db).FindAsync(app.Tenant.Id, flow.Id, CancellationToken.None))!.Enabled);

        foreach (var host in OurHosts)
        {
            Assert.Equal(OK, await CallAsync(app, HttpMethod.Get, "/sluice/v1/export", host));
            Assert.Equal(OK, await CallAsync(app, HttpMethod.Post, disable, host, origin: $"http://{host}"));
            Assert.Equal(OK, await CallAsync(app, HttpMethod.Post, disable, host, origin: "null", site: "same-origin")); // A page that sends no referrer.
        }
    }

    /// <summary>A form can send the published key, too, as a part of the address: http://key:secret@127.0.0.1.</summary>
    [Theory, EveryDatabase]
    public async Task A_foreign_web_page_can_change_nothing_even_with_a_key(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        var manage = await app.HasManageKeyAsync();
        await app.HasInstanceAsync("ada");
        var before = await app.Db.DumpAsync();

        foreach (var operation in app.MappedOperations().Concat(app.MappedControls()).Where(operation => !operation.StartsWith("GET ", StringComparison.Ordinal)))
        {
            var (verb, key) = (new HttpMethod(operation.Split(' ')[0]), operation.Contains("/v2/", StringComparison.Ordinal) ? app.Tenant.Key : manage);
            foreach (var (origin, site) in new[] { (Evil, (string?)null), (Evil, "cross-site"), ("null", "cross-site"), (null, "cross-site"), ("http://127.0.0.1.evil.example", null) })
            {
                var reply = await AskAsync(app, verb, TestApp.PathOf(operation), null, origin, key, site);
                Assert.True(reply.Status is Forbidden or Unauthorized, $"{operation} from {origin} {site}: {reply.Text}");
                Assert.Contains("a foreign web page", Errors(reply).Single(), StringComparison.Ordinal);
            }
        }

        Assert.Equal(before, await app.Db.DumpAsync());
        Assert.Equal(OK, await CallAsync(app, HttpMethod.Post, "/v2/flows/prospects", origin: "http://localhost:3000", key: app.Tenant.Key, body: """{"crmProspectsIds":["ada"]}""")); // A front end in development, through its proxy.
    }

    /// <summary>A page that wants to send a key in a header asks first, by OPTIONS. No answer may allow it.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task No_answer_allows_another_origin_to_call(Database database)
    {
        foreach (var isDev in (bool[])[true, false])
        {
            await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = isDev, RecordRequests = true });
            // All at once: the server answers each call without a key a second later.
            await Task.WhenAll(app.MappedRoutes().SelectMany(route => new[] { route.Split(' ')[0], "OPTIONS" }.Select(verb => AllowsNoOriginAsync(app, verb, TestApp.PathOf(route)))));
        }
    }

    private static async Task AllowsNoOriginAsync(TestApp app, string verb, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        request.Headers.Add("Origin", "http://localhost:3000");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        using var response = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Other machines may call such a server by any name, so it refuses foreign names only if it was told its own. It never needs no key.</summary>
    [Fact, Slow]
    public async Task A_dev_server_for_other_machines_checks_the_host_only_if_it_was_given_names()
    {
        await using (var open = await SluiceProcess.StartAsync("dev", "--ephemeral", "--host", "0.0.0.0"))
        {
            Assert.Equal((OK, Unauthorized), (await ListAsync(open, "sluice.lan"), await ExportAsync(open, "sluice.lan")));
        }

        await using var named = await SluiceProcess.StartAsync("dev", "--ephemeral", "--host", "0.0.0.0", "--allowed-host", "sluice.lan", "--allowed-host", "other.lan");
        Assert.Equal((OK, Unauthorized), (await ListAsync(named, "sluice.lan"), await ExportAsync(named, "other.lan")));
        Assert.Equal((Forbidden, OK), (await ListAsync(named, "evil.example"), await ListAsync(named, "localhost")));
        Assert.Equal((OK, Forbidden), (await ListAsync(named, "127.0.0.1"), await ListAsync(named, "10.0.0.1")));
    }

    private static Task<HttpStatusCode> ListAsync(SluiceProcess server, string host) => SendAsync(server, "/v2/workspaces", host, Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{server.Ready["accessKey"]}:{server.Ready["accessKeySecret"]}")));

    private static Task<HttpStatusCode> ExportAsync(SluiceProcess server, string host) => SendAsync(server, "/sluice/v1/export", host, null);

    private static async Task<HttpStatusCode> SendAsync(SluiceProcess server, string path, string host, string? basic)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{server.Client.BaseAddress!.Port}{path}"));
        request.Headers.Host = host;
        request.Headers.Authorization = basic is null ? null : new("Basic", basic);
        using var response = await server.Client.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<ApiKeyCredentials> HasPublishedKeyAsync(TestApp app)
    {
        var (key, credentials) = CreateApiKey.MakePublished(app.Tenant.Id, app.NextId(), "phrase", app.Clock.GetUtcNow());
        await new ApiKeyStore(app.Db, acceptDevOnly: true).AddAsync(key, CancellationToken.None);
        return credentials;
    }

    private static async Task<HttpStatusCode> CallAsync(
        TestApp app, HttpMethod verb, string path, string? host = null, string? origin = null, ApiKeyCredentials? key = null, string? site = null, string? body = null) =>
        (await AskAsync(app, verb, path, host, origin, key, site, body)).Status;

    private static IEnumerable<string> Errors(Reply reply) => reply.Json["errors"]!.AsArray().Select(error => (string)error!);

    private static async Task<Reply> AskAsync(
        TestApp app, HttpMethod verb, string path, string? host = null, string? origin = null, ApiKeyCredentials? key = null, string? site = null, string? body = null)
    {
        using var request = new HttpRequestMessage(verb, path) { Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Host = host;
        request.Headers.Add("Origin", origin is null ? [] : [origin]);
        request.Headers.Add("Sec-Fetch-Site", site is null ? [] : [site]);
        request.Headers.Authorization = key?.Basic();
        return await Reply.ReadAsync(await app.Client.SendAsync(request));
    }
}
