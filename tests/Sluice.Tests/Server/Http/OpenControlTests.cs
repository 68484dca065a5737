using System.Net;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary>What <c>sluice dev</c> opens without a key it opens to programs of this machine, not to whatever page its browser shows.</summary>
public sealed class OpenControlTests
{
    private const string Evil = "https://evil.example";

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_page_from_elsewhere_neither_changes_anything_nor_reads_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        var (key, words) = CreateApiKey.MakePublished(app.Tenant.Id, app.NextId(), "phrase", app.Clock.GetUtcNow());
        await new ApiKeyStore(app.Db, acceptDevOnly: true).AddAsync(key, CancellationToken.None);
        var flow = await app.HasFlowAsync("Open");
        var disable = $"/sluice/v1/flows/{flow.Id}/disable";

        // A form, which a browser sends anywhere without asking; and a name of theirs that leads to this machine.
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Post, disable, origin: Evil));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Post, disable, origin: "null"));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Post, disable, origin: "http://localhost:3000"));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Post, disable, host: "evil.example:4664", origin: "http://evil.example:4664"));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Get, "/sluice/v1/export", host: "evil.example:4664"));
        Assert.Equal(Unauthorized, await CallAsync(app, HttpMethod.Get, "/sluice/v1/export", host: "127.0.0.1.evil.example"));
        Assert.Equal(Forbidden, await CallAsync(app, HttpMethod.Get, "/sluice/v1/export", host: "evil.example", key: words)); // Everybody knows that key.
        Assert.True((await new FlowStore(app.Db).FindAsync(app.Tenant.Id, flow.Id, CancellationToken.None))!.Enabled);

        foreach (var host in (string[])["localhost", "localhost:4664", "127.0.0.1:4664", "[::1]:4664"])
        {
            Assert.Equal(OK, await CallAsync(app, HttpMethod.Get, "/sluice/v1/export", host));
            Assert.Equal(OK, await CallAsync(app, HttpMethod.Post, disable, host, origin: $"http://{host}"));
        }
    }

    private static async Task<HttpStatusCode> CallAsync(TestApp app, HttpMethod verb, string path, string? host = null, string? origin = null, KeyWords? key = null)
    {
        using var request = new HttpRequestMessage(verb, path);
        request.Headers.Host = host;
        request.Headers.Add("Origin", origin is null ? [] : [origin]);
        request.Headers.Authorization = key?.Basic();
        using var response = await app.Client.SendAsync(request);
        return response.StatusCode;
    }
}
