using System.Text;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary>Clients that misbehave on the connection itself.</summary>
[Slow]
public sealed class HostileConnectionTests
{
    private const string Unassign = "POST /v2/flows/prospects/unassign-flows-by-instance-id";

    [Theory, EveryDatabase]
    public async Task A_slow_client_gets_its_answer(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var instance = await app.HasInstanceAsync("ada");
        using var connection = RawConnection.To(app);

        foreach (var letter in Encoding.ASCII.GetBytes(RawConnection.Request(app, Unassign, $$"""{"flowInstanceIds":[{{instance.Id}}]}""")))
        {
            await connection.SendAsync([letter]);
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal($$"""200 {"unassignedFlowInstanceIds":["{{instance.Id}}"]}""", (await connection.ReceiveAsync()).Summary);
    }

    /// <summary>After five seconds the server requires at least 240 bytes a second.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_client_that_sends_too_slowly_is_refused_and_delays_nobody(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var instance = await app.HasInstanceAsync("ada");
        var before = await app.Db.DumpAsync();
        var connections = Enumerable.Range(0, 100).Select(_ => RawConnection.To(app)).ToList();
        var request = RawConnection.Request(app, Unassign, $$"""{"flowInstanceIds":[{{instance.Id}}]}""");

        await Task.WhenAll(connections.Select(connection => connection.SendAsync(request[..^5])));
        Assert.Equal(OK, (await app.GetAsync("/v2/workspaces")).Status);

        foreach (var connection in connections)
        {
            Assert.Equal("""400 {"errors":["Bad request"]}""", (await connection.ReceiveAsync()).Summary);
            Assert.True(await connection.IsClosedAsync());
            connection.Dispose();
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task Pipelined_requests_are_answered_in_order(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var instance = await app.HasInstanceAsync("ada");
        using var connection = RawConnection.To(app);
        var unassign = RawConnection.Request(app, Unassign, $$"""{"flowInstanceIds":[{{instance.Id}}]}""");
        var list = RawConnection.Request(app, "POST /v2/flows/prospects", """{"crmProspectsIds":["ada"]}""");
        var broken = RawConnection.Request(app, Unassign, "{");

        await connection.SendAsync(unassign + list + broken + unassign + RawConnection.Request(app, "GET /v2/x"));

        Assert.Equal($$"""200 {"unassignedFlowInstanceIds":["{{instance.Id}}"]}""", (await connection.ReceiveAsync()).Summary);
        Assert.Equal("""200 {"prospectsAssigned":[]}""", (await connection.ReceiveAsync()).Summary);
        Assert.Equal("""400 {"errors":["Bad request"]}""", (await connection.ReceiveAsync()).Summary);
        Assert.Equal("""200 {"unassignedFlowInstanceIds":[]}""", (await connection.ReceiveAsync()).Summary);
        Assert.Equal("""404 {"errors":["Not Found"]}""", (await connection.ReceiveAsync()).Summary);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_client_that_sends_Expect_100_continue_gets_a_100_or_a_refusal(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        const string body = """{"crmProspectsIds":["ada"]}""";
        using var connection = RawConnection.To(app);

        var head = RawConnection.Request(app, "POST /v2/flows/prospects", body, "Expect: 100-continue")[..^body.Length];
        await connection.SendAsync(head);
        Assert.Equal(100, (await connection.ReceiveAsync()).Status);
        await connection.SendAsync(body);
        Assert.Equal("""200 {"prospectsAssigned":[]}""", (await connection.ReceiveAsync()).Summary);

        await connection.SendAsync(head.Replace("application/json", "text/plain", StringComparison.Ordinal));
        Assert.Equal("""415 {"errors":["Unsupported Media Type"]}""", (await connection.ReceiveAsync()).Summary);
    }

    [Theory, EveryDatabase]
    public async Task A_body_that_breaks_off_or_is_badly_chunked_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var instance = await app.HasInstanceAsync("ada");
        var before = await app.Db.DumpAsync();
        var body = $$"""{"flowInstanceIds":[{{instance.Id}}]}""";
        var chunked = RawConnection.Request(app, Unassign, null, "Content-Type: application/json", "Transfer-Encoding: chunked");

        foreach (var cut in new[]
        {
            RawConnection.Request(app, Unassign, body + "   ")[..^3], // All of the JSON, but less than Content-Length says.
            $"{chunked}{body.Length:x}\r\n{body}\r\n", // The last chunk is missing.
        })
        {
            var connection = RawConnection.To(app);
            await connection.SendAsync(cut);
            connection.HangUp();
        }

        foreach (var bad in new[] { "zz\r\n", "-1\r\n", $"{body.Length + 1:x}\r\n{body}\r\n0\r\n\r\n", "ffffffffffffffff\r\n" })
        {
            using var connection = RawConnection.To(app);
            await connection.SendAsync(chunked + bad);
            Assert.Equal((bad, """400 {"errors":["Bad request"]}"""), (bad, (await connection.ReceiveAsync()).Summary));
        }

        Assert.Equal(before, await app.Db.DumpAsync());
        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    /// <summary>The write happens completely or not at all, and the history agrees with it.</summary>
    [Theory, EveryDatabase]
    public async Task A_client_that_hangs_up_leaves_no_partial_write(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var groups = (await app.HasInstancesAsync(300)).Chunk(5).ToList();

        foreach (var together in groups.Chunk(10))
        {
            await Task.WhenAll(together.Index().Select(one => HangUpAsync(app, one.Item, TimeSpan.FromMilliseconds(one.Index * 5))));
        }

        await app.RestartAsync(); // Waits for requests that still run.

        var removed = await app.Db.QueryAsync($"select id from flow_instances where status = 5", row => row.GetInt64(0), CancellationToken.None);
        var noted = await app.Db.QueryAsync($"select flow_instance_id from instance_events", row => row.GetInt64(0), CancellationToken.None);
        Assert.Equal(removed.Order(), noted.Order());
        Assert.All(groups, group => Assert.True(group.Count(removed.Contains) is 0 or 5));
        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static async Task HangUpAsync(TestApp app, long[] ids, TimeSpan after)
    {
        using var connection = RawConnection.To(app);
        await connection.SendAsync(RawConnection.Request(app, Unassign, $$"""{"flowInstanceIds":[{{string.Join(',', ids)}}]}"""));
        await Task.Delay(after, TimeProvider.System);
        connection.HangUp();
    }
}
