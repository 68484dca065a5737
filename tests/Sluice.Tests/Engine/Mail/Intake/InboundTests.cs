using System.Net;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;

namespace Sluice.Tests.Engine.Mail.Intake;

public sealed class InboundTests
{
    [Theory, EveryDatabase]
    public async Task A_reply_pauses_the_flow_that_it_answers(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var mail = (await app.MailOfAsync(instance))[0];

        var heard = await app.ReceiveInboundAsync(new { type = "reply", messageId = "<r1@example.org>", inReplyTo = $"<{mail.MessageId}>", from = "somebody@example.net" });

        heard.ShouldBe(HttpStatusCode.OK, $$"""{"messageId":"r1@example.org","type":"reply","matchedBy":"thread","flowInstances":[{"flowInstanceId":"{{instance.Id}}","effect":"replied"}]}""");
        Assert.Equal((InstanceStatus.Paused, PauseReason.Reply), await StateAsync(app, instance));
    }

    [Theory, EveryDatabase]
    public async Task The_same_message_has_one_effect_and_always_the_same_answer(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var other = await app.HasAnotherNodeAsync();
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var inbound = new { type = "reply", messageId = "r1", flowInstanceId = TestApp.Wire(instance) };

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? app : other).ReceiveInboundAsync(inbound)));

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, "replied"), (answer.Status, answer.Json["flowInstances"]![0]!["effect"]!.ToString())));
        Assert.Single(await EventsAsync(app, instance), kind => kind == InstanceEvent.Replied);
    }

    [Theory, EveryDatabase]
    public async Task An_address_finds_all_open_flows_that_wrote_to_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (first, second) = (await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync()), await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync()));

        var heard = await app.ReceiveInboundAsync(new { type = "reply", messageId = "r1", from = "003A@EXAMPLE.ORG" });

        Assert.Equal("address", heard.Json["matchedBy"]!.ToString());
        Assert.Equal((InstanceStatus.Paused, PauseReason.Reply), await StateAsync(app, first));
        Assert.Equal((InstanceStatus.Paused, PauseReason.Reply), await StateAsync(app, second));
    }

    [Theory, EveryDatabase]
    public async Task A_message_that_matches_no_instance_is_stored_and_reported_as_unmatched(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            (await app.ReceiveInboundAsync(new { type = "reply", messageId = "r1", from = "nobody@example.org", references = "<a@b> <c@d>" })).ShouldBe(
                HttpStatusCode.OK, """{"messageId":"r1","type":"reply","matchedBy":"nothing","flowInstances":[]}""");
        }
    }

    [Theory, EveryDatabase]
    public async Task A_reply_counts_for_fourteen_days(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasFlowAsync("Slow", change: flow => flow with { Window = new SendingWindow(0, 1440, 127) });
        await app.HasStepAsync(flow, 1, "AUTO_SEND_EMAIL", change: step => step with { Subject = "a", Body = "b" });
        await app.HasStepAsync(flow, 2, waitMinutes: 30 * 1440);
        var instance = await app.HasInstanceWithSentMailAsync("003A", flow);

        app.Clock.Advance(TimeSpan.FromDays(14) + TimeSpan.FromMilliseconds(1));
        var late = await app.ReceiveInboundAsync(new { type = "reply", messageId = "r1", flowInstanceId = TestApp.Wire(instance) });
        Assert.Equal("nothing", late.Json["flowInstances"]![0]!["effect"]!.ToString());
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(instance)).Status);

        app.Clock.Advance(-TimeSpan.FromMilliseconds(1));
        await app.ReceiveInboundAsync(new { type = "reply", messageId = "r2", flowInstanceId = TestApp.Wire(instance) });
        Assert.Equal(InstanceStatus.Paused, (await app.RunOfAsync(instance)).Status);
    }

    [Theory, EveryDatabase]
    public async Task Out_of_office_pauses_until_the_return_date_if_it_can_be_read(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var day = app.Clock.GetUtcNow().AddDays(9).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

        await app.ReceiveInboundAsync(new { type = "auto_reply", messageId = "o1", flowInstanceId = TestApp.Wire(instance) });
        await app.ReceiveInboundAsync(new { type = "auto_reply", messageId = "o2", flowInstanceId = TestApp.Wire(instance), returnDate = "next week" });
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(instance)).Status);

        await app.ReceiveInboundAsync(new { type = "auto_reply", messageId = "o3", flowInstanceId = TestApp.Wire(instance), returnDate = day });
        Assert.Equal((InstanceStatus.Paused, PauseReason.OutOfOffice), await StateAsync(app, instance));
        app.Clock.Advance(TimeSpan.FromDays(10));
        await app.RunAsync();
        Assert.Equal(InstanceStatus.FinishedNoReply, (await app.RunOfAsync(instance)).Status);
    }

    [Theory, EveryDatabase]
    public async Task A_hard_bounce_pauses_and_a_soft_one_is_noted(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var mail = (await app.MailOfAsync(instance))[0];

        await app.ReceiveInboundAsync(new { type = "bounce", bounce = "soft", messageId = "b1", references = $"<x@y> <{mail.MessageId}>" });
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(instance)).Status);
        Assert.Contains(InstanceEvent.SoftBounce, await EventsAsync(app, instance));

        await app.ReceiveInboundAsync(new { type = "bounce", messageId = "b2", references = $"<{mail.MessageId}>", reason = "550 gone" });
        var run = await app.RunOfAsync(instance);
        Assert.Equal((InstanceStatus.Paused, PauseReason.Bounced, 1, 2), (run.Status, run.PauseReason, run.StepOrder, run.Attempt));
        Assert.False((await new ProspectStore(app.Db).FindAsync(run.CompanyId, [run.ProspectId], CancellationToken.None)).Single().EmailValid);
    }

    [Theory, EveryDatabase]
    public async Task A_flows_ruleset_decides_what_a_reply_and_a_meeting_do(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var rules = new Ruleset(app.Tenant.Id, app.NextId(), "Stop", "stop", false, "continue", false, false);
        await new RulesetStore(app.Db).PutAsync(rules, CancellationToken.None);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync(change: flow => flow with { RulesetId = rules.Id }));

        await app.ReceiveInboundAsync(new { type = "meeting_booked", messageId = "m1", flowInstanceId = TestApp.Wire(instance) });
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(instance)).Status);
        await app.ReceiveInboundAsync(new { type = "reply", messageId = "r1", flowInstanceId = TestApp.Wire(instance) });
        Assert.Equal(InstanceStatus.FinishedResponse, (await app.RunOfAsync(instance)).Status);
    }

    [Theory, EveryDatabase]
    public async Task Another_companys_instance_and_thread_are_not_found(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        var mail = (await app.MailOfAsync(instance))[0];
        var other = await app.HasTenantAsync("Other");

        (await app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u1", flowInstanceId = TestApp.Wire(instance) }, other)).ShouldRefuse(HttpStatusCode.NotFound, "Flow instance not found");
        Assert.Equal("nothing", (await app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u1", inReplyTo = mail.MessageId, from = mail.Recipient }, other)).Json["matchedBy"]!.ToString());
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(instance)).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task All_faults_are_reported_at_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        (await app.ReceiveInboundAsync(new { type = "smoke", bounce = "maybe", from = "x", flowInstanceId = "y" })).ShouldRefuse(
            HttpStatusCode.BadRequest,
            "type: should be one of reply, auto_reply, bounce, unsubscribe, meeting_booked, call_back, complaint, not smoke",
            "bounce: should be one of hard, soft, not maybe",
            "from: x is not a valid email address",
            "messageId: is missing",
            "flowInstanceId: should be an id, which is a whole number");
    }

    [Theory, EveryDatabase]
    public async Task One_click_ends_all_flows_of_a_prospect_and_opening_the_page_ends_none(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { PublicUrl = "https://sluice.example.com" });
        var (first, second) = (await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync()), await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync()));
        var link = (await app.ListMessagesAsync($"?flowInstanceId={TestApp.Wire(first)}"))[0]!["headers"]!.AsArray()
            .Single(header => header!["name"]!.ToString() == "List-Unsubscribe")!["value"]!.ToString().Trim('<', '>');
        var path = new Uri(link).AbsolutePath;
        Assert.StartsWith("https://sluice.example.com/unsubscribe/", link, StringComparison.Ordinal);

        using var look = await app.Client.GetAsync(path);
        Assert.Contains("<button>", await look.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", look.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(first)).Status);

        using var forged = await app.Client.PostAsync(path[..^2] + (path.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA"), null);
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(first)).Status);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var click = await app.Client.PostAsync(path, new StringContent("List-Unsubscribe=One-Click"));
            Assert.Equal(HttpStatusCode.OK, click.StatusCode);
        }

        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(first)).FinishReason);
        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(second)).FinishReason);
    }

    private static async Task<(InstanceStatus, PauseReason?)> StateAsync(TestApp app, Run instance) =>
        await app.RunOfAsync(instance) is var run ? (run.Status, run.PauseReason) : default;

    private static Task<List<string>> EventsAsync(TestApp app, Run instance) => app.Db.QueryAsync(
        $"select kind from instance_events where company_id = {instance.CompanyId} and flow_instance_id = {instance.Id} order by id", row => row.GetString(0), CancellationToken.None);
}
