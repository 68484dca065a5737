using System.Text.Json.Nodes;
using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Mail.Content;

/// <summary>Texts of flows and names of prospects on their way into a mail: the server sends them unchanged, or refuses them and says why.</summary>
public sealed class MailContentTests
{
    [Theory, EveryDatabase]
    public async Task A_third_mail_refers_to_the_mails_before_it_oldest_first(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        await app.HasStepAsync(flow, 3, "AUTO_SEND_EMAIL", 1440, step => step with { Body = "<p>The last</p>", IsReply = true });
        var instance = await app.HasInstanceWithSentMailAsync("003A", flow);
        foreach (var day in new[] { 2, 3 })
        {
            app.Clock.Advance(TimeSpan.FromDays(1));
            await app.RunAsync();
            Assert.Equal(day, (await app.MailOfAsync(instance)).Count);
        }

        var mails = await app.MailOfAsync(instance);
        var headers = (await app.ListMessagesAsync())[0]!["headers"]!.AsArray();
        string Header(string name) => headers.Single(header => header!["name"]!.ToString() == name)!["value"]!.ToString();
        Assert.Equal($"<{mails[1].MessageId}>", Header("In-Reply-To"));
        Assert.Equal([$"<{mails[0].MessageId}>", $"<{mails[1].MessageId}>"], Header("References").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory, EveryDatabase]
    public async Task The_largest_allowed_body_is_sent_unchanged_and_a_larger_one_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var body = $"<p>{new string('x', (1024 * 1024) - 40)}{{{{recipient.first_name}}}}</p>";

        (await author.PostAsync("flows", Mail("Hi", new string('x', 5_000_000)))).ShouldRefuse(BadRequest, "steps[0].body: should have at most 1,048,576 bytes, not 5,000,000");
        var mail = Assert.Single(await SentAsync(app, author, Mail("Hi", body)));

        Assert.Equal("sent", (string?)mail!["state"]);
        Assert.True(body.Replace("{{recipient.first_name}}", "Ada", StringComparison.Ordinal) == (string?)mail["body"], "The body was changed on the way");
    }

    [Theory, EveryDatabase]
    public async Task A_line_break_in_a_value_never_becomes_a_header(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        (await author.PostAsync("flows", Mail("Hi\r\nBcc: all@example.com", "<p>Hi</p>"))).ShouldRefuse(
            BadRequest, "steps[0].subject: should be one line, without line breaks and control characters");
        Assert.Empty(await SentAsync(app, author, Mail("Hi {{word}}", "<p>Hi</p>"), """{"name":"word","value":"you\r\nBcc: all@example.com"}"""));

        await IsForAPersonAsync(author, "The subject is not one line");
    }

    [Theory, EveryDatabase]
    public async Task A_mail_with_a_placeholder_without_a_value_becomes_a_task(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        Assert.Empty(await SentAsync(app, author, Mail("Hi {{recipient.first_name}}", "<p>{{recipient.firstname}}</p>")));

        await IsForAPersonAsync(author, "There is no value for recipient.firstname");
    }

    [Theory, EveryDatabase]
    public async Task A_reply_to_a_mail_of_a_person_starts_a_new_thread_and_without_a_subject_becomes_a_task(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var scenario = await ProspectScenario.BeginAsync(app, "send_email reply");
        await scenario.AssignAsync();
        await scenario.DoAsync("done");

        Assert.Equal("Running to_do | step SEND_EMAIL | ", await scenario.ShowAsync());
        Assert.Equal(
            "No mail was sent that this step could reply to, and the step has no subject of its own",
            (string?)(await scenario.ExplainAsync())["history"]!.AsArray().Last()!["detail"]!["reason"]);

        await scenario.CallAsync($"flows/{scenario.FlowId}", """
            {"steps":[{"key":"send_email-0","action":"SEND_EMAIL"},{"key":"again","action":"AUTO_SEND_EMAIL","isReply":true,"subject":"Again, {{recipient.first_name}}","body":"<p>Again</p>"}]}
            """, "PATCH");
        await scenario.DoAsync("done");
        Assert.Equal(["Again, Ada"], (await scenario.MailAsync()).Select(mail => (string)mail!["subject"]!));
    }

    [Theory, EveryDatabase]
    public async Task A_mail_with_an_unclosed_placeholder_becomes_a_task(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        Assert.Empty(await SentAsync(app, author, Mail("Hi", "<p>Hi {{recipient.first_name</p>")));

        await IsForAPersonAsync(author, "There is no value for {{");
    }

