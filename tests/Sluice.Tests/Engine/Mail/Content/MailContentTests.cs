using System.Text.Json.Nodes;
using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Mail.Content;

/// <summary>What people write into flows, and what prospects are called, on its way to a mail: sent whole, or refused and said to be.</summary>
public sealed class MailContentTests
{
    [Theory, EveryDatabase]
    public async Task A_third_mail_names_those_before_it_the_oldest_first(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        await app.HasStepAsync(flow, 3, "AUTO_SEND_EMAIL", 1440, step => step with { Body = "<p>The last</p>", IsReply = true });
        var instance = await app.HasMailedAsync("003A", flow);
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
    public async Task The_largest_body_that_is_taken_is_sent_to_the_letter_and_a_larger_one_is_not_taken(Database database)
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
    public async Task A_placeholder_without_a_value_is_for_a_person(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        Assert.Empty(await SentAsync(app, author, Mail("Hi {{recipient.first_name}}", "<p>{{recipient.firstname}}</p>")));

        await IsForAPersonAsync(author, "There is no value for recipient.firstname");
    }

    [Theory, EveryDatabase]
    public async Task A_reply_to_a_mail_that_a_person_wrote_begins_a_thread_of_its_own_and_without_a_subject_is_for_a_person(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var life = await Life.BeginAsync(app, "send_email reply");
        await life.AssignAsync();
        await life.DoAsync("done");

        Assert.Equal("Running to_do | step SEND_EMAIL | ", await life.ShowAsync());
        Assert.Equal(
            "No mail was sent that this step could reply to, and the step has no subject of its own",
            (string?)(await life.ExplainAsync())["history"]!.AsArray().Last()!["detail"]!["reason"]);

        await life.CallAsync($"flows/{life.FlowId}", """
            {"steps":[{"key":"send_email-0","action":"SEND_EMAIL"},{"key":"again","action":"AUTO_SEND_EMAIL","isReply":true,"subject":"Again, {{recipient.first_name}}","body":"<p>Again</p>"}]}
            """, "PATCH");
        await life.DoAsync("done");
        Assert.Equal(["Again, Ada"], (await life.MailAsync()).Select(mail => (string)mail!["subject"]!));
    }

    [Theory, EveryDatabase]
    public async Task A_placeholder_that_was_never_closed_is_for_a_person(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        Assert.Empty(await SentAsync(app, author, Mail("Hi", "<p>Hi {{recipient.first_name</p>")));

        await IsForAPersonAsync(author, "There is no value for {{");
    }

    /// <summary>In the text for people, and in the headers for a click in the mail program (RFC 8058); neither where the company wants none.</summary>
    [Theory, EveryDatabase]
    public async Task The_link_that_ends_it_all_is_in_the_text_and_in_the_headers_unless_the_company_wants_none(Database database)
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
        await app.HasReaderAsync("ada", "ada at example.org");
        await app.HasReaderAsync("bob");
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
        await app.HasReaderAsync("ada");
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
