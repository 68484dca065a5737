using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sluice.Engine.Events;
using Sluice.Server.Api.Manage.Events;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Events;

/// <summary><c>GET /sluice/v1/events/stream</c>, and <c>sluice listen</c>, which reads it.</summary>
public sealed class EventStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory, EveryDatabase]
    public async Task A_stream_begins_with_what_happens_next_and_goes_on_after_the_last_id(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await AssignAsync(app, "before");
        await using var stream = await OpenAsync(app, "");
        await AssignAsync(app, "one");
        var first = await stream.NextAsync();
        await AssignAsync(app, "two");
        Assert.Contains("\"crmProspectId\":\"two\"", (await stream.NextAsync()).Data, StringComparison.Ordinal);

        Assert.Equal("flow_instance.assigned", first.EventType);
        Assert.Contains("\"crmProspectId\":\"one\"", first.Data, StringComparison.Ordinal);
        await using var again = await OpenAsync(app, "", lastId: first.EventId);
        Assert.Contains("\"crmProspectId\":\"two\"", (await again.NextAsync()).Data, StringComparison.Ordinal);
        var listed = await EventScenario.ReadAsync(app);
        Assert.Equal(listed[1].ToJsonString(), JsonNode.Parse(first.Data)!.ToJsonString());
        var other = await app.HasTenantAsync("Other");
        await using var others = await OpenAsync(app, "?after=0-0-0", of: other);
        await app.PostAsync("/sluice/v1/suppressions", new { address = "nobody@example.org" }, await app.HasManageKeyAsync(other));
        await app.HasProspectAsync("theirs", of: other);
        await app.PostAsync("/v2/flows/prospects/assign", new { flowId = $"{other.Flow.Id}", flowInstanceOwnerEmail = other.User.Email, crmProspectsIds = new[] { "theirs" } }, other.Key);
        Assert.Contains("\"crmProspectId\":\"theirs\"", (await others.NextAsync()).Data, StringComparison.Ordinal); // And none of the company that has two.
        await using var all = await OpenAsync(app, "?after=0-0-0&types=flow_instance.assigned");
        Assert.Contains("\"crmProspectId\":\"before\"", (await all.NextAsync()).Data, StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_node_has_a_hundred_streams_and_each_that_ends_makes_room(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var streams = new List<Opened>();
        for (var i = 0; i < EventStreams.Max; i++)
        {
            streams.Add(await OpenAsync(app, ""));
        }

        var refused = await app.GetAsync("/sluice/v1/events/stream", await app.HasManageKeyAsync());
        Assert.Equal((ServiceUnavailable, "5"), (refused.Status, refused.Header("Retry-After")));
        await streams[0].DisposeAsync();
        await Eventually.UntilAsync(() => app.Services.GetRequiredService<EventStreams>().Count < EventStreams.Max);
        await (await OpenAsync(app, "")).DisposeAsync();
        foreach (var one in streams)
        {
            await one.DisposeAsync();
        }

        await Eventually.UntilAsync(() => app.Services.GetRequiredService<EventStreams>().Count == 0);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_stream_ends_in_good_order_when_the_server_stops_and_head_ends_at_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        using var head = new HttpRequestMessage(HttpMethod.Head, "/sluice/v1/events/stream") { Headers = { Authorization = await KeyAsync(app) } };
        Assert.Equal(OK, (await app.Client.SendAsync(head).WaitAsync(Patience)).StatusCode);
        await using var stream = await OpenAsync(app, "");

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Null(await stream.FindNextAsync()); // The end, and no broken connection.
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_quiet_stream_says_every_fifteen_seconds_that_it_is_there_and_where_to_go_on(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await AssignAsync(app, "one");
        var message = new HttpRequestMessage(HttpMethod.Get, "/sluice/v1/events/stream") { Headers = { Authorization = await KeyAsync(app) } };
        using var reply = await app.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync());
        Assert.StartsWith(": events after ", await lines.ReadLineAsync().WaitAsync(Patience), StringComparison.Ordinal);
        Assert.Equal("", await lines.ReadLineAsync().WaitAsync(Patience));

        app.Clock.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(": still here", await lines.ReadLineAsync().WaitAsync(Patience));
        var end = await app.Services.GetRequiredService<EventFeed>().FindEndAsync(app.Tenant.Id, CancellationToken.None);
        Assert.Equal($"id: {end}", await lines.ReadLineAsync().WaitAsync(Patience));
    }

    /// <summary>A client that reads nothing fills the buffers of both sides; then the server waits for it, but not for ever.</summary>
    [Slow]
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_client_that_takes_nothing_for_ten_seconds_is_cut_off(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await app.Db.InTransactionAsync(
            tx => new FeedStore(tx).AddAsync([.. Enumerable.Range(0, 60_000).Select(_ => new Event(app.Tenant.Id, app.NextId(), EventTypes.OptedOut, app.Clock.GetUtcNow(), new EventData()))], CancellationToken.None),
            CancellationToken.None);
        using var socket = new TcpClient { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(app.Address.Host, app.Address.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /sluice/v1/events/stream?after=0-0-0 HTTP/1.1\r\nHost: {app.Address.Authority}\r\nAuthorization: {await KeyAsync(app)}\r\n\r\n"));

        var streams = app.Services.GetRequiredService<EventStreams>();
        await Eventually.UntilAsync(() => streams.Count == 1);
        await Eventually.UntilAsync(() => streams.Count == 0);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Listen_prints_events_and_forwards_them_signed(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await AssignAsync(app, "one");
        await using var receiver = new AnswerServer(AnswerServer.Http("200 OK", "text/plain", "thanks"));

        var key = await app.HasManageKeyAsync();
        string[] at = ["--base-url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret];
        var json = await CommandLine.RunAsync([.. at.Prepend("listen"), "--after", "0-0-0", "--count", "1", "--json"]);
        var shown = await CommandLine.RunAsync([.. at.Prepend("listen"), "--after", "0-0-0", "--count", "1", "--types", "flow_instance.assigned", "--forward-to", $"http://127.0.0.1:{receiver.Port}/hook"]);
        var refused = await CommandLine.RunAsync([.. at.Prepend("listen"), "--types", "task.don"]);

        Assert.Equal((await EventScenario.ReadAsync(app)).Single().ToJsonString(), JsonNode.Parse(json.Output)!.ToJsonString());
        Assert.Contains("flow_instance.assigned", shown.Output, StringComparison.Ordinal);
        Assert.Contains("→ 200", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Signing with whsec_", shown.Error, StringComparison.Ordinal);
        Assert.Contains(receiver.Heard, line => line.StartsWith("webhook-signature: v1,", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(3, refused.Code);
        Assert.Contains("did you mean task.done?", refused.Error, StringComparison.Ordinal);
    }

    private static async Task AssignAsync(TestApp app, string name)
    {
        await app.HasProspectAsync(name);
        Assert.Equal(OK, (await app.AssignAsync(app.Tenant.Flow, name)).Status);
        await EventScenario.SettleAsync(app, app.Tenant);
    }

    private static async Task<AuthenticationHeaderValue> KeyAsync(TestApp app, Tenant? of = null) => (await app.HasManageKeyAsync(of)).Basic();

    private static async Task<Opened> OpenAsync(TestApp app, string query, string? lastId = null, Tenant? of = null)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, $"/sluice/v1/events/stream{query}") { Headers = { Authorization = await KeyAsync(app, of) } };
        if (lastId is not null)
        {
            message.Headers.Add("Last-Event-ID", lastId);
        }

        var reply = await app.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        Assert.Equal((OK, "text/event-stream"), (reply.StatusCode, reply.Content.Headers.ContentType?.MediaType));
        return new Opened(reply, SseParser.Create(await reply.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator());
    }

    private sealed class Opened(HttpResponseMessage reply, IAsyncEnumerator<SseItem<string>> items) : IAsyncDisposable
    {
        public async Task<SseItem<string>> NextAsync() => (await FindNextAsync())!.Value;

        public async Task<SseItem<string>?> FindNextAsync() => await items.MoveNextAsync().AsTask().WaitAsync(Patience) ? items.Current : null;

        public ValueTask DisposeAsync()
        {
            reply.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
