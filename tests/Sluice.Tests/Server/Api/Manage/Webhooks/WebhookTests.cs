using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Engine.Webhooks;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Webhooks;

/// <summary><c>/sluice/v1/webhooks</c>; how events are sent is in <c>SendWebhookTests</c>.</summary>
public sealed class WebhookTests
{
    private const string Url = "/sluice/v1/webhooks";

    [Theory, EveryDatabase]
    public async Task A_webhook_is_added_changed_listed_and_removed_and_its_secret_is_shown_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var admin = await app.HasKeyAsync([Scopes.Manage]);

        var added = await app.PostAsync(Url, new { url = "https://example.com/hooks", types = new[] { EventTypes.MessageSent }, description = "Ours", ordered = true }, admin);

        Assert.Equal(Created, added.Status);
        var (id, secret) = ((string)added.Json["webhook"]!["id"]!, (string)added.Json["secret"]!);
        Assert.Equal(
            $$"""{"id":"{{id}}","url":"https://example.com/hooks","types":["message.sent"],"description":"Ours","enabled":true,"ordered":true,"includeText":false,"createdAt":"2026-03-02T09:00:00+00:00"}""",
            added.Json["webhook"]!.ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal));
        var webhook = new TestWebhookOf(app, admin, id, secret);
        var changed = await webhook.ChangeAsync("""{"types":[],"enabled":false,"includeText":true}""");
        Assert.Equal("""[[],false,true,"Ours",true]""", new JsonArray([.. new[] { "types", "enabled", "includeText", "description", "ordered" }.Select(name => changed.Json["webhook"]![name]!.DeepClone())]).ToJsonString());
        var listed = await app.GetAsync(Url, admin);
        Assert.Equal([id], listed.Each("webhooks", "id"));
        Assert.All((string[])[changed.Body, listed.Body, $"{await webhook.GetAsync()}", await app.Db.DumpAsync()], text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));

        Assert.Equal(OK, (await webhook.DeleteAsync()).Status);
        foreach (var reply in (Reply[])[await webhook.DeleteAsync(), await webhook.ChangeAsync("{}"), await webhook.PostAsync("test"), await webhook.PostAsync("rotate-secret"), await webhook.PostAsync("redeliver", "{}"), await app.GetAsync($"{Url}/{id}/deliveries", admin)])
        {
            reply.ShouldRefuse(NotFound, $"There is no webhook {id}");
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Bad_drafts_are_refused_and_a_company_has_at_most_fifty(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { WebhookNetworks = [] });
        var admin = await app.HasKeyAsync([Scopes.Manage]);

        foreach (var (draft, sentence) in new[]
        {
            ("{}", "url: is missing"),
            ("""{"url":"http://example.com/"}""", "url: should begin with https: without TLS, webhooks reach only the networks of --webhooks-to"),
            ("""{"url":"https://169.254.169.254/latest"}""", "url: 169.254.169.254 has a link-local address, and webhooks reach only public ones and those of --webhooks-to"),
            ("""{"url":"https://a:b@example.com/"}""", "url: should hold no user name and no password: requests are signed instead"),
            ($$"""{"url":"https://example.com/{{new string('a', 2000)}}"}""", "url: should have at most 2,000 bytes, not 2,020"),
            ("""{"url":"https://example.com/","enabled":1}""", "enabled: should be true or false"),
        })
        {
            var reply = await app.PostTextAsync(Url, draft, admin);
            Assert.Equal((draft, BadRequest, sentence), (draft, reply.Status, (string?)reply.Json["errors"]![0]));
        }

        Assert.StartsWith("types: should be one or more of flow_instance.assigned", (string?)(await app.PostTextAsync(Url, """{"url":"https://example.com/","types":["x"]}""", admin)).Json["errors"]![0], StringComparison.Ordinal);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(Created, (await app.PostTextAsync(Url, """{"url":"https://example.com/"}""", admin)).Status);
        }

        (await app.PostTextAsync(Url, """{"url":"https://example.com/"}""", admin)).ShouldRefuse(Conflict, "The company has 50 webhooks already, which is the limit: remove one first");
    }

    [Theory, EveryDatabase]
    public async Task Two_secrets_are_valid_for_a_day_after_a_rotation(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync();
        var webhook = await app.HasWebhookAsync(receiver.Url);

        var rotated = await webhook.PostAsync("rotate-secret");
        Assert.Equal("2026-03-03T09:00:00+00:00", (string?)rotated.Json["oldSecretUntil"]);
        var secret = (string)rotated.Json["secret"]!;
        Assert.True((bool)(await webhook.PostAsync("test")).Json["delivered"]!);
        app.Clock.Advance(TimeSpan.FromDays(1));
        await webhook.PostAsync("test");

        var (during, after) = (receiver.Heard.First(), receiver.Heard.Last());
        Assert.Equal("webhook.test", (string?)during.Json["type"]);
        Assert.Equal(Signed(during, secret, webhook.Secret), during.Headers["webhook-signature"]);
        Assert.Equal(Signed(after, secret), after.Headers["webhook-signature"]);

        static string Signed(HookRequest request, params string[] secrets) => WebhookSignature.Sign(
            secrets, request.Id, DateTimeOffset.FromUnixTimeSeconds(long.Parse(request.Headers["webhook-timestamp"], CultureInfo.InvariantCulture)), Encoding.UTF8.GetBytes(request.Body));
    }

    [Theory, EveryDatabase]
    public async Task Deliveries_are_listed_and_sent_again_as_new_ones_beside_the_old(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync(410);
        var webhook = await app.HasWebhookAsync(receiver.Url, types: [EventTypes.OptedOut, EventTypes.MessageSent]);
        List<string> ids = [await app.HasEventAsync()];
        await app.SendWebhooksAsync();
        (await webhook.PostAsync("redeliver", "{}")).ShouldRefuse(Conflict, "The webhook is disabled: enable it first");
        receiver.AnswersWith(200, "ok");
        await webhook.ChangeAsync("""{"enabled":true}""");
        ids.AddRange([await app.HasEventAsync(), await app.HasEventAsync(EventTypes.MessageSent)]);
        await app.SendWebhooksAsync();

        Assert.Equal(["3", "2"], await ListedAsync("status=delivered"));
        Assert.Equal(["2", "1"], await ListedAsync("before=3"));
        Assert.Equal(["3"], await ListedAsync("limit=1"));

        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Created, (await webhook.PostAsync("deliveries/2/redeliver")).Status);
        (await webhook.PostAsync("deliveries/99/redeliver")).ShouldRefuse(NotFound, "There is no delivery 99 of this webhook");
        Assert.Equal("""{"redelivered":1,"hasMore":false}""", Counts(await webhook.PostAsync("redeliver", "{}"))); // The failed one.
        Assert.Equal("""{"redelivered":0,"hasMore":false}""", Counts(await webhook.PostAsync("redeliver", "{}"))); // It has a newer delivery now.
        Assert.Equal("""{"redelivered":1,"hasMore":false}""", Counts(await webhook.PostAsync("redeliver", """{"status":"delivered","type":"message.sent","from":"2026-03-02T09:00:00Z","until":"2026-03-02T09:00:01Z"}""")));
        Assert.Equal("""{"redelivered":0,"hasMore":false}""", Counts(await webhook.PostAsync("redeliver", """{"status":"delivered","until":"2026-03-02T09:00:00Z"}""")));
        await app.SendWebhooksAsync();

        Assert.Equal([(ids[0], 2), (ids[1], 2), (ids[2], 2)], receiver.Ids.CountBy(id => id).OrderBy(one => ids.IndexOf(one.Key)).Select(one => (one.Key, one.Value)));
        Assert.Equal(
            [(null, "failed"), (null, "delivered"), (null, "delivered"), ("2", "delivered"), ("1", "delivered"), ("3", "delivered")],
            (await webhook.DeliveriesAsync()).Select(one => ((string?)one["redeliveryOf"], (string)one["status"]!)));

        async Task<string[]> ListedAsync(string query) => [.. (await app.GetAsync($"{Url}/{webhook.Id}/deliveries?{query}", webhook.Key)).Each("deliveries", "id")];

        static string Counts(Reply reply)
        {
            var counts = reply.Json.DeepClone().AsObject();
            counts.Remove("requestId");
            counts.Remove("until");
            return counts.ToJsonString();
        }
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task Without_a_master_key_there_are_no_webhooks_on_postgres(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { MasterKey = null });
        var admin = await app.HasKeyAsync([Scopes.Manage]);

        var reply = await app.PostAsync(Url, new { url = "https://example.com/" }, admin);

        Assert.StartsWith("url: this server has no master key, so it can keep no secret to sign with: set SLUICE_MASTER_KEY", (string?)reply.Json["errors"]![0], StringComparison.Ordinal);
    }
}
