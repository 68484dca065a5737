using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Prospects;
using Sluice.Engine.Tasks;
using Sluice.Tests.Server.Api.Manage.Events;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Mail.Writing;

/// <summary>An answer that a person writes to a message of a prospect.</summary>
public sealed class AnswerMailTests
{
    private const string Heard = "r1@example.org";

    [Theory, EveryDatabase]
    public async Task An_answer_leaves_in_the_thread_and_the_flow_does_not_move(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var run = await HasReplyAsync(app);
        var before = await app.RunOfAsync(run);

        var reply = await AnswerAsync(app, "Hi <b>Ada</b> & co,\n\nMonday?\nTuesday?");
        Assert.Equal((OK, "queued", Heard), (reply.Status, (string?)Of(reply)["state"], (string?)Of(reply)["answers"]));
        await app.RunAsync();

        var mails = await app.MailOfAsync(run);
        Assert.Equal([MessageState.Sent, MessageState.Sent], mails.Select(mail => mail.State));
        var wire = Of(await app.GetAsync($"/sluice/v1/messages/{mails[1].Id}", await app.HasManageKeyAsync()));
        Assert.Equal(
            ("ada@example.org", "Re: Hello", "<p>Hi &lt;b&gt;Ada&lt;/b&gt; &amp; co,</p>\n<p>Monday?<br>\nTuesday?</p>", null),
            ((string?)wire["to"], (string?)wire["subject"], (string?)wire["body"], (string?)wire["stepId"]));
        Assert.Equal(($"<{Heard}>", $"<{mails[0].MessageId}> <{Heard}>", null), (Header(wire, "In-Reply-To"), Header(wire, "References"), Header(wire, "List-Unsubscribe")));

        var after = await app.RunOfAsync(run);
        Assert.Equal((before.Status, before.Attempt, before.StepOrder, before.PauseReason), (after.Status, after.Attempt, after.StepOrder, after.PauseReason));
        Assert.Contains("answered", await KindsAsync(app, run));
        Assert.Equal(1, await CountedAsync(app)); // It is no mail of the flow.
    }

    [Theory, EveryDatabase]
    public async Task A_reply_to_an_answer_belongs_to_the_flow_and_the_next_mail_of_the_flow_goes_on_in_the_thread(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var run = await HasReplyAsync(app);
        await AnswerAsync(app, "When?");
        await app.RunAsync();
        var answer = (await app.MailOfAsync(run))[^1];

        var again = await app.ReceiveInboundAsync(new { type = "reply", messageId = "<r2@example.org>", inReplyTo = $"<{answer.MessageId}>", from = "assistant@example.org", text = "Monday" });
        Assert.Equal(("thread", TestApp.Wire(run)), ((string?)again.Json["matchedBy"], (string?)again.Json["flowInstances"]![0]!["flowInstanceId"]));
        await app.PostAsync($"/sluice/v1/flow-instances/{run.Id}/resume", new { }, await app.HasManageKeyAsync());
        app.Clock.Advance(TimeSpan.FromDays(2));
        await app.RunAsync();

        var mails = await app.MailOfAsync(run);
        var wire = Of(await app.GetAsync($"/sluice/v1/messages/{mails[^1].Id}", await app.HasManageKeyAsync()));
        Assert.Equal((3, $"<{mails[0].MessageId}> <{Heard}> <{answer.MessageId}>"), (mails.Count, Header(wire, "References")));
        Assert.Equal("assistant@example.org", (string?)Of(await AnswerAsync(app, "Fine", "r2@example.org"))["to"]); // Who wrote is answered.
    }

