using System.Net;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Instances;

/// <summary>
/// What happens to a mail if its instance pauses or ends, or its flow or owner is gone, before the mail leaves or while it is uncertain whether it
/// has left.
/// </summary>
public sealed class GoneMeanwhileTests
{
    [Theory, EveryDatabase]
    public async Task For_an_uncertain_mail_of_an_ended_instance_nobody_gets_a_task(Database database)
    {
        var lost = new LosesAnswers();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = lost });
        var instance = await app.HasDueInstanceAsync("003A", await app.HasMailFlowAsync());
        lost.Meanwhile = () => app.UnassignAsync(instance.Id);

        Assert.Contains(await app.RunAsync(), one => one.Kind == InstanceEvent.MailUncertain);

        Assert.Equal(MessageState.Uncertain, Assert.Single(await app.MailOfAsync(instance)).State);
        Assert.Equal(0, await OpenToDosAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task An_uncertain_mail_that_was_not_sent_is_held_while_its_instance_is_paused(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = new LosesAnswers() });
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        Assert.Equal(1, await OpenToDosAsync(app));
        await app.PostTextAsync($"/sluice/v1/flow-instances/{TestApp.Wire(instance)}/pause", "{}", await app.HasManageKeyAsync());

        await SayNotSentAsync(app, instance);
        Assert.Equal(MessageState.Held, Assert.Single(await app.MailOfAsync(instance)).State);

        await app.SendAsync(HttpMethod.Post, $"/sluice/v1/flow-instances/{TestApp.Wire(instance)}/resume", key: await app.HasManageKeyAsync());
        var mail = Assert.Single(await app.MailOfAsync(instance));
        Assert.Equal((MessageState.Queued, 0, null), (mail.State, mail.Tries, mail.SentAt)); // It counts towards no limit.
    }

    [Theory, EveryDatabase]
    public async Task An_uncertain_mail_that_was_not_sent_is_cancelled_if_its_instance_has_ended(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = new LosesAnswers() });
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        await app.UnassignAsync(instance.Id);

        await SayNotSentAsync(app, instance);

        Assert.Equal(MessageState.Cancelled, Assert.Single(await app.MailOfAsync(instance)).State);
    }

    /// <summary>Otherwise its instance, once resumed, would wait for two mails: this one and that of the repeated step.</summary>
    [Theory, EveryDatabase]
    public async Task An_uncertain_mail_that_bounces_counts_as_sent(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = new LosesAnswers() });
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var mail = Assert.Single(await app.MailOfAsync(instance));
        Assert.Equal(MessageState.Uncertain, mail.State);

        await app.ReceiveInboundAsync(new { type = "bounce", messageId = "b1", inReplyTo = $"<{mail.MessageId}>" });

        Assert.Equal(MessageState.Sent, Assert.Single(await app.MailOfAsync(instance)).State);
        Assert.Equal(1, await OpenToDosAsync(app)); // The task about the bounce. The task that asked whether the mail was sent is closed.
    }

    /// <summary>Not even before the sweep has reached the flow's instances.</summary>
    [Theory, EveryDatabase]
    public async Task No_mail_of_a_deleted_flow_leaves(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        var (kept, deleted) = (await app.HasMailFlowAsync(), await app.HasMailFlowAsync());
        var (orphan, other) = (await app.HasInstanceWithSentMailAsync("003A", deleted), await app.HasInstanceWithSentMailAsync("003B", kept));
        await new FlowStore(app.Db).DeleteAsync(deleted, app.Clock.GetUtcNow(), CancellationToken.None);
        await using var sender = await app.HasAnotherNodeAsync(options => options with { Transport = new CaptureTransport() });
        await sender.RunAsync();

        Assert.Equal(FinishReason.FlowDeleted, (await app.RunOfAsync(orphan)).FinishReason);
        Assert.Equal(MessageState.Cancelled, Assert.Single(await app.MailOfAsync(orphan)).State);
        Assert.Equal(MessageState.Sent, Assert.Single(await app.MailOfAsync(other)).State);
    }

    /// <summary>As above: not even before a sweep.</summary>
    [Theory, EveryDatabase]
    public async Task No_mail_leaves_for_an_owner_who_was_deactivated_or_lost_the_seat(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        var (gone, seatless) = (await HasOwnedAsync(app, "003A"), await HasOwnedAsync(app, "003B"));
        var other = await app.HasDueInstanceAsync("003C", await app.HasMailFlowAsync());
        await app.RunAsync();
        await app.Db.ExecuteAsync($"update users set active = {false} where company_id = {gone.CompanyId} and id = {gone.OwnerId}", CancellationToken.None);
        await app.Db.ExecuteAsync($"update users set has_seat = {false} where company_id = {seatless.CompanyId} and id = {seatless.OwnerId}", CancellationToken.None);
        await using var sender = await app.HasAnotherNodeAsync(options => options with { Transport = new CaptureTransport() });
        await sender.RunAsync();

        foreach (var ended in new[] { gone, seatless })
        {
            Assert.Equal(FinishReason.NoSeat, (await app.RunOfAsync(ended)).FinishReason);
            Assert.Equal(MessageState.Cancelled, Assert.Single(await app.MailOfAsync(ended)).State);
        }

        Assert.Equal(MessageState.Sent, Assert.Single(await app.MailOfAsync(other)).State);
    }

    /// <summary>Adds an instance that is due now and has a new user as its owner.</summary>
    private static async Task<Run> HasOwnedAsync(TestApp app, string crmId)
    {
        await app.HasProspectWithEmailAsync(crmId);
        var (flow, owner) = (await app.HasMailFlowAsync(), await app.HasUserAsync($"{crmId}@example.com"));
        return await app.HasInstanceAsync(crmId, flow, owner: owner, change: instance => instance with { NextDueAt = app.Clock.GetUtcNow() });
    }

    private static async Task SayNotSentAsync(TestApp app, Run instance)
    {
        var id = (await app.MailOfAsync(instance))[0].Id;
        var answer = await app.PostAsync($"/sluice/v1/messages/{id}/resolve", new { @as = "not_sent" }, await app.HasManageKeyAsync());
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    private static async Task<long> OpenToDosAsync(TestApp app) =>
        (await app.Db.QueryAsync($"select count(*) from todos where status = 'OPEN'", row => row.GetInt64(0), CancellationToken.None)).Single();

    /// <summary>A mail server that takes every mail and hangs up without an answer.</summary>
    private sealed class LosesAnswers : IMailTransport
    {
        public int MaxParallel => 1;

        /// <summary>Runs while the mail server has a mail.</summary>
        public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

        public async Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct)
        {
            Assert.True(await beforeLastLine());
            await Meanwhile();
            return MailOutcome.Unknown("no answer");
        }
    }
}
