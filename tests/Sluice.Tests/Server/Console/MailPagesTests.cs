using System.Net;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.SignIn;
using Sluice.Engine.Tasks;
using Sluice.Engine.Users;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>Mail that people write in the console: an answer to a message, and the mail of a task.</summary>
public sealed class MailPagesTests
{
    private const string Hostile = "</textarea><script>alert(1)</script>\" onload=\"alert(2)";

    [Theory, EveryDatabase]
    public async Task A_message_is_read_and_answered_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (ada, other) = (await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Rep), await ConsoleVisitor.SignedInAsync(app, "bob@example.com", Roles.Rep));
        var run = await HasReplyAsync(app, (await ConsoleVisitor.UserAsync(app, "ada@example.com"))!);
        const string Page = "/console/inbox/message?id=r1%40example.org";

        Assert.Contains("/console/inbox/message?id=r1%40example.org", (await ada.GetAsync("/console/inbox")).Html, StringComparison.Ordinal);
        var page = await ada.GetAsync(Page);
        ConsolePageTests.ShouldBeSafe(Page, page);
        Assert.Contains(WebUtility.HtmlEncode(Hostile), page.Html, StringComparison.Ordinal);
        var looked = await ada.PostInAsync(Page, "/console/inbox/answer?id=r1%40example.org", ("subject", "Re: Hello"), ("text", Hostile), ("answered", "0"), ("do", "preview"));
        ConsolePageTests.ShouldBeSafe(Page, looked);
        Assert.Contains(WebUtility.HtmlEncode($"<p>{WebUtility.HtmlEncode(Hostile)}</p>"), looked.Html, StringComparison.Ordinal); // Encoded for the mail, and once more for the frame.
        Assert.DoesNotContain(await app.MailOfAsync(run), mail => mail.IsAnswer);

        Assert.Equal((NotFound, NotFound), ((await other.GetAsync(Page)).Status, (await other.PostAsync("/console/inbox/answer?id=r1%40example.org", ("text", "Mine"))).Status));
        var sent = await ada.PostInAsync(Page, "/console/inbox/answer?id=r1%40example.org", ("subject", "Re: Hello"), ("text", Hostile), ("answered", "0"), ("do", "send"));
        Assert.Equal(SeeOther, sent.Status);
        Assert.Contains("The answer is on its way.", (await ada.GetAsync(sent.Location!)).Html, StringComparison.Ordinal);
        var late = await ada.PostAsync("/console/inbox/answer?id=r1%40example.org", ("subject", "Re: Hello"), ("text", "Typed for an hour"), ("answered", "0"), ("do", "send")); // Somebody else had the page open.
        Assert.Equal((Conflict, true, true), (late.Status, late.Html.Contains("has 1 answer by now", StringComparison.Ordinal), late.Html.Contains("Typed for an hour", StringComparison.Ordinal)));

        await app.RunAsync();
        Assert.Contains("<strong>Answered</strong>", (await ada.GetAsync("/console/person?crmId=grace")).Html, StringComparison.Ordinal);
        Assert.Equal((1, 0), (await app.CountAsync("audit where action = 'inbox.answer'"), await app.CountAsync("audit where became like '%alert%' or became like '%Typed%'")));
        Assert.Equal((MessageState.Sent, 1), ((await app.MailOfAsync(run))[^1].State, (await app.MailOfAsync(run)).Count(mail => mail.IsAnswer)));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Nobody_answers_a_message_of_another_company_or_one_that_is_of_nobody(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await HasReplyAsync(app, app.Tenant.User);
        await app.ReceiveInboundAsync(new { type = "reply", messageId = "<s@example.org>", from = "stranger@example.org", text = "Secret" });
        var (globex, boss) = (await app.HasTenantAsync("Globex"), await ConsoleVisitor.SignedInAsync(app, "boss@example.com", Roles.Manager));
        var theirs = await ConsoleVisitor.SignedInAsync(app, "eve@globex.example", Roles.Any, globex);
        var before = await app.Db.DumpAsync("audit");

        Assert.Equal(NotFound, (await theirs.PostInAsync("/console/inbox", "/console/inbox/answer?id=r1%40example.org", ("text", "x"), ("do", "send"))).Status);
        Assert.Equal(NotFound, (await theirs.GetAsync("/console/inbox/message?id=r1%40example.org")).Status);
        var page = await boss.GetAsync("/console/inbox/message?id=s%40example.org");
        Assert.Equal((OK, false, false), (page.Status, page.Html.Contains("Secret", StringComparison.Ordinal), page.Html.Contains("<textarea", StringComparison.Ordinal)));
        Assert.Equal(Conflict, (await boss.PostInAsync("/console/inbox", "/console/inbox/answer?id=s%40example.org", ("subject", "x"), ("text", "x"), ("do", "send"))).Status);
        Assert.Equal(before, await app.Db.DumpAsync("audit"));
    }

    [Theory, EveryDatabase]
    public async Task The_mail_of_a_task_is_changed_looked_at_and_sent_once(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        var (run, task, page) = await scene.HasMailTaskAsync();

        var offered = (await scene.GetAsync(page)).Html;
        Assert.Contains($"value=\"A question, {ConsoleScene.Long}\"", offered, StringComparison.Ordinal);
        Assert.Contains("No value is known for nickname", offered, StringComparison.Ordinal);
        var refused = await scene.PostAsync($"{page}/mail", null, ("subject", "Hi"), ("text", "Dear {{nickname}}"), ("do", "send"));
        Assert.Equal((BadRequest, true, true), (refused.Status, refused.Html.Contains("{{nickname}} has no value", StringComparison.Ordinal), refused.Html.Contains("Dear {{nickname}}</textarea>", StringComparison.Ordinal)));
        var looked = await scene.PostAsync($"{page}/mail", null, ("subject", "Hi"), ("text", Hostile), ("do", "preview"));
        ConsolePageTests.ShouldBeSafe(page, looked);
        Assert.Contains("<iframe sandbox title=", looked.Html, StringComparison.Ordinal);
        Assert.Empty(await scene.App.MailOfAsync(run));

        var sent = await scene.PostAsync($"{page}/mail", null, ("subject", "Hi"), ("text", "Hello there"), ("do", "send"));
        Assert.Equal((SeeOther, true), (sent.Status, (await scene.GetAsync(sent.Location!)).Html.Contains("The mail is on its way", StringComparison.Ordinal)));
        var late = await scene.PostAsync($"{page}/mail", null, ("subject", "Hi"), ("text", "Second"), ("do", "send"));
        Assert.Equal((Conflict, true), (late.Status, late.Html.Contains("The task is already DONE", StringComparison.Ordinal)));
        await scene.App.RunAsync();
        Assert.Equal(("Hi", "<p>Hello there</p>", MessageState.Sent), (await scene.App.MailOfAsync(run)).Single() is var mail ? (mail.Subject, mail.Body, mail.State) : default);
        Assert.Equal(ToDoStatus.Done, (await new ToDoStore(scene.App.Db).FindAnyAsync(scene.App.Tenant.Id, task.Id, CancellationToken.None))!.ToDo.Status);
    }

    /// <summary>A text that nobody has changed leaves as the step's author made it.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_unchanged_text_keeps_its_markup(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        var (run, _, page) = await scene.HasMailTaskAsync("<p>Hi,</p><p>see <a href=\"https://example.org/\">this</a> <b>now</b></p>");
        var html = (await scene.GetAsync(page)).Html;
        var begins = html.IndexOf(">\n", html.IndexOf("<textarea", StringComparison.Ordinal), StringComparison.Ordinal) + 2;
        var area = WebUtility.HtmlDecode(html[begins..html.IndexOf("</textarea>", StringComparison.Ordinal)]);

        await scene.PostAsync($"{page}/mail", null, ("subject", "Hi"), ("text", area.ReplaceLineEndings("\r\n")), ("do", "send"));

        Assert.Contains("<b>now</b>", (await scene.App.MailOfAsync(run)).Single().Body, StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task What_was_written_is_kept_when_the_session_is_over(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Rep);
        await HasReplyAsync(app, (await ConsoleVisitor.UserAsync(app, "ada@example.com"))!);
        await ada.GetAsync("/console/inbox/message?id=r1%40example.org");
        app.Clock.Advance(TimeSpan.FromHours(13));
        var text = new string('ä', 10_000); // As much as an answer may have.

        var asked = await ada.PostAsync("/console/inbox/answer?id=r1%40example.org", ("subject", "Re: Hello"), ("text", text), ("answered", "0"), ("do", "send"));
        Assert.Equal((Unauthorized, true), (asked.Status, WebUtility.HtmlDecode(asked.Html).Contains(text, StringComparison.Ordinal)));
        var held = await ada.SignInAsync("ada@example.com", ConsoleVisitor.Password, ("held-path", "/console/inbox/answer?id=r1%40example.org"), ("held.subject", "Re: Hello"), ("held.text", text), ("held.answered", "0"), ("held.do", "send"));
        Assert.Equal((OK, true), (held.Status, WebUtility.HtmlDecode(held.Html).Contains(text, StringComparison.Ordinal)));
        Assert.Equal(SeeOther, (await ada.PostAsync("/console/inbox/answer?id=r1%40example.org", ("subject", "Re: Hello"), ("text", text), ("answered", "0"), ("do", "send"))).Status);
    }

    private static async Task<Run> HasReplyAsync(TestApp app, User owner)
    {
        var flow = await app.HasMailFlowAsync("Hello");
        await app.HasProspectWithEmailAsync("grace", "grace@example.org");
        var run = await app.HasInstanceAsync("grace", flow, owner: owner, change: one => one with { NextDueAt = app.Clock.GetUtcNow() });
        await app.RunAsync();
        await app.ReceiveInboundAsync(new { type = "reply", messageId = "<r1@example.org>", inReplyTo = $"<{(await app.MailOfAsync(run)).Single().MessageId}>", from = "grace@example.org", subject = "Re: Hello", text = Hostile });
        return run;
    }
}