    /// <summary>
    /// The unsubscribe link is in the text for people, and in the headers for a click in the mail program (RFC 8058). If the company wants no link,
    /// it is in neither.
    /// </summary>
    [Theory, EveryDatabase]
    public async Task The_unsubscribe_link_is_in_the_text_and_in_the_headers_unless_the_company_wants_none(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { PublicUrl = "https://sluice.example.com" });
        var author = await Author.OfAsync(app);
        var mail = Assert.Single(await SentAsync(app, author, Mail("Hi", "<p>Hi</p>")))!;
        var headers = mail["headers"]!.AsArray().ToDictionary(header => (string)header!["name"]!, header => (string)header!["value"]!);

        Assert.Equal($"<p>Hi</p>\n<p><a href=\"{headers["List-Unsubscribe"].Trim('<', '>')}\">Unsubscribe</a></p>", (string?)mail["body"]);
        Assert.Equal("List-Unsubscribe=One-Click", headers["List-Unsubscribe-Post"]);

        await author.PatchAsync("company", """{"unsubscribeLink":false}""");
        var without = Assert.Single((await author.GetAsync("messages")).Json["messages"]!.AsArray())!;
        Assert.Equal("<p>Hi</p>", (string?)without["body"]);
        Assert.DoesNotContain("List-Unsubscribe", without["headers"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task An_address_that_is_not_written_as_one_should_be_and_one_that_bounced_are_for_a_person_with_different_reasons(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var flow = await author.HasFlowAsync(Mail("Hi", "<p>Hi</p>"));
        await app.HasProspectWithEmailAsync("ada", "ada at example.org");
        await app.HasProspectWithEmailAsync("bob");
        await app.Db.ExecuteAsync($"update prospects set email_valid = {false} where crm_id = {"bob"}", CancellationToken.None);

        foreach (var (prospect, reason) in new[]
        {
            ("ada", "The prospect's e-mail address is malformed"),
            ("bob", "The prospect's e-mail address is known to be invalid"),
        })
        {
            await app.PostTextAsync("/v2/flows/prospects/assign", $$"""{"flowId":"{{flow["id"]}}","flowInstanceOwnerEmail":"{{TestApp.RepEmail}}","crmProspectsIds":["{{prospect}}"]}""");
            await app.RunAsync();
            await IsForAPersonAsync(author, reason);
            await app.Db.ExecuteAsync($"delete from todos", CancellationToken.None);
        }
    }

    private static async Task IsForAPersonAsync(Author author, string reason)
    {
        var task = Assert.Single((await author.GetAsync("tasks")).Json["tasks"]!.AsArray())!;
        var why = await author.GetAsync($"flow-instances/{task["flowInstanceId"]}/explain");
        Assert.Equal(("step", "SEND_EMAIL"), ((string?)task["kind"], (string?)task["action"]));
        Assert.Equal(reason, why.Json["history"]!.AsArray().Select(one => (string?)one!["detail"]?["reason"]).Single(said => said is not null));
    }

    private static async Task<JsonArray> SentAsync(TestApp app, Author author, string flow, string variable = "")
    {
        var written = await author.HasFlowAsync(flow);
        await app.HasProspectWithEmailAsync("ada");
        var assigned = await app.PostTextAsync("/v2/flows/prospects/assign", $$"""
            {"flowId":"{{written["id"]}}","flowInstanceOwnerEmail":"{{TestApp.RepEmail}}","crmProspectsIds":["ada"],"overrides":{"flowInstanceVariables":[{{variable}}] } }
            """);
        Assert.Single(assigned.Each("prospectsAssigned", "flowInstanceId"));
        await app.RunAsync();
        return (await author.GetAsync("messages")).Json["messages"]!.AsArray();
    }

    private static string Mail(string subject, string body) => new JsonObject
    {
        ["name"] = "A",
        ["owner"] = TestApp.RepEmail,
        ["window"] = new JsonObject { ["from"] = "00:00", ["to"] = "24:00", ["days"] = new JsonArray("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun") },
        ["steps"] = new JsonArray(new JsonObject { ["action"] = "AUTO_SEND_EMAIL", ["subject"] = subject, ["body"] = body }),
    }.ToJsonString();
}
