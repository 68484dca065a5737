using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Prospects;
using Sluice.Engine.Tasks;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Mail.Writing;

/// <summary>The mail that a task asks for: a person looks at it, changes it, and sends it.</summary>
public sealed class TaskMailTests
{
    [Theory, EveryDatabase]
    public async Task The_mail_is_offered_filled_in_and_leaves_as_it_was_changed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (run, task) = await HasTaskAsync(app);

        var offered = (await app.GetAsync($"/sluice/v1/tasks/{task.Id}/mail", await app.HasManageKeyAsync())).Json;
        Assert.Equal(("A question, Ada", "ada@example.org", "Hi Ada"), ((string?)offered["subject"], (string?)offered["to"], ((string?)offered["text"])!.Trim()));
        var reply = await SendAsync(app, task, new { text = "Hi Ada,\nmay I call?" });
        Assert.Equal((OK, "queued"), (reply.Status, (string?)reply.Json["messages"]![0]!["state"]));
        Assert.Equal((ToDoStatus.Done, WaitsFor.Mail), ((await TaskAsync(app, task)).Status, (await app.RunOfAsync(run)).WaitsFor));
        await app.RunAsync();

        var mail = (await app.MailOfAsync(run)).Single();
        Assert.Equal((MessageState.Sent, "A question, Ada", "<p>Hi Ada,<br>\nmay I call?</p>"), (mail.State, mail.Subject, mail.Body));
        Assert.Equal((2, WaitsFor.Step), (await app.RunOfAsync(run)) is var after ? (after.StepOrder, after.WaitsFor) : default); // The step is done when the mail has left.
        (await SendAsync(app, task, new { })).ShouldRefuse(Conflict, "The task is already DONE");
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.RunAsync();
        Assert.Equal("Re: A question, Ada", (await app.MailOfAsync(run))[^1].Subject); // The flow goes on in the thread.
    }

    [Theory, EveryDatabase]
    public async Task Two_people_at_once_send_one_mail(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (run, task) = await HasTaskAsync(app);

        var both = await Task.WhenAll(SendAsync(app, task, new { text = "One" }), SendAsync(app, task, new { text = "Two" }));

        Assert.Equal([OK, Conflict], both.Select(reply => reply.Status).Order());
        Assert.Single(await app.MailOfAsync(run));
    }

    [Theory, EveryDatabase]
    public async Task What_is_wrong_or_must_not_be_sent_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (run, task) = await HasTaskAsync(app, "<p>Hi {{recipient.first_name}}, {{nickname}}</p>");
        var (_, call) = await HasTaskAsync(app, crmId: "bob", action: "CALL");
        var before = await app.Db.DumpAsync("quota_days", "api_keys");

        (await SendAsync(app, task, new { })).ShouldRefuse(BadRequest, "text: {{nickname}} has no value: write something else in its place");
        (await SendAsync(app, task, new { text = "Hi {{nickname}}", subject = "" })).ShouldRefuse(BadRequest, "subject: is empty", "text: {{nickname}} has no value: write something else in its place");
        (await SendAsync(app, task, new { text = " ", subject = "a\nb" })).ShouldRefuse(BadRequest, "subject: should be one line, without line breaks and control characters");
        (await SendAsync(app, task, new { text = " " })).ShouldRefuse(BadRequest, "text: is empty");
        (await SendAsync(app, task, new { text = new string('x', 20_001) })).ShouldRefuse(BadRequest, "text: should have at most 20,000 bytes, not 20,001");
        (await SendAsync(app, call, new { text = "x" })).ShouldRefuse(Conflict, "The task asks for no mail of a flow");
        Assert.Equal(before, await app.Db.DumpAsync("quota_days", "api_keys"));

        await app.PostAsync($"/sluice/v1/flow-instances/{run.Id}/pause", new { }, await app.HasManageKeyAsync());
        (await SendAsync(app, task, new { text = "x" })).ShouldRefuse(Conflict, "The flow is paused for this person: resume it first");
        await app.HasSuppressionAsync("ada@example.org", SuppressionKind.Unsubscribed);
        (await SendAsync(app, task, new { text = "x" })).ShouldRefuse(Conflict, "The person opted out, or must not be contacted");
        Assert.Empty(await app.MailOfAsync(run));
    }

    /// <summary>What happens to the person until the mail leaves counts: it is mail of the flow.</summary>
    [Theory, EveryDatabase]
    public async Task An_opt_out_before_it_leaves_cancels_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (run, task) = await HasTaskAsync(app);
        await SendAsync(app, task, new { });

        await app.HasSuppressionAsync("ada@example.org", SuppressionKind.Unsubscribed);
        await app.RunAsync();

        Assert.Equal(MessageState.Cancelled, (await app.MailOfAsync(run)).Single().State);
    }

    /// <summary>The mail server has refused the automatic mail, so a person got the step: the second mail is another attempt of the same step.</summary>
    [Theory, EveryDatabase]
    public async Task A_mail_that_Sluice_could_not_send_is_sent_by_hand(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = new Picky() });
        var flow = await app.HasMailFlowAsync("refused");
        var run = await app.HasInstanceWithSentMailAsync("ada", flow);
        var task = (await OpenAsync(app)).Single();

        Assert.Equal(OK, (await SendAsync(app, task, new { subject = "better" })).Status);
        await app.RunAsync();

        Assert.Equal([(1, MessageState.Failed), (2, MessageState.Sent)], (await app.MailOfAsync(run)).Select(mail => (mail.Attempt, mail.State)));
        Assert.Equal((2, WaitsFor.Step), (await app.RunOfAsync(run)) is var after ? (after.StepOrder, after.WaitsFor) : default);
    }

    private static async Task<(Run Run, ToDo Task)> HasTaskAsync(TestApp app, string body = "<p>Hi <b>{{recipient.first_name}}</b></p>", string crmId = "ada", string action = Step.Mail)
    {
        var flow = await app.HasFlowAsync($"Mails of {crmId}", change: one => one with { Window = new SendingWindow(0, 1440, 127) });
        await app.HasStepAsync(flow, 1, action, change: step => step with { Subject = "A question, {{recipient.first_name}}", Body = body });
        await app.HasStepAsync(flow, 2, Step.AutomaticMail, 1440, step => step with { Body = "<p>Still there?</p>", IsReply = true });
        var run = await app.HasDueInstanceAsync(crmId, flow);
        await app.RunAsync();
        return (run, (await OpenAsync(app)).Single(todo => todo.FlowInstanceId == run.Id));
    }

    private static async Task<List<ToDo>> OpenAsync(TestApp app) =>
        [.. (await new ToDoStore(app.Db).PageAsync(app.Tenant.Id, new ToDoPage(null, "OPEN", null, 10), CancellationToken.None)).Select(one => one.ToDo)];

    private static async Task<ToDo> TaskAsync(TestApp app, ToDo task) => (await new ToDoStore(app.Db).FindAnyAsync(app.Tenant.Id, task.Id, CancellationToken.None))!.ToDo;

    private static async Task<Reply> SendAsync(TestApp app, ToDo task, object body) => await app.PostAsync($"/sluice/v1/tasks/{task.Id}/mail", body, await app.HasManageKeyAsync());

    /// <summary>A mail server that refuses one subject for good.</summary>
    private sealed class Picky : IMailTransport
    {
        public int MaxParallel => 1;

        public Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct) =>
            Task.FromResult(mail.Subject == "refused" ? MailOutcome.Refused("554 not like this", MailFault.Policy) : MailOutcome.Sent);
    }
}
