using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Tests.Server.Api.Manage.Events;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Mail;

/// <summary>Recipients who call mail spam slow its sender down, and then stop them, until a person resumes the mailbox.</summary>
public sealed class ComplaintTests
{
    [Theory]
    [InlineData(0, "Fine")]
    [InlineData(1, "Fine")]
    [InlineData(2, "Slowed")]
    [InlineData(3, "Slowed")]
    [InlineData(4, "Stopped")]
    public void More_than_one_in_a_thousand_slows_and_more_than_three_stop(int complaints, string verdict) => Assert.Equal(verdict, $"{ComplaintRule.Of(complaints)}");

    [Theory, EveryDatabase]
    public async Task Four_complaints_stop_the_sender_until_a_person_resumes_the_mailbox(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var box = await app.HasMailboxAsync(app.Tenant.User.Email, userId: app.Tenant.User.Id);
        await app.HasSettingsAsync(company => company with { Engine = company.Engine with { Limits = company.Engine.Limits with { SenderDay = 6, SenderWeek = 100 } } });
        var flow = await app.HasMailFlowAsync();
        Run[] sent = [await app.HasInstanceWithSentMailAsync("p0", flow), await app.HasInstanceWithSentMailAsync("p1", flow), await app.HasInstanceWithSentMailAsync("p2", flow), await app.HasInstanceWithSentMailAsync("p3", flow)];

        await ComplainAsync(app, sent[0]);
        await ComplainAsync(app, sent[0]); // The same mail counts once.
        await ComplainAsync(app, sent[1]);
        Assert.Equal(HoldReason.SenderDay, (await SendAsync(app, flow, "slowed")).Hold?.Reason); // Four have left today, and three are allowed.
        await ComplainAsync(app, sent[2]);
        Assert.Empty(await EventsAsync(app));
        await ComplainAsync(app, sent[3]);

        Assert.Equal(["complaints"], await EventsAsync(app));
        app.Clock.Advance(TimeSpan.FromDays(7));
        var held = await SendAsync(app, flow, "stopped");
        Assert.Equal((MessageState.Queued, HoldReason.Complaints), (held.State, held.Hold!.Reason));

        var resumed = await app.SendAsync(HttpMethod.Patch, $"/sluice/v1/mailboxes/{box.Id}", new StringContent("""{"paused":false}""", null, "application/json"), await app.HasManageKeyAsync());
        Assert.Equal(OK, resumed.Status);
        app.Clock.Advance(TimeSpan.FromHours(1));
        await app.RunAsync();
        Assert.Equal(MessageState.Sent, (await MailAsync(app, "stopped")).State);
    }

    private static Task<Reply> ComplainAsync(TestApp app, Run run) => ComplainAsync(app, run, $"c{app.NextId()}");

    private static async Task<Reply> ComplainAsync(TestApp app, Run run, string messageId) =>
        await app.ReceiveInboundAsync(new { type = "complaint", messageId, references = (await app.MailOfAsync(run))[0].MessageId });

    private static async Task<Message> SendAsync(TestApp app, Sluice.Engine.Flows.Flow flow, string name)
    {
        await app.HasProspectWithEmailAsync(name);
        await app.HasDueInstanceAsync(name, flow);
        await app.RunAsync();
        return await MailAsync(app, name);
    }

    private static async Task<Message> MailAsync(TestApp app, string name) =>
        (await new MessageStore(app.Db).ListAsync(app.Tenant.Id, null, null, null, 100, CancellationToken.None)).Single(mail => mail.Recipient.StartsWith($"{name}@", StringComparison.Ordinal));

    private static async Task<List<string?>> EventsAsync(TestApp app) => [.. (await EventScenario.ReadAsync(app, "&types=mailbox.failed")).Select(one => (string?)one["data"]!["reason"])];
}
