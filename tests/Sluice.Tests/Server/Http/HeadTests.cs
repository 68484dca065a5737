using Sluice.Engine.Instances;

namespace Sluice.Tests.Server.Http;

/// <summary>Outside <c>/v2</c>, HEAD tells what GET would tell, and sends no body.</summary>
public sealed class HeadTests
{
    /// <summary>An answer without a body need not say how the body would be sent.</summary>
    private static readonly string[] OfThisRequest = ["x-traceid", "Date", "Transfer-Encoding"];

    [Theory, EveryDatabase]
    public async Task HEAD_has_the_status_and_the_headers_of_GET_on_every_route(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, OverKestrel = true });
        var key = await app.HasManageKeyAsync();
        var paths = app.MappedRoutes().Where(route => route.StartsWith("GET ", StringComparison.Ordinal) && !route.StartsWith("GET /v2/", StringComparison.Ordinal) && !route.EndsWith("/stream", StringComparison.Ordinal)).Select(TestApp.PathOf).ToList();
        Assert.Contains("/health", paths);
        Assert.Contains("/sluice/v1/flows", paths);
        using var connection = RawConnection.To(app);

        foreach (var path in paths.Append("/docs/list-users.md").Append("/nothing/here"))
        {
            await connection.SendAsync(Request("GET", path));
            var get = await connection.ReceiveAsync();
            var head = get;
            do
            {
                await connection.SendAsync(Request("HEAD", path));
                head = await connection.ReceiveAsync(toHead: true); // If it had a body, the next answer would begin with it.
            }
            while (head.Headers["x-traceid"].Length != get.Headers["x-traceid"].Length); // An id has 18 or 19 characters, and the body has it, too.

            Assert.Equal((path, get.Status, Told(get)), (path, head.Status, Told(head)));
        }

        string Request(string verb, string path) => $"{verb} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nAuthorization: {key.Basic()}\r\n\r\n";
    }

    [Theory, EveryDatabase]
    public async Task HEAD_of_the_unsubscribe_page_unsubscribes_nobody(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { PublicUrl = "https://sluice.example.com", OverKestrel = true });
        var instance = await app.HasInstanceWithSentMailAsync("ada", await app.HasMailFlowAsync());
        var link = (await app.ListMessagesAsync($"?flowInstanceId={TestApp.Wire(instance)}"))[0]!["headers"]!.AsArray().Single(header => (string?)header!["name"] == "List-Unsubscribe");
        var path = new Uri(((string)link!["value"]!).Trim('<', '>')).AbsolutePath;

        using var head = new HttpRequestMessage(HttpMethod.Head, path);
        using var reply = await app.Client.SendAsync(head, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.OK, reply.StatusCode);
        Assert.True(reply.Content.Headers.ContentLength > 0);
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(instance)).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_wrong_verb_is_told_that_HEAD_is_allowed_where_GET_is(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        Assert.Equal("GET, HEAD", (await app.SendAsync(HttpMethod.Post, "/health")).Header("Allow"));
        Assert.Equal("GET", (await app.SendAsync(HttpMethod.Post, "/v2/workspaces")).Header("Allow"));
    }

    private static string Told(RawReply reply) =>
        string.Join('\n', reply.Headers.Where(header => !OfThisRequest.Contains(header.Key)).OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {header.Value}"));
}
