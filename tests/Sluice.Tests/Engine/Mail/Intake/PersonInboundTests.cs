using System.Net;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Prospects;
using Sluice.Engine.Tasks;
using Sluice.Tests.Engine.Prospects;
using Sluice.Tests.Server.Api.Manage.Flows;

namespace Sluice.Tests.Engine.Mail.Intake;

/// <summary>What came from an address counts for the person: for all records, and however late it came.</summary>
public sealed class PersonInboundTests
{
    private const string Sam = "sam@x.example";

    [Theory, EveryDatabase]
    public async Task A_bounce_marks_the_address_for_every_record_that_has_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var twins = await Twins.OfAsync(app);

        var heard = await app.ReceiveInboundAsync(new { type = "bounce", messageId = "b", references = (await app.MailOfAsync(twins.Contact))[0].MessageId, reason = "550 gone" });

        Assert.Equal(["bounced", "bounced"], heard.Each("flowInstances", "effect"));
        foreach (var run in (Run[])[twins.Contact, twins.Lead])
        {
            Assert.Equal((InstanceStatus.Paused, PauseReason.Bounced), await StateAsync(app, run));
        }

        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(twins.LeadCalls)).Status); // A flow of calls needs no mail address.
        Assert.Equal(MessageState.Cancelled, (await app.MailOfAsync(twins.Lead)).Single().State);
        Assert.Equal([false, false, true], (await FindAsync(app, "contact", "lead", "other")).Select(known => known.EmailValid));
        await app.HasProspectWithEmailAsync("new", "SAM@x.example");
        Assert.False((await FindAsync(app, "new")).Single().EmailValid);
    }

    [Theory, EveryDatabase]
    public async Task A_bounce_of_an_address_that_no_flow_has_written_to_lately_counts(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("a", Sam);

        Assert.Equal("address", (string?)(await app.ReceiveInboundAsync(new { type = "bounce", messageId = "b", recipient = Sam })).Json["matchedBy"]);

        Assert.False((await FindAsync(app, "a")).Single().EmailValid);
    }

    [Theory, EveryDatabase]
    public async Task A_late_bounce_of_an_old_address_leaves_the_new_one_alone(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        foreach (var (crmId, bounce) in new (string, Func<Message, object>)[]
        {
            ("thread", mail => new { type = "bounce", messageId = "b1", references = mail.MessageId }),
            ("address", mail => new { type = "bounce", messageId = "b2", recipient = mail.Recipient }),
            ("instance", mail => new { type = "bounce", messageId = "b3", flowInstanceId = $"{mail.FlowInstanceId}" }),
        })
        {
            var run = await app.HasInstanceWithSentMailAsync(crmId, flow);
            await (await Author.OfAsync(app)).PatchAsync($"prospects/{crmId}", $$"""{"email":"new.{{crmId}}@x.example"}""");
            app.Clock.Advance(TimeSpan.FromHours(1));

            var heard = await app.ReceiveInboundAsync(bounce((await app.MailOfAsync(run))[0]));

            Assert.Equal(HttpStatusCode.OK, heard.Status);
            Assert.True((await FindAsync(app, crmId)).Single().EmailValid, crmId);
            Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(run)).Status);
            await app.HasProspectWithEmailAsync($"other {crmId}", $"{crmId}@example.org");
            Assert.False((await FindAsync(app, $"other {crmId}")).Single().EmailValid, crmId);
        }
    }

    [Theory, EveryDatabase]
    public async Task Two_bounces_of_one_address_make_one_task(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var run = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

        foreach (var id in (string[])["b1", "b2"])
        {
            await app.ReceiveInboundAsync(new { type = "bounce", messageId = id, references = (await app.MailOfAsync(run))[0].MessageId });
        }

        Assert.Equal(["bounced OPEN"], await TasksAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task A_new_address_of_the_crm_continues_what_a_bounce_paused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var run = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        await app.ReceiveInboundAsync(new { type = "bounce", messageId = "b", flowInstanceId = TestApp.Wire(run) });

        await app.HasObjectsAsync("LEAD", """{"objectId":"003A","modifiedDate":"2090-01-01T00:00:00Z","emailAddress":"003A@example.org"}""");
        Assert.Equal(InstanceStatus.Paused, (await app.RunOfAsync(run)).Status); // It is the same address.
        await app.HasObjectsAsync("LEAD", """{"objectId":"003A","modifiedDate":"2090-01-02T00:00:00Z","firstName":"Ada","emailAddress":"new@example.org"}""");

        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(run)).Status);
        Assert.Equal(["bounced DONE"], await TasksAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task The_task_of_a_bounce_closes_when_somebody_resumes_the_flow(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var run = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        await app.ReceiveInboundAsync(new { type = "bounce", messageId = "b", flowInstanceId = TestApp.Wire(run) });

        await (await Author.OfAsync(app)).PostAsync($"flow-instances/{run.Id}/resume");

        Assert.Equal(["bounced DONE"], await TasksAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task An_absence_pauses_all_flows_of_the_person_and_only_a_later_date_moves_its_end(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var twins = await Twins.OfAsync(app);
        var now = app.Clock.GetUtcNow();
        Task<Reply> AwayAsync(string id, int days) => app.ReceiveInboundAsync(new { type = "auto_reply", messageId = id, from = Sam, returnDate = now.AddDays(days).ToString("O") });
        async Task<IEnumerable<DateTimeOffset?>> EndsAsync() => [(await app.RunOfAsync(twins.Contact)).NextDueAt, (await app.RunOfAsync(twins.Lead)).NextDueAt, (await app.RunOfAsync(twins.LeadCalls)).NextDueAt];

        await app.ReceiveInboundAsync(new { type = "auto_reply", messageId = "o0", inReplyTo = (await app.MailOfAsync(twins.Contact))[0].MessageId, returnDate = now.AddDays(5).ToString("O") });
        foreach (var run in (Run[])[twins.Contact, twins.Lead, twins.LeadCalls])
        {
            Assert.Equal((InstanceStatus.Paused, PauseReason.OutOfOffice), await StateAsync(app, run));
        }

        Assert.Equal([now.AddDays(5), now.AddDays(5), now.AddDays(5)], await EndsAsync());
        await AwayAsync("o1", 3);
        Assert.Equal([now.AddDays(5), now.AddDays(5), now.AddDays(5)], await EndsAsync());
        await AwayAsync("o2", 9);
        Assert.Equal([now.AddDays(9), now.AddDays(9), now.AddDays(9)], await EndsAsync());
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(twins.Other)).Status);
        app.Clock.Advance(TimeSpan.FromDays(10));
        await app.RunAsync();
        Assert.NotEqual(InstanceStatus.Paused, (await app.RunOfAsync(twins.LeadCalls)).Status);
    }

    [Theory, EveryDatabase]
    public async Task An_absence_does_not_undo_another_pause(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var run = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        await app.ReceiveInboundAsync(new { type = "reply", messageId = "r", flowInstanceId = TestApp.Wire(run) });

        await app.ReceiveInboundAsync(new { type = "auto_reply", messageId = "o", from = "003a@example.org", returnDate = app.Clock.GetUtcNow().AddDays(2).ToString("O") });

        Assert.Equal((InstanceStatus.Paused, PauseReason.Reply), await StateAsync(app, run));
    }

    [Theory, EveryDatabase]
    public async Task A_reply_to_a_mail_that_a_person_sent_in_a_step_is_a_reply_to_the_flow(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var flow = await app.HasFlowAsync("By hand");
        await app.HasStepAsync(flow, 1, "SEND_EMAIL");
        await app.HasStepAsync(flow, 2, "CALL", 1440);
        var (byAddress, named) = (await app.HasDueInstanceAsync("a", flow), await app.HasDueInstanceAsync("b", flow));
        await app.RunAsync();
        Assert.Equal("nothing", (string?)(await app.ReceiveInboundAsync(new { type = "reply", messageId = "r0", from = "a@example.org" })).Json["matchedBy"]);
        foreach (var run in (Run[])[byAddress, named])
        {
            var task = (await new ToDoStore(app.Db).PageAsync(app.Tenant.Id, new ToDoPage(null, "OPEN", run.Id, 1), CancellationToken.None)).Single().ToDo.Id;
            Assert.Equal(HttpStatusCode.OK, (await author.PostAsync($"tasks/{task}", """{"status":"DONE"}""")).Status);
        }

        await app.ReceiveInboundAsync(new { type = "reply", messageId = "r1", from = "a@example.org" });
        await app.ReceiveInboundAsync(new { type = "reply", messageId = "r2", flowInstanceId = TestApp.Wire(named) });

        Assert.Equal((InstanceStatus.Paused, PauseReason.Reply), await StateAsync(app, byAddress));
        Assert.Equal((InstanceStatus.Paused, PauseReason.Reply), await StateAsync(app, named));
    }

    [Theory, EveryDatabase]
    public async Task A_reply_by_its_address_answers_the_flows_of_all_records_that_wrote_lately(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var twins = await Twins.OfAsync(app);

        await app.ReceiveInboundAsync(new { type = "reply", messageId = "r", from = Sam });

        Assert.Equal((InstanceStatus.Paused, PauseReason.Reply), await StateAsync(app, twins.Contact));
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(twins.LeadCalls)).Status); // It has written nothing.
    }

    [Theory, EveryDatabase]
    public async Task A_meeting_by_its_address_counts_for_a_flow_of_calls_too(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var twins = await Twins.OfAsync(app);

        await app.ReceiveInboundAsync(new { type = "meeting_booked", messageId = "m", from = Sam });

        Assert.Equal((InstanceStatus.Paused, PauseReason.MeetingBooked), await StateAsync(app, twins.LeadCalls));
    }

    [Theory, EveryDatabase]
    public async Task The_history_says_by_which_rule_a_message_was_found(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (first, second) = (await app.HasInstanceWithSentMailAsync("a", await app.HasMailFlowAsync()), await app.HasInstanceWithSentMailAsync("b", await app.HasMailFlowAsync()));

        await app.ReceiveInboundAsync(new { type = "reply", messageId = "r1", inReplyTo = (await app.MailOfAsync(first))[0].MessageId });
        await app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u1", from = "b@example.org" });

        Assert.Equal("""{"messageId":"r1","matchedBy":"thread"}""", await LastDetailAsync(app, first));
        Assert.Equal("""{"messageId":"u1","matchedBy":"address"}""", await LastDetailAsync(app, second));
    }

    [Theory, EveryDatabase]
    public async Task An_erased_address_does_not_come_back_in_plain_text(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("a", Sam, change: one => one with { PhoneNumber = "+1 555 010 0123" });
        await (await Author.OfAsync(app)).PatchAsync("prospects/a", """{"doNotContact":true}""");
        await app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u1", from = Sam, reason = $"wrote from {Sam}" });
        await app.EraseAsync(Sam);
        await app.ErasuresEndAsync();

        await app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u2", from = Sam });

        Assert.DoesNotContain(Sam, await app.Db.DumpAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("5550100123", await app.Db.DumpAsync(), StringComparison.Ordinal);
        await app.HasProspectWithEmailAsync("c", "c@x.example", change: one => one with { PhoneNumber = "+15550100123" });
        Assert.Equal(["Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, "c")).Each("prospectsNotAssigned", "errorMessage"));
        await app.HasProspectWithEmailAsync("b", Sam);
        Assert.Equal(["Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, "b")).Each("prospectsNotAssigned", "errorMessage"));
    }

    private static async Task<string?> LastDetailAsync(TestApp app, Run run) =>
        (await new EventReader(app).ReadAsync(run))[^1];

    private static Task<List<string>> TasksAsync(TestApp app) => app.Db.QueryAsync($"select kind, status from todos order by id", row => $"{row.GetString(0)} {row.GetString(1)}", CancellationToken.None);

    private static Task<List<ProspectState>> FindAsync(TestApp app, params string[] crmIds) => new ProspectStore(app.Db).FindAsync(app.Tenant.Id, crmIds, CancellationToken.None);

    private static async Task<(InstanceStatus, PauseReason?)> StateAsync(TestApp app, Run instance) =>
        await app.RunOfAsync(instance) is var run ? (run.Status, run.PauseReason) : default;

    private sealed record EventReader(TestApp App)
    {
        public Task<List<string?>> ReadAsync(Run run) => App.Db.QueryAsync(
            $"select detail from instance_events where company_id = {run.CompanyId} and flow_instance_id = {run.Id} order by id", row => row.IsDBNull(0) ? null : row.GetString(0), CancellationToken.None);
    }
}
