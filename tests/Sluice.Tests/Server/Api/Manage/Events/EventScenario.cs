using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Engine.Events;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Tests.Engine.Mailboxes;

namespace Sluice.Tests.Server.Api.Manage.Events;

/// <summary>Runs prospects through flows until there is an event of every type, each caused by what clients, people and mail servers do.</summary>
internal static class EventScenario
{
    private static readonly string[] Lives =
    [
        "reply, resume, 2d, done", "bounce, new address", "ooo 3d, 4d", "meeting, resume", "unsubscribe", "pause 2d, 3d, dismissed", "unassign", "2d, outcome Left voicemail",
        "finish", "call back", "2d, done", "delete prospect", "2d, 130d",
    ];

    /// <summary>In a flow with a third step: the end of a flow cannot be undone.</summary>
    private const string Undone = "2d, undone, done";

    /// <returns>All events, the oldest first.</returns>
    public static async Task<List<JsonNode>> RunAsync(TestApp app)
    {
        foreach (var acts in Lives)
        {
            var life = await ProspectScenario.BeginAsync(app, "mail call+1d");
            await life.AssignAsync();
            await life.DoAsync(acts);
        }

        var mistaken = await ProspectScenario.BeginAsync(app, "mail call+1d call+1d");
        await mistaken.AssignAsync();
        await mistaken.DoAsync(Undone);
        foreach (var fate in (string[])["refused", "lost", "gone"])
        {
            await SendAsync(app, fate);
        }

        await AssignInBulkAsync(app);
        await DisableWebhookAsync(app, () => PauseMailboxAsync(app));
        return await ReadAsync(app);
    }

    public static async Task<List<JsonNode>> ReadAsync(TestApp app, string query = "", Tenant? of = null)
    {
        await SettleAsync(app, of ?? app.Tenant);
        var (key, place, events) = (await app.HasManageKeyAsync(of), "", new List<JsonNode>());
        while (true)
        {
            var reply = await app.GetAsync($"/sluice/v1/events?limit=17{(place.Length > 0 ? $"&after={place}" : "")}{query}", key);
            Assert.True(reply.Status == System.Net.HttpStatusCode.OK, reply.Text);
            events.AddRange(reply.Json["events"]!.AsArray().Select(one => one!.DeepClone()));
            place = (string)reply.Json["next"]!;
            if (!(bool)reply.Json["hasMore"]!)
            {
                return events;
            }
        }
    }

    /// <summary>Waits until no older transaction of the same database holds back what is committed.</summary>
    public static Task SettleAsync(TestApp app, Tenant of) => Eventually.UntilAsync(async () =>
        await new EventFeed(app.Db).FindEndAsync(of.Id, CancellationToken.None) is var end
        && await app.CountAsync($"events where company_id = {of.Id} and (turn, sequence, id) > ({end.Turn}, {end.Sequence}, {end.Id})") == 0);

    private static async Task SendAsync(TestApp app, string fate)
    {
        var flow = await app.HasMailFlowAsync(subject: fate);
        await app.HasProspectWithEmailAsync(fate);
        await app.HasDueInstanceAsync(fate, flow);
        await app.RunAsync();
        if (fate == "lost")
        {
            var asked = (await app.ListMessagesAsync("?state=uncertain")).Single()!;
            await app.PostAsync($"/sluice/v1/messages/{asked["id"]}/resolve", new { @as = "sent" }, await app.HasManageKeyAsync());
        }
    }

    private static async Task DisableWebhookAsync(TestApp app, Func<Task> pauseMailbox)
    {
        await using var gone = await HookReceiver.StartAsync(answers: 410);
        await app.HasWebhookAsync(gone.Url, types: EventTypes.MailboxPaused);
        await pauseMailbox();
        await app.SendWebhooksAsync();
    }

    private static async Task AssignInBulkAsync(TestApp app)
    {
        await app.HasProspectAsync("bulk");
        var reply = await app.PostAsync("/v2/flows/prospects/bulk-assignments", new
        {
            flowId = app.Tenant.Flow.Id.ToString(CultureInfo.InvariantCulture),
            flowInstanceOwnerEmail = app.Tenant.User.Email,
            prospects = new[] { new { crmId = "bulk" }, new { crmId = "nobody" } },
        });
        Assert.True((int)reply.Status < 300, reply.Text);
        await Eventually.UntilAsync(async () => await app.CountAsync("bulk_jobs where status = 'COMPLETED'") == 1);
    }

    private static async Task PauseMailboxAsync(TestApp app)
    {
        var box = await app.HasMailboxAsync("box@example.com", userId: app.Tenant.User.Id);
        await app.FailAsync(box);
        await app.ReadsAsync(box);
        var reply = await app.SendAsync(HttpMethod.Patch, $"/sluice/v1/mailboxes/{box.Id}", new StringContent("""{"paused":true}""", null, "application/json"), await app.HasManageKeyAsync());
        Assert.True((int)reply.Status < 300, reply.Text);
    }

    /// <summary>A mail server that decides by the subject.</summary>
    internal sealed class Fates : IMailTransport
    {
        public int MaxParallel => 1;

        public Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct) => Task.FromResult(mail.Subject switch
        {
            "refused" => MailOutcome.Refused("550 not like this", MailFault.Policy),
            "gone" => MailOutcome.Refused("550 no such user"),
            "lost" => MailOutcome.Unknown("The connection ended"),
            _ => MailOutcome.Sent,
        });
    }
}
