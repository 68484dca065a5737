using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Events;
using Sluice.Engine.Webhooks;

namespace Sluice.Tests.Engine.Webhooks;

/// <summary>What several webhooks and several nodes do to each other.</summary>
public sealed class WebhookLaneTests
{
    [Theory, EveryDatabase]
    public async Task A_dead_endpoint_with_a_hundred_thousand_events_delays_no_other(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions
        {
            RunsWebhooks = true,
            Adjust = services => services.AddSingleton(new WebhookLimits(TimeSpan.FromSeconds(5), 100)),
        });
        await using var dead = await HookReceiver.StartAsync();
        await using var live = await HookReceiver.StartAsync();
        dead.Answer = (http, _) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        var webhook = await app.HasWebhookAsync(dead.Url);
        await HasEventsAsync(app, 100_000);
        await Eventually.UntilAsync(() => !dead.Heard.IsEmpty);
        var other = await app.HasTenantAsync("Other");
        await app.HasWebhookAsync(live.Url, other);
        for (var i = 0; i < Webhook.MaxOfCompany - 1; i++)
        {
            await app.HasWebhookAsync(live.Url);
        }

        string[] ids = [await app.HasEventAsync(), await app.HasEventAsync(of: other)];
        await Eventually.UntilAsync(() => live.Heard.Count == Webhook.MaxOfCompany);

