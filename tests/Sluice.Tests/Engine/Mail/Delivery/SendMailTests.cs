using System.Collections.Concurrent;
using System.Net;
using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;

namespace Sluice.Tests.Engine.Mail.Delivery;

public sealed class SendMailTests
{
    [Theory, EveryDatabase]
    public async Task A_flow_sends_its_mail_and_continues_in_the_same_thread(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.RunAsync();

        Assert.Equal(InstanceStatus.FinishedNoReply, (await app.RunOfAsync(instance)).Status);
        var shown = await app.ListMessagesAsync($"?flowInstanceId={TestApp.Wire(instance)}");
        Assert.Equal(["Re: Hello Ada", "Hello Ada"], shown.Select(one => one!["subject"]!.ToString()));
        Assert.All(shown, one => Assert.Equal(("sent", "003a@example.org"), (one!["state"]!.ToString(), one["to"]!.ToString())));
        Assert.Equal("<p>Hi Ada</p>", shown[1]!["body"]!.ToString());
        Assert.Equal($"<{shown[1]!["messageId"]}>", Header(shown[0]!, "In-Reply-To"));
        Assert.Equal($"<{shown[1]!["messageId"]}>", Header(shown[0]!, "References"));
    }

    /// <summary>The claim is committed before the network is used, and the outcome afterwards. In between nobody else claims the mail.</summary>
    [Theory, EveryDatabase]
    public async Task A_mail_is_sent_once_however_many_nodes_there_are(Database database)
    {
        var gate = new Gated();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = gate });
        await using var other = await app.HasAnotherNodeAsync();
        var instance = await app.HasDueInstanceAsync("003A", await app.HasMailFlowAsync());
        var sending = app.RunAsync();
        await gate.Entered.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        Assert.Equal(MessageState.Sending, (await app.MailOfAsync(instance))[0].State);
        await other.RunAsync();
        Assert.Single(gate.Sent);

        gate.Answer.SetResult(MailOutcome.Sent);
        await sending;
        Assert.Equal(MessageState.Sent, (await app.MailOfAsync(instance))[0].State);
        Assert.Single(gate.Sent);
    }

    [Theory, EveryDatabase]
    public async Task A_mail_whose_sending_node_is_lost_is_uncertain_and_never_sent_again_by_itself(Database database)
    {
        var gate = new Gated();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = gate });
        await using var other = await app.HasAnotherNodeAsync();
        var instance = await app.HasDueInstanceAsync("003A", await app.HasMailFlowAsync());
        var sending = app.RunAsync();
        await gate.Entered.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        app.Clock.Advance(ClaimMail.Lease);
        Assert.Contains(await other.RunAsync(), one => one.Kind == InstanceEvent.MailUncertain);
        app.Clock.Advance(TimeSpan.FromDays(3));
        await other.RunAsync();

        Assert.Equal(MessageState.Uncertain, (await app.MailOfAsync(instance))[0].State);
        Assert.Equal(WaitsFor.Mail, (await app.RunOfAsync(instance)).WaitsFor);
        Assert.Single(gate.Sent);

        // The answer comes late.
        gate.Answer.SetResult(MailOutcome.Sent);
        Assert.Contains(await sending, one => one.Kind == InstanceEvent.StepDone);
        Assert.Equal(MessageState.Sent, (await app.MailOfAsync(instance))[0].State);
        Assert.Equal(2, (await app.RunOfAsync(instance)).StepOrder);
    }

    [Theory, EveryDatabase]
    public async Task A_person_settles_an_uncertain_mail_and_a_late_answer_no_longer_counts(Database database)
    {
        var gate = new Gated();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = gate });
        await using var other = await app.HasAnotherNodeAsync();
        var instance = await app.HasDueInstanceAsync("003A", await app.HasMailFlowAsync());
        var sending = app.RunAsync();
        await gate.Entered.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        var (id, key) = ((await app.MailOfAsync(instance))[0].Id, await app.HasManageKeyAsync());
        Assert.Equal(HttpStatusCode.Conflict, (await app.PostAsync($"/sluice/v1/messages/{id}/resolve", new { @as = "sent" }, key)).Status);
        app.Clock.Advance(ClaimMail.Lease);
        await other.RunAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await app.PostAsync($"/sluice/v1/messages/{id}/resolve", new { @as = "sent" }, await app.HasManageKeyAsync(await app.HasTenantAsync("Other")))).Status);
        (await app.PostAsync($"/sluice/v1/messages/{id}/resolve", new { @as = "maybe" }, key)).ShouldRefuse(HttpStatusCode.BadRequest, "as: should be one of sent, not_sent, not maybe");
        var resolved = await app.PostAsync($"/sluice/v1/messages/{id}/resolve", new { @as = "not_sent" }, key);
        Assert.Equal("queued", resolved.Json["messages"]![0]!["state"]!.ToString());
        Assert.Equal(HttpStatusCode.Conflict, (await app.PostAsync($"/sluice/v1/messages/{id}/resolve", new { @as = "sent" }, key)).Status);

        gate.Answer.SetResult(MailOutcome.Refused("550 late"));
        await sending;

        // A person has queued the mail again, and the second delivery succeeded.
        Assert.Equal((InstanceStatus.Running, 2), ((await app.RunOfAsync(instance)).Status, (await app.RunOfAsync(instance)).StepOrder));
        Assert.Equal((MessageState.Sent, null), ((await app.MailOfAsync(instance))[0].State, (await app.MailOfAsync(instance))[0].Error));
    }

    [Theory, EveryDatabase]
    public async Task A_refused_mail_is_a_bounce(Database database)
    {
        await using var peer = new ScriptedMailServer(("RCPT", "550 5.1.1 no such mailbox"));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

        Assert.Equal((InstanceStatus.Paused, PauseReason.Bounced), ((await app.RunOfAsync(instance)).Status, (await app.RunOfAsync(instance)).PauseReason));
        var mail = (await app.MailOfAsync(instance))[0];
        Assert.Equal((MessageState.Failed, "550 5.1.1 no such mailbox", null), (mail.State, mail.Error, mail.SentAt));
    }

    [Theory, EveryDatabase]
    public async Task A_greylisted_mail_is_retried_with_growing_backoff(Database database)
    {
        await using var peer = new ScriptedMailServer(("RCPT", "451 4.7.1 greylisted"));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var start = app.Clock.GetUtcNow();
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

        Assert.Equal((MessageState.Queued, start.AddMinutes(1), 1), Attempt((await app.MailOfAsync(instance))[0]));
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.RunAsync();
        Assert.Equal((MessageState.Queued, start.AddMinutes(3), 2), Attempt((await app.MailOfAsync(instance))[0]));

        peer.Answer("RCPT", "250 fine");
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        await app.RunAsync();
        Assert.Equal(MessageState.Sent, (await app.MailOfAsync(instance))[0].State);
    }

    [Theory, EveryDatabase]
    public async Task After_three_days_of_delays_a_person_takes_over(Database database)
    {
        await using var peer = new ScriptedMailServer(("RCPT", "451 4.7.1 greylisted"));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

        app.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Contains(await app.RunAsync(), one => one.Kind == InstanceEvent.MailFailed);

        Assert.Equal(MessageState.Failed, (await app.MailOfAsync(instance))[0].State);
        Assert.Equal((InstanceStatus.Running, WaitsFor.ToDo), ((await app.RunOfAsync(instance)).Status, (await app.RunOfAsync(instance)).WaitsFor));
    }

    [Theory, EveryDatabase]
    public async Task An_answer_that_is_lost_leaves_the_mail_uncertain(Database database)
    {
        await using var peer = new ScriptedMailServer((".", ScriptedMailServer.HangUp));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.RunAsync();

        Assert.Equal(MessageState.Uncertain, (await app.MailOfAsync(instance))[0].State);
        Assert.Single(peer.Heard, line => line == ".");
    }

    [Theory, EveryDatabase]
    public async Task A_queued_mail_is_cancelled_after_an_unassign_or_an_opt_out(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        var flow = await app.HasMailFlowAsync();
        var (removed, optedOut) = (await app.HasInstanceWithSentMailAsync("003A", flow), await app.HasInstanceWithSentMailAsync("003B", flow));
        Assert.Equal(MessageState.Queued, (await app.MailOfAsync(removed))[0].State); // There is no mail server.
        await app.UnassignAsync(removed.Id);
        await new ProspectStore(app.Db).OptOutAsync(optedOut.CompanyId, [optedOut.ProspectId], CancellationToken.None);

        await using var sender = await app.HasAnotherNodeAsync(options => options with { Transport = new CaptureTransport() });
        await sender.RunAsync();

        Assert.Equal(MessageState.Cancelled, (await app.MailOfAsync(removed))[0].State);
        Assert.Equal(MessageState.Cancelled, (await app.MailOfAsync(optedOut))[0].State);
        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(optedOut)).FinishReason);
    }

    [Theory, EveryDatabase]
    public async Task A_mail_that_a_limit_holds_leaves_at_eight_the_next_morning_and_its_instance_waits(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Engine = company.Engine with { Limits = MailLimits.Default with { SenderDay = 1 } } });
        var flow = await app.HasMailFlowAsync();
        await app.HasDueInstanceAsync("003A", flow);
        var held = await app.HasInstanceWithSentMailAsync("003B", flow);

        var mail = (await app.MailOfAsync(held))[0];
        Assert.Equal((MessageState.Queued, "Held by a limit: the sender's 1 mail a day"), (mail.State, mail.Why));
        var morning = WireTime.Write(mail.DueAt, NodaTime.DateTimeZoneProviders.Tzdb[TestApp.LosAngeles]);
        Assert.Contains("T08:00:00-", morning, StringComparison.Ordinal);
        Assert.Equal(WaitsFor.Mail, (await app.RunOfAsync(held)).WaitsFor);

        app.Clock.Advance(mail.DueAt - app.Clock.GetUtcNow());
        await app.RunAsync();
        Assert.Equal(MessageState.Sent, (await app.MailOfAsync(held))[0].State);
    }

    [Theory, EveryDatabase]
    public async Task A_limit_applies_to_two_nodes_together(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var other = await app.HasAnotherNodeAsync();
        await app.HasSettingsAsync(company => company with { Engine = company.Engine with { Limits = MailLimits.Default with { CompanyDay = 7 } } });
        var flow = await app.HasMailFlowAsync();
        foreach (var i in Enumerable.Range(0, 20))
        {
            await app.HasDueInstanceAsync($"003{i}", flow);
        }

        await Task.WhenAll(app.RunAsync(), other.RunAsync());

        Assert.Equal(7, (await app.ListMessagesAsync("?limit=100&state=sent")).Count);
        Assert.Equal(13, (await app.ListMessagesAsync("?limit=100&state=queued")).Count);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task In_dev_no_mail_can_leave(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, Transport = null });
        await using var serving = await TestApp.StartAsync(database, new TestOptions { Transport = null });

        Assert.IsType<CaptureTransport>(app.Services.GetService(typeof(IMailTransport)));
        Assert.Null(serving.Services.GetService(typeof(IMailTransport)));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_company_sees_only_its_own_messages(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var id = (await app.MailOfAsync(instance))[0].Id;
        var (own, other) = (await app.HasManageKeyAsync(), await app.HasManageKeyAsync(await app.HasTenantAsync("Other")));

        Assert.Empty((await app.GetAsync("/sluice/v1/messages", other)).Json["messages"]!.AsArray());
        Assert.Empty((await app.GetAsync($"/sluice/v1/messages?flowInstanceId={instance.Id}", other)).Json["messages"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync($"/sluice/v1/messages/{id}", other)).Status);
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync($"/sluice/v1/messages/{id}", own)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.SendAsync(HttpMethod.Get, "/sluice/v1/messages", null, credential: null)).Status);
        (await app.GetAsync("/sluice/v1/messages?limit=0&state=lost&flowInstanceId=x", own)).ShouldRefuse(
            HttpStatusCode.BadRequest,
            "flowInstanceId: should be an id, which is a whole number",
            "state: should be one of queued, held, sending, sent, cancelled, failed, uncertain, not lost",
            "limit: should be a whole number from 1 to 100");
    }

    private static (MessageState, DateTimeOffset, int) Attempt(Message message) => (message.State, message.DueAt, message.Tries);

    private static string Header(System.Text.Json.Nodes.JsonNode message, string name) =>
        message["headers"]!.AsArray().Single(header => header!["name"]!.ToString() == name)!["value"]!.ToString();

    /// <summary>A mail server that answers the first mail when the test says so, and accepts all later mails at once.</summary>
    private sealed class Gated : IMailTransport
    {
        public int MaxParallel => 1;

        public ConcurrentQueue<OutgoingMail> Sent { get; } = new();

        public TaskCompletionSource Entered { get; } = new();

        public TaskCompletionSource<MailOutcome> Answer { get; } = new();

        public async Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct)
        {
            Sent.Enqueue(mail);
            Assert.True(await beforeLastLine());
            return Entered.TrySetResult() ? await Answer.Task : MailOutcome.Sent;
        }
    }
}
