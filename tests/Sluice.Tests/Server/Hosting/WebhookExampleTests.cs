using Sluice.Engine.Webhooks;

namespace Sluice.Tests.Server.Hosting;

/// <summary>Runs the receiver of examples/webhooks against a server.</summary>
[Slow]
public sealed class WebhookExampleTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_receiver_takes_what_is_signed_and_each_event_once(Database database)
    {
        var path = Repository.PathOf("examples", "webhooks", "Receiver.cs");
        Assert.InRange((await File.ReadAllLinesAsync(path)).SkipWhile(line => !line.StartsWith("var key", StringComparison.Ordinal)).Count(), 1, 20);
        await using var app = await TestApp.StartAsync(database);
        var webhook = await app.HasWebhookAsync("http://127.0.0.1:1/");
        var (receiver, url) = await ExampleProgram.StartAsync(path, "SLUICE_WEBHOOK_SECRET", webhook.Secret);
        await using (receiver)
        {
            await webhook.ChangeAsync($$"""{"url":"{{url}}/hook"}""");
            var id = await app.HasEventAsync();
            await app.SendWebhooksAsync();
            await webhook.PostAsync("deliveries/1/redeliver");
            await app.SendWebhooksAsync();
            Assert.Equal(["delivered", "delivered"], (await webhook.DeliveriesAsync()).Select(one => (string?)one["status"]));

            await webhook.PostAsync("rotate-secret"); // The receiver knows the old one only.
            Assert.True((bool)(await webhook.PostAsync("test")).Json["delivered"]!);
            app.Clock.Advance(Webhook.Rotation);
            Assert.Equal(401, (int)(await webhook.PostAsync("test")).Json["status"]!);
            await receiver.ReadUntilAsync(line => line.Contains("webhook.test", StringComparison.Ordinal));
            Assert.Single(receiver.Lines, line => line.Contains(id, StringComparison.Ordinal));
        }
    }
}
