using System.Net;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary><c>sluice dev</c> lets programs on this machine call without a key, but not a web page that is open in a browser there.</summary>
public sealed class OpenControlTests
{
    private const string Evil = "https://evil.example";

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_foreign_web_page_can_neither_change_nor_read_anything(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        var (key, credentials) = CreateApiKey.MakePublished(app.Tenant.Id, app.NextId(), "phrase", app.Clock.GetUtcNow());
        await new ApiKeyStore(app.Db, acceptDevOnly: true).AddAsync(key, CancellationToken.None);
        var flow = await app.HasFlowAsync("Open");
        var disable = $"/sluice/v1/flows/{flow.Id}/disable";

        // A form, which a browser sends to any server without asking; and a foreign host name that leads to this machine.
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Post, disable, origin: Evil));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Post, disable, origin: "null"));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Post, disable, origin: "http://localhost:3000"));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Post, disable, host: "evil.example:4664", origin: "http://evil.example:4664"));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Get, "/sluice/v1/export", host: "evil.example:4664"));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Get, "/sluice/v1/export", host: "127.0.0.1.evil.example"));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Get, "/sluice/v1/requests", host: "evil.example"));
        Assert.Equal(Forbidden, await CallAsync(app, HttpMethod.Get, "/sluice/v1/export", host: "evil.example", key: credentials)); // That key is published.
        Assert.True((await new FlowStore(app.Db).FindAsync(app.Tenant.Id, flow.Id, CancellationToken.None))!.Enabled);

        foreach (var host in (string[])["localhost", "localhost:4664", "127.0.0.1:4664", "[::1]:4664"])
        {
            Assert.Equal(OK, await CallAsync(app, HttpMethod.Get, "/sluice/v1/export", host));
            Assert.Equal(OK, await CallAsync(app, HttpMethod.Post, disable, host, origin: $"http://{host}"));
        }
    }

    private static async Task<HttpStatusCode> CallAsync(TestApp app, HttpMethod verb, string path, string? host = null, string? origin = null, ApiKeyCredentials? key = null)
    {
        using var request = new HttpRequestMessage(verb, path);
        request.Headers.Host = host;
        request.Headers.Add("Origin", origin is null ? [] : [origin]);
        request.Headers.Authorization = key?.Basic();
        using var response = await app.Client.SendAsync(request);
        return response.StatusCode;
    }
}