        Assert.Equal([(ids[0], 49), (ids[1], 1)], live.Ids.CountBy(id => id).Select(one => (one.Key, one.Value)).OrderByDescending(one => one.Value));
        Assert.InRange(dead.Heard.Count, 1, 16);
        Assert.InRange((await app.Db.QueryAsync($"select count(*) from webhook_deliveries where status = 'waiting'", row => row.GetInt32(0), CancellationToken.None)).Single(), 1, 1100);
        Assert.True((bool)(await webhook.GetAsync())["enabled"]!);
    }

    [Theory, EveryDatabase]
    public async Task Events_that_did_not_fit_follow_when_a_probe_succeeds(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions
        {
            Adjust = services => services.AddSingleton(new WebhookLimits(TimeSpan.FromSeconds(15), 1000, MaxWaitingWhileFailing: 20)),
        });
        await using var receiver = await HookReceiver.StartAsync(500);
        var webhook = await app.HasWebhookAsync(receiver.Url);
        await app.HasEventAsync();
        await app.SendWebhooksAsync();
        await HasEventsAsync(app, 150);

        await app.SendWebhooksAsync();
        var tried = receiver.Heard.Count;
        Assert.Equal(1 + WebhookLimits.Slice, tried); // The first slice; the rest stays in the feed.
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        await app.SendWebhooksAsync(); // Their second try.
        Assert.Equal(2 * tried, receiver.Heard.Count);

        receiver.AnswersWith(200);
        app.Clock.Advance(TimeSpan.FromMinutes(4)); // Before the third try is due, and before the probe.
        await app.SendWebhooksAsync();
        Assert.Equal(2 * tried, receiver.Heard.Count);
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        await app.SendWebhooksAsync();
        Assert.Equal((151, (2 * tried) + 151), (receiver.Ids.Distinct().Count(), receiver.Heard.Count));
        Assert.Null((await webhook.GetAsync())["failingSince"]);
    }

    [Theory, EveryDatabase]
    public async Task A_failing_endpoint_is_tried_one_event_at_a_time_and_with_a_pause(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions
        {
            RunsWebhooks = true,
            Adjust = services => services.AddSingleton(new WebhookLimits(TimeSpan.FromMinutes(5), 1000) { PauseWhileFailing = TimeSpan.FromHours(1) }),
        });
        await using var failing = await HookReceiver.StartAsync(500);
        await using var live = await HookReceiver.StartAsync();
        await app.HasWebhookAsync(failing.Url);
        await app.HasWebhookAsync(live.Url);

        await HasEventsAsync(app, 40);
        await Eventually.UntilAsync(() => live.Heard.Count == 40 && !failing.Heard.IsEmpty);

        Assert.InRange(failing.Heard.Count, 1, 9); // Eight are under way before the first has failed; if all of them end at once, one more begins before the pause.
    }

    /// <summary>The webhook has passed these events in the feed, so they wake no other node, and no delivery was tried yet.</summary>
    [Theory, EveryDatabase]
    public async Task A_node_that_dies_between_making_deliveries_and_sending_them_leaves_them_to_another(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync();
        await app.HasWebhookAsync(receiver.Url);
        await app.HasEventAsync();
        await app.SendWebhooksAsync(); // Gives the webhook back with nothing due.
        var id = await app.HasEventAsync();
        var held = Assert.Single(await app.Db.InTransactionAsync(tx => new WebhookLeaseStore(tx).LeaseAsync(app.Clock.GetUtcNow(), WebhookLane.Lease, 1, CancellationToken.None), CancellationToken.None));
        Assert.True(await new FillLane(app.Db, new EventFeed(app.Db), new WebhookLimits(TimeSpan.FromSeconds(15), 100), app.Clock).RunAsync(held, CancellationToken.None));

        await app.SendWebhooksAsync();
        Assert.Single(receiver.Heard);
        app.Clock.Advance(WebhookLane.Lease);
        await app.SendWebhooksAsync();

        Assert.Equal(id, receiver.Ids.Last());
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task Two_nodes_share_the_work_and_send_each_event_once(Database database)
    {
        // On a busy machine, an answer that came too late would be a second try, for which the clock would have to move.
        var inBackground = new TestOptions { RunsWebhooks = true, Adjust = services => services.AddSingleton(new WebhookLimits(TimeSpan.FromMinutes(5), 100)) };
        await using var first = await TestApp.StartAsync(database, inBackground);
        await using var second = await first.HasAnotherNodeAsync();
        await using var receiver = await HookReceiver.StartAsync();
        for (var i = 0; i < 4; i++)
        {
            await first.HasWebhookAsync($"{receiver.Url}?webhook={i}");
        }

        var ids = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            ids.Add(await (i % 2 == 0 ? first : second).HasEventAsync());
        }

        await Eventually.UntilAsync(() => receiver.Heard.Count >= 200);
        await Eventually.UntilAsync(async () => (await first.Db.QueryAsync($"select count(*) from webhook_deliveries where status = 'delivered'", row => row.GetInt32(0), CancellationToken.None)).Single() == 200);
        Assert.Equal(ids.Select(id => (id, 4)).Order(), receiver.Ids.CountBy(id => id).Select(one => (one.Key, one.Value)).Order());
    }

    [Theory, EveryDatabase]
    public async Task The_webhook_of_a_node_that_died_is_taken_by_another_when_its_lease_ends(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync();
        await app.HasWebhookAsync(receiver.Url);
        await app.HasEventAsync();
        var now = app.Clock.GetUtcNow();
        Assert.Single(await app.Db.InTransactionAsync(tx => new WebhookLeaseStore(tx).LeaseAsync(now, WebhookLane.Lease, 10, CancellationToken.None), CancellationToken.None));

        await app.SendWebhooksAsync();
        Assert.Empty(receiver.Heard);
        app.Clock.Advance(WebhookLane.Lease);
        await app.SendWebhooksAsync();
        Assert.Single(receiver.Heard);
    }

    [Theory, EveryDatabase]
    public async Task A_node_that_lost_its_webhook_makes_no_deliveries_and_its_failure_does_not_count(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync(500);
        var webhook = await app.HasWebhookAsync(receiver.Url);
        await app.HasEventAsync();
        var (now, none) = (app.Clock.GetUtcNow(), CancellationToken.None);
        var late = (await app.Db.InTransactionAsync(tx => new WebhookLeaseStore(tx).LeaseAsync(now, WebhookLane.Lease, 10, none), none)).Single();
        app.Clock.Advance(WebhookLane.Lease);
        await app.SendWebhooksAsync();

        Assert.False(await app.Services.GetRequiredService<FillLane>().RunAsync(late, none));
        var delivery = (await new DeliveryStore(app.Db).FindAsync(late.CompanyId, late.Id, 1, none))!;
        await new DeliveryStore(app.Db).SettleAsync(delivery with { Tries = 0 }, new DeliveryAnswer(null, "late", null, TimeSpan.Zero), new Verdict(DeliveryStatus.Failed, null, null), now, none);
        Assert.Equal(("waiting", 1), await StateAsync());
        await new DeliveryStore(app.Db).SettleAsync(delivery with { Tries = 0 }, new DeliveryAnswer(200, null, null, TimeSpan.Zero), new Verdict(DeliveryStatus.Delivered, null, null), now, none);
        Assert.Equal(("delivered", 2), await StateAsync());

        async Task<(string?, int)> StateAsync() => (await webhook.DeliveriesAsync()).Select(one => ((string?)one["status"], (int)one["tries"]!)).Single();
    }

    [Theory, EveryDatabase]
    public async Task The_text_of_a_mail_is_only_in_the_events_of_a_webhook_that_asks_for_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync();
        var webhook = await app.HasWebhookAsync(receiver.Url, types: EventTypes.MessageSent);
        var flow = await app.HasMailFlowAsync();
        await app.HasDueInstanceAsync("ada", flow);
        await app.RunAsync();
        await app.SendWebhooksAsync();
        Assert.Null(receiver.Heard.Single().Json["data"]!["subject"]);

        await webhook.ChangeAsync("""{"includeText":true}""");
        await webhook.PostAsync("deliveries/1/redeliver");
        await app.SendWebhooksAsync();
        Assert.Equal(("Hello Ada", "<p>Hi Ada</p>"), ((string?)receiver.Heard.Last().Json["data"]!["subject"], (string?)receiver.Heard.Last().Json["data"]!["body"]));
    }

    private static async Task HasEventsAsync(TestApp app, int count)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(10_000))
        {
            List<Event> events = [.. chunk.Select(_ => new Event(app.Tenant.Id, app.NextId(), EventTypes.OptedOut, app.Clock.GetUtcNow(), new EventData()))];
            await app.Db.InTransactionAsync(tx => new FeedStore(tx).AddAsync(events, CancellationToken.None), CancellationToken.None);
        }
    }
}