    [Theory, EveryDatabase]
    public async Task The_last_word_of_the_person_and_the_company_decide_whether_there_is_an_answer(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (run, later) = (await HasReplyAsync(app), TimeSpan.FromMinutes(1));
        app.Clock.Advance(later);
        await app.HasSuppressionAsync("ada@example.org", SuppressionKind.Unsubscribed);
        (await AnswerAsync(app, "But…")).ShouldRefuse(Conflict, "The person has asked for no more mail since then");

        app.Clock.Advance(later);
        await app.ReceiveInboundAsync(new { type = "reply", messageId = "<r2@example.org>", flowInstanceId = TestApp.Wire(run), from = "ada@example.org" });
        Assert.Equal(OK, (await AnswerAsync(app, "Of course", "r2@example.org")).Status);
        app.Clock.Advance(later);
        await app.HasSuppressionAsync("ada@example.org", SuppressionKind.Complaint); // After the answer was written, and before it leaves.
        await app.RunAsync();
        var answer = (await app.MailOfAsync(run))[^1];
        Assert.Equal((MessageState.Cancelled, "The person has asked for no more mail since then"), (answer.State, answer.Error));

        await app.HasSuppressionAsync("@example.org", SuppressionKind.Domain);
        app.Clock.Advance(later);
        await app.ReceiveInboundAsync(new { type = "reply", messageId = "<r3@example.org>", flowInstanceId = TestApp.Wire(run), from = "ada@example.org" });
        (await AnswerAsync(app, "Hello", "r3@example.org")).ShouldRefuse(Conflict, "Your company has put the person on its stop list");
    }

    [Theory, EveryDatabase]
    public async Task Two_people_do_not_answer_the_same_message_without_knowing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var run = await HasReplyAsync(app);

