using Sluice.Engine.Companies;
using Sluice.Server.Dev.Faults;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Dev.Faults;

/// <summary>Faults that a receiver of webhooks must be ready for.</summary>
public sealed class WebhookFaultTests
{
    private const string Url = "/sluice/v1/faults";

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Deliveries_come_twice_or_late_or_overtaken_or_again_because_the_answer_was_lost(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        await using var receiver = await HookReceiver.StartAsync();
        var webhook = await app.HasWebhookAsync(receiver.Url);
        await PlanAsync("""{"webhooks":"duplicate"}""");
        var twice = await app.HasEventAsync();
        await app.SendWebhooksAsync();
        Assert.Equal([twice, twice], receiver.Ids);

        await PlanAsync("""{"webhooks":"lost"}""");
        var lost = await app.HasEventAsync();
        await app.SendWebhooksAsync();
        Assert.Equal(("waiting", "The answer is lost: a planned fault"), (await webhook.DeliveriesAsync()).Select(one => ((string?)one["status"], (string?)one["fault"])).Last());
        app.Clock.Advance(TimeSpan.FromSeconds(6));
        await app.SendWebhooksAsync();
        Assert.Equal([lost, lost], receiver.Ids.Skip(2));

        await PlanAsync("""{"webhooks":"out_of_order"}""");
        string[] ids = [await app.HasEventAsync(), await app.HasEventAsync(), await app.HasEventAsync()];
        await app.SendWebhooksAsync();
        Assert.Equal(ids[0], receiver.Ids.Last());

        await PlanAsync("""{"webhooks":"late","delayMs":20}""");
        var late = await app.HasEventAsync();
        await app.SendWebhooksAsync();
        Assert.Equal(late, receiver.Ids.Last());
        Assert.Equal("[]", (await app.GetAsync(Url, webhook.Key)).Json["faults"]!.ToJsonString());

        async Task PlanAsync(string json) => Assert.Equal(OK, (await app.PostTextAsync(Url, json, webhook.Key)).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_plan_that_makes_no_sense_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        var key = await app.HasKeyAsync([Scopes.Manage]);

        (await app.PostTextAsync(Url, """{"webhooks":"twice","seed":-1}""", key)).ShouldRefuse(
            BadRequest, "webhooks: should be one of late, duplicate, out_of_order, lost, mixed, not twice", "seed: should be a whole number from 0 to 2147483647");
        (await app.PostTextAsync(Url, """{"webhooks":"late","status":500}""", key)).ShouldRefuse(BadRequest, "unknown field `status`; known fields: delayMs, seed, times, webhooks");
    }

    [Fact]
    public void A_seed_gives_the_same_faults_and_all_kinds_of_them()
    {
        Assert.Equal(Faults(1), Faults(1));
        Assert.NotEqual(Faults(1), Faults(2));
        Assert.Equal(5, Faults(1).Distinct().Count());

        static string[] Faults(int seed) =>
            [.. Enumerable.Range(1, 100).Select(times => $"{WebhookFaults.Of(new PlannedFault(WebhookFaults.Path, times, null, null, null, Lost: false) { Webhooks = WebhookFaults.Mixed, Seed = seed })?.Fault}")];
    }
}
