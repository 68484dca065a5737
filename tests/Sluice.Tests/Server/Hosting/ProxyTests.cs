using System.Net;
using Sluice.Engine.Companies;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Hosting;

[Slow]
public sealed class ProxyTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Behind_a_named_proxy_the_networks_of_a_key_apply_to_the_forwarded_address(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (office, proxy) = (await app.HasKeyAsync(networks: ["10.1.0.0/16"]), await app.HasKeyAsync(networks: ["127.0.0.0/8"]));

        await using (var open = await SluiceProcess.StartAsync("serve", "--database", app.Connection))
        {
            Assert.Equal(Forbidden, await CallAsync(open, office, "10.1.2.3")); // No proxy is named, and anybody can write that header.
            Assert.Equal(OK, await CallAsync(open, proxy, "10.1.2.3"));
        }

        await using var behind = await SluiceProcess.StartAsync("serve", "--database", app.Connection, "--proxies", "127.0.0.0/8,192.168.7.0/24");
        Assert.Equal(OK, await CallAsync(behind, office, "10.1.2.3"));
        Assert.Equal(OK, await CallAsync(behind, office, "203.0.113.9, 10.1.2.3, 192.168.7.7")); // Through two named proxies.
        Assert.Equal(Forbidden, await CallAsync(behind, office, "10.1.2.3, 203.0.113.9")); // The caller invented the first address.
        Assert.Equal(Forbidden, await CallAsync(behind, office, null));
        Assert.Equal(Forbidden, await CallAsync(behind, proxy, "10.1.2.3"));
    }

    private static async Task<HttpStatusCode> CallAsync(SluiceProcess sluice, ApiKeyCredentials key, string? forwarded)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/workspaces");
        request.Headers.Authorization = key.Basic();
        request.Headers.Add("X-Forwarded-For", forwarded is null ? [] : [forwarded]);
        using var response = await sluice.Client.SendAsync(request);
        return response.StatusCode;
    }
}