        var both = await Task.WhenAll(AnswerAsync(app, "One"), AnswerAsync(app, "Two"));
        Assert.Equal([OK, Conflict], both.Select(reply => reply.Status).Order());
        Assert.Contains("has 1 answer by now", both.Single(reply => reply.Status == Conflict).Text, StringComparison.Ordinal);
        Assert.Equal(OK, (await AnswerAsync(app, "Once more", answered: 1)).Status);
        Assert.Equal([1, 2], (await app.MailOfAsync(run)).Where(mail => mail.IsAnswer).Select(mail => mail.Attempt));
    }

    [Theory, EveryDatabase]
    public async Task What_no_person_wrote_what_belongs_to_nobody_and_what_is_wrong_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var run = await HasReplyAsync(app);
        await app.ReceiveInboundAsync(new { type = "auto_reply", messageId = "<no@example.org>", flowInstanceId = TestApp.Wire(run), from = "ada@example.org", text = "Away" });
        await app.ReceiveInboundAsync(new { type = "reply", messageId = "<nobody@example.org>", from = "stranger@example.org", text = "Secret" });
        var globex = await app.HasManageKeyAsync(await app.HasTenantAsync("Globex"));
        var before = await app.Db.DumpAsync("quota_days", "api_keys");

        (await AnswerAsync(app, "Oh", "no@example.org")).ShouldRefuse(Conflict, "Only what a person wrote can be answered: a reply, a meeting or a call back");
        (await AnswerAsync(app, "Oh", "nobody@example.org")).ShouldRefuse(Conflict, "The message belongs to no flow instance: answer it in your mail program");
        (await AnswerAsync(app, "Oh", "unknown@example.org")).ShouldRefuse(NotFound, "Message not found");
        (await AnswerAsync(app, " \n ")).ShouldRefuse(BadRequest, "text: is empty");
        (await app.PostAsync("/sluice/v1/inbound/answer", new { messageId = Heard, text = "x", subject = "a\nBcc: all@example.org" }, await app.HasManageKeyAsync())).ShouldRefuse(BadRequest, "subject: should be one line, without line breaks and control characters");
        (await app.PostAsync("/sluice/v1/inbound/answer", new { messageId = Heard, text = "Ours" }, globex)).ShouldRefuse(NotFound, "Message not found");

        Assert.Equal(before, await app.Db.DumpAsync("quota_days", "api_keys"));
        Assert.Equal(0, await app.CountAsync("inbound where body = 'Secret'")); // Of a stranger, nothing is kept.
    }

    [Theory, EveryDatabase]
    public async Task An_answer_that_the_mail_server_refuses_becomes_a_task_and_the_flow_does_not_move(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = new EventScenario.Fates() });
        var run = await HasReplyAsync(app);
        var before = await app.RunOfAsync(run);

        foreach (var (at, subject) in new[] { "gone", "lost", "fine" }.Index())
        {
            await AnswerAsync(app, "Hello", subject: subject, answered: at);
        }

        await app.RunAsync();

        Assert.Equal([MessageState.Failed, MessageState.Uncertain, MessageState.Sent], (await app.MailOfAsync(run)).Where(mail => mail.IsAnswer).Select(mail => mail.State));
        Assert.Equal((before.Status, before.PauseReason, before.Attempt), (await app.RunOfAsync(run)) is var after ? (after.Status, after.PauseReason, after.Attempt) : default);
        var tasks = await new ToDoStore(app.Db).PageAsync(app.Tenant.Id, new ToDoPage(null, "OPEN", null, 10), CancellationToken.None);
        Assert.Contains(tasks, one => one.ToDo is { Kind: TaskKind.Manual, Title: "Your answer did not leave: gone", FlowInstanceId: null } && one.Contact!.CrmId == run.CrmProspectId);
        Assert.Contains(tasks, one => one.ToDo is { Kind: TaskKind.UncertainMail });
    }

    /// <summary>A raw message keeps what the person wrote; an erasure takes it away.</summary>
    [Theory, EveryDatabase]
    public async Task What_the_person_wrote_can_be_read_until_it_is_erased(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var run = await HasSentAsync(app);
        var sent = (await app.MailOfAsync(run)).Single();
        await app.ReceiveRawAsync(Encoding.UTF8.GetBytes($"From: Ada <ada@example.org>\r\nSubject: Re: Hello\r\nMessage-ID: <{Heard}>\r\nIn-Reply-To: <{sent.MessageId}>\r\n\r\nYes, please.\r\n\r\nOn Monday, Rep wrote:\r\n> Hello\r\n"));

        var listed = (await app.GetAsync("/sluice/v1/inbound", await app.HasManageKeyAsync())).Json["messages"]![0]!;
        Assert.Equal(("ada@example.org", "Re: Hello", "Yes, please."), ((string?)listed["from"], (string?)listed["subject"], (string?)listed["text"]));

        await app.EraseAsync("ada@example.org");
        Assert.Equal(0, await app.CountAsync("inbound where body is not null or sender is not null"));
    }

    private static async Task<Run> HasSentAsync(TestApp app)
    {
        var flow = await app.HasMailFlowAsync("Hello");
        await app.HasProspectWithEmailAsync("ada", "ada@example.org");
        var run = await app.HasInstanceAsync("ada", flow, change: instance => instance with { NextDueAt = app.Clock.GetUtcNow() });
        await app.RunAsync();
        return run;
    }

    /// <summary>Adds an instance whose first mail was answered.</summary>
    private static async Task<Run> HasReplyAsync(TestApp app)
    {
        var run = await HasSentAsync(app);
        app.Clock.Advance(TimeSpan.FromHours(1));
        var sent = (await app.MailOfAsync(run)).Single();
        await app.ReceiveInboundAsync(new { type = "reply", messageId = $"<{Heard}>", inReplyTo = $"<{sent.MessageId}>", from = "Ada <ada@example.org>", subject = "Re: Hello", text = "Yes" });
        return run;
    }

    private static async Task<Reply> AnswerAsync(TestApp app, string text, string messageId = Heard, string? subject = null, int answered = 0)
    {
        var body = new JsonObject { ["messageId"] = $"<{messageId}>", ["text"] = text, ["answered"] = answered };
        if (subject is not null)
        {
            body["subject"] = subject;
        }

        return await app.PostAsync("/sluice/v1/inbound/answer", body, await app.HasManageKeyAsync());
    }

    private static JsonNode Of(Reply reply) => reply.Json["messages"]![0]!;

    private static string? Header(JsonNode message, string name) => (string?)message["headers"]!.AsArray().FirstOrDefault(one => (string?)one!["name"] == name)?["value"];

    private static Task<List<string>> KindsAsync(TestApp app, Run run) =>
        app.Db.QueryAsync($"select e.kind from instance_events e where e.flow_instance_id = {run.Id} order by e.id", row => row.GetString(0), CancellationToken.None);

    private static async Task<long> CountedAsync(TestApp app) => (await app.Db.QueryAsync($"select sent from event_counts", row => row.GetInt64(0), CancellationToken.None)).Sum();
}
