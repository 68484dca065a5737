using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Privacy;
using Sluice.Engine.Prospects;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Webhooks;
using Sluice.Tests.Server.Api.Manage.Events;
using StandardWebhooks;

namespace Sluice.Tests.Engine.Webhooks;

/// <summary>Sends to receivers on this machine, over real connections. The clock stands still unless a test moves it.</summary>
public sealed class SendWebhookTests
{
    private static readonly TestOptions Impatient = new() { Adjust = services => services.AddSingleton(new WebhookLimits(TimeSpan.FromSeconds(2), 100)) };

    [Theory, EveryDatabase]
    public async Task An_event_is_sent_once_as_the_feed_has_it_and_signed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync();
        await app.HasEventAsync();
        await EventScenario.SettleAsync(app, app.Tenant);
        var webhook = await app.HasWebhookAsync(receiver.Url, types: [EventTypes.OptedOut, EventTypes.BulkCompleted]);
        string[] ids = [await app.HasEventAsync(), await app.HasEventAsync(EventTypes.BulkCompleted)];
        await app.HasEventAsync(EventTypes.MessageSent);

        await app.SendWebhooksAsync();
        await app.SendWebhooksAsync();

        Assert.Equal(ids, receiver.Ids.Order(StringComparer.Ordinal)); // Neither what was before the webhook, nor types that it does not want.
        var heard = receiver.Heard.Single(request => request.Id == ids[0]);
        new StandardWebhook(webhook.Secret).Verify(heard.Body, new HeaderDictionary(heard.Headers.ToDictionary(one => one.Key, one => new Microsoft.Extensions.Primitives.StringValues(one.Value))));
        Assert.Equal((ids[0], "application/json", "Sluice-Webhooks/1"), ((string?)heard.Json["id"], heard.Headers["Content-Type"], heard.Headers["User-Agent"]));
        var deliveries = await webhook.DeliveriesAsync();
        Assert.Equal([("1", ids[0], "delivered", 204), ("2", ids[1], "delivered", 204)], deliveries.Select(one => ((string?)one["id"], (string?)one["eventId"], (string?)one["status"], (int)one["httpStatus"]!)));
    }

    [Theory, EveryDatabase]
    public async Task A_failing_endpoint_is_tried_ten_times_at_the_planned_times_with_the_same_id_and_then_given_up(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync(500);
        receiver.AnswersWith(500, new string('x', 5000));
        var webhook = await app.HasWebhookAsync(receiver.Url, types: EventTypes.OptedOut);
        var (id, waits) = (await app.HasEventAsync(), new List<TimeSpan>());

        await app.SendWebhooksAsync();
        for (var delivery = (await webhook.DeliveriesAsync())[0]; delivery["nextTryAt"] is { } next; delivery = (await webhook.DeliveriesAsync())[0])
        {
            waits.Add(TimeOf(next) - app.Clock.GetUtcNow());
            app.Clock.Advance(waits[^1] - TimeSpan.FromMilliseconds(2));
            await app.SendWebhooksAsync();
            Assert.Equal(waits.Count, receiver.Heard.Count); // Not a moment sooner.
            app.Clock.Advance(TimeSpan.FromMilliseconds(2));
            await app.SendWebhooksAsync();
        }

        Assert.Equal(Enumerable.Repeat(id, 10), receiver.Ids);
        Assert.All(waits.Zip<TimeSpan, double>([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]), one => Assert.InRange(one.First.TotalSeconds / one.Second, 0.9, 1.1));
        Assert.Equal("failed", (string?)(await webhook.DeliveriesAsync())[0]["status"]);
        Assert.Equal(4096, ((string)(await webhook.DeliveriesAsync())[0]["answer"]!).Length);
        Assert.True((bool)(await webhook.GetAsync())["enabled"]!);

        await app.HasEventAsync();
        app.Clock.Advance(TimeSpan.FromDays(2));
        await app.SendWebhooksAsync();
        Assert.Equal((false, "All deliveries of five days failed"), ((bool)(await webhook.GetAsync())["enabled"]!, (string?)(await webhook.GetAsync())["disabledReason"]));
        Assert.Equal([("webhook.disabled", "failing")], (await FeedAsync(app)).Where(one => one.Type.StartsWith("webhook.", StringComparison.Ordinal)).Select(one => (one.Type, one.Data.Reason)));
        Assert.Contains(app.Logs.Lines, line => line.Contains($"Webhook {webhook.Id} of company {app.Tenant.Id} is disabled: All deliveries of five days failed", StringComparison.Ordinal));

        receiver.AnswersWith(200);
        await webhook.ChangeAsync("""{"enabled":true}""");
        await app.SendWebhooksAsync();
        Assert.Equal(["failed", "delivered"], (await webhook.DeliveriesAsync()).Select(one => (string?)one["status"]));
        Assert.Null((await webhook.GetAsync())["failingSince"]);
    }

    [Theory, EveryDatabase]
    public async Task An_endpoint_that_is_gone_is_disabled_and_one_that_asks_for_time_gets_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var gone = await HookReceiver.StartAsync(410);
        await using var busy = await HookReceiver.StartAsync();
        busy.Answer = (http, _) =>
        {
            (http.Response.StatusCode, http.Response.Headers.RetryAfter) = (429, "7200");
            return Task.CompletedTask;
        };
        var (first, second) = (await app.HasWebhookAsync(gone.Url), await app.HasWebhookAsync(busy.Url));
        await app.HasEventAsync();

        await app.SendWebhooksAsync();

        Assert.Equal("The endpoint answered 410 Gone", (string?)(await first.GetAsync())["disabledReason"]);
        Assert.Equal(TimeSpan.FromHours(2), TimeOf((await second.DeliveriesAsync())[0]["nextTryAt"]!) - app.Clock.GetUtcNow());
        await app.HasEventAsync();
        await app.SendWebhooksAsync();
        Assert.Single(gone.Heard);
    }

    [Theory, EveryDatabase]
    public async Task An_endpoint_whose_certificate_is_not_trusted_gets_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var untrusted = await HookReceiver.StartAsync(200, overTls: true);
        var webhook = await app.HasWebhookAsync(untrusted.Url.Replace("http:", "https:", StringComparison.Ordinal));

        await app.HasEventAsync();
        await app.SendWebhooksAsync();

        Assert.StartsWith("The endpoint's certificate is refused: it is self-signed", await FaultAsync(webhook), StringComparison.Ordinal);
        Assert.Empty(untrusted.Heard);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_receiver_that_hangs_dribbles_redirects_or_answers_too_late_has_not_taken_the_event(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Impatient);
        await using var receiver = await HookReceiver.StartAsync();
        using var dribbles = new DribblingServer();
        var elsewhere = receiver.Url;
        var (webhook, slow) = (await app.HasWebhookAsync(receiver.Url), await app.HasWebhookAsync(dribbles.Url));
        receiver.Answer = async (http, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System); // Then it answers 200.
            http.Response.StatusCode = 200;
        };
        await app.HasEventAsync();
        await app.SendWebhooksAsync();
        Assert.Equal("There was no answer within 2 seconds", await FaultAsync(webhook));
        Assert.Equal("There was no answer within 2 seconds", await FaultAsync(slow));

        receiver.Answer = (http, _) =>
        {
            (http.Response.StatusCode, http.Response.Headers.Location) = (307, elsewhere);
            return Task.CompletedTask;
        };
        app.Clock.Advance(TimeSpan.FromSeconds(6));
        await app.SendWebhooksAsync();
        Assert.Equal(2, receiver.Heard.Count); // The redirect was not followed.
        Assert.StartsWith("The endpoint answered with a redirect", await FaultAsync(webhook), StringComparison.Ordinal);

        receiver.Answer = async (http, _) =>
        {
            await http.Response.WriteAsync("taken");
            await http.Response.Body.FlushAsync();
            await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, http.RequestAborted); // A body that does not end in time.
        };
        app.Clock.Advance(TimeSpan.FromMinutes(6));
        await app.SendWebhooksAsync();
        var delivery = (await webhook.DeliveriesAsync())[0];
        Assert.Equal(("delivered", "taken", 3), ((string?)delivery["status"], (string?)delivery["answer"], (int)delivery["tries"]!));
    }

    [Theory, EveryDatabase]
    public async Task An_ordered_webhook_keeps_the_order_of_each_instance_and_delays_no_other(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync();
        var webhook = await app.HasWebhookAsync(receiver.Url);
        await webhook.ChangeAsync("""{"ordered":true}""");
        string[] first = [await app.HasEventAsync(instanceId: 1), await app.HasEventAsync(instanceId: 1), await app.HasEventAsync(instanceId: 1)];
        string[] second = [await app.HasEventAsync(instanceId: 2), await app.HasEventAsync(instanceId: 2)];
        receiver.Answer = (http, request) =>
        {
            http.Response.StatusCode = request.Id == first[1] && receiver.Ids.Count(id => id == first[1]) == 1 ? 503 : 200;
            return Task.CompletedTask;
        };

        await app.SendWebhooksAsync();
        Assert.Equal([first[0], first[1]], receiver.Ids.Where(first.Contains));
        Assert.Equal(second, receiver.Ids.Where(second.Contains));

        app.Clock.Advance(TimeSpan.FromSeconds(6));
        await app.SendWebhooksAsync();
        Assert.Equal([first[0], first[1], first[1], first[2]], receiver.Ids.Where(first.Contains));
    }

    [Theory, EveryDatabase]
    public async Task A_deleted_webhook_gets_nothing_more_and_its_deliveries_are_swept_as_are_old_ones(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync(500);
        var (deleted, kept) = (await app.HasWebhookAsync(receiver.Url), await app.HasWebhookAsync(receiver.Url));
        await app.HasEventAsync();
        await app.SendWebhooksAsync();

        await deleted.DeleteAsync();
        receiver.AnswersWith(200);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.SendWebhooksAsync();
        Assert.Equal(3, receiver.Heard.Count);

        await app.Services.GetRequiredService<SweepWebhooks>().RunOnceAsync(CancellationToken.None);
        Assert.Equal((1, 1), (await CountAsync(app, "webhooks"), await CountAsync(app, "webhook_deliveries")));
        app.Clock.Advance(TimeSpan.FromDays(30) + TimeSpan.FromMinutes(1));
        await app.Services.GetRequiredService<SweepWebhooks>().RunOnceAsync(CancellationToken.None);
        Assert.Empty(await kept.DeliveriesAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_month_without_a_server_or_a_jump_of_the_clock_loses_no_event_that_was_still_to_be_sent(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync(500);
        await app.HasWebhookAsync(receiver.Url);
        await (await app.HasWebhookAsync(receiver.Url)).ChangeAsync("""{"enabled":false}"""); // Keeps nothing.
        var tried = await app.HasEventAsync();
        await app.SendWebhooksAsync();
        var (unread, last) = (await app.HasEventAsync(), await app.HasEventAsync());

        app.Clock.Advance(TimeSpan.FromDays(31));
        await SweepAsync(app);
        receiver.AnswersWith(200);
        await app.SendWebhooksAsync();

        Assert.Equal([tried, unread, last], receiver.Ids.Skip(1).Order(StringComparer.Ordinal));
        app.Clock.Advance(TimeSpan.FromDays(31));
        await SweepAsync(app);
        Assert.Equal((0, last), (await CountAsync(app, "webhook_deliveries"), WireId.Write((await FeedAsync(app)).Single().Id)));
    }

    [Theory, EveryDatabase]
    public async Task A_server_that_dies_before_it_has_recorded_the_answer_sends_the_event_again_with_its_id(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync();
        var webhook = await app.HasWebhookAsync(receiver.Url);
        var id = await app.HasEventAsync();
        using var dies = new CancellationTokenSource();
        receiver.Answer = async (http, _) =>
        {
            await dies.CancelAsync();
            http.Abort();
        };

        await app.Services.GetRequiredService<WebhookWorker>().RunDueAsync(dies.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(0, (int)(await webhook.DeliveriesAsync())[0]["tries"]!);
        receiver.AnswersWith(200);
        await app.SendWebhooksAsync();

        Assert.Equal([id, id], receiver.Ids);
        Assert.Equal("delivered", (string?)(await webhook.DeliveriesAsync())[0]["status"]);
    }

    [Theory, EveryDatabase]
    public async Task An_erasure_forgets_the_answers_that_name_the_address(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync();
        receiver.AnswersWith(200, "took Ada@example.org");
        var webhook = await app.HasWebhookAsync(receiver.Url);
        await app.HasEventAsync();
        await app.SendWebhooksAsync();
        receiver.AnswersWith(200, "took bob@example.org");
        await app.HasEventAsync();
        await app.SendWebhooksAsync();

        var erased = await new EraseTraces(app.Db).RunAsync(app.Tenant.Id, AddressKey.Find("ada@example.org")!, CancellationToken.None);

        Assert.Equal(1, erased.Others);
        Assert.Equal([null, "took bob@example.org"], (await webhook.DeliveriesAsync()).Select(one => (string?)one["answer"]));
    }

    private static async Task SweepAsync(TestApp app)
    {
        await app.Services.GetRequiredService<SweepWebhooks>().RunOnceAsync(CancellationToken.None);
        await app.Services.GetRequiredService<EventSweep>().RunOnceAsync(CancellationToken.None);
    }

    private static async Task<IReadOnlyList<Event>> FeedAsync(TestApp app) =>
        (await app.Services.GetRequiredService<EventFeed>().ReadAsync(app.Tenant.Id, EventCursor.Start, EventFilter.All, 1000, CancellationToken.None)).Events;

    private static DateTimeOffset TimeOf(JsonNode node) => DateTimeOffset.Parse((string)node!, CultureInfo.InvariantCulture);

    private static async Task<int> CountAsync(TestApp app, string table) =>
        (await app.Db.QueryAsync($"select count(*) from {new SqlText(table)}", row => row.GetInt32(0), CancellationToken.None)).Single();

    private static async Task<string?> FaultAsync(TestWebhookOf webhook) => (string?)(await webhook.DeliveriesAsync())[0]["fault"];
}
