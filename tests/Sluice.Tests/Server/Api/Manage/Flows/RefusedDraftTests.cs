using System.Text.Json.Nodes;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Flows;

/// <summary>Flows that the server refuses to store: it reports all faults at once, each with its place, and changes nothing.</summary>
public sealed class RefusedDraftTests
{
    [Theory, EveryDatabase]
    public async Task All_faults_are_reported_at_once_and_nothing_is_changed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        var reply = await author.PostAsync("flows", """
            {"name":"","owner":"nobody@example.com","workspace":"Nowhere","ruleset":"None","colour":"red","sharedWith":["x@example.com"],
             "window":{"from":"18:00","to":"08:00","days":[]},
             "steps":[{"action":"FAX"},{"key":"a","action":"CALL","wait":{"days":366}},{"key":"a","action":"AUTO_SEND_EMAIL","isReply":true}]}
            """);

        reply.ShouldRefuse(
            BadRequest,
            "unknown field `colour`; known fields: description, enabled, exclusive, folder, name, owner, ruleset, sharedWith, steps, visibility, window, workspace",
            "name: is missing",
            "window.to: should be later than from, 18:00: a window cannot go past midnight",
            "window.days: should hold one or more of Mon, Tue, Wed, Thu, Fri, Sat, Sun",
            "steps[0].action: should be one of SEND_EMAIL, AUTO_SEND_EMAIL, CALL, LINKEDIN_CONNECT, LINKEDIN_MESSAGE, CUSTOM, not FAX",
            "steps[1].wait.days: should be a whole number from 0 to 365",
            "steps[2].body: is missing: an automatic mail needs one, because nobody sees the mail before it is sent",
            "steps[2].key: another step has the key a too",
            "steps[2].isReply: there is no earlier mail that it could reply to",
            "workspace: there is no workspace Nowhere",
            "ruleset: there is no ruleset None",
            "owner: there is no user nobody@example.com",
            "sharedWith[0]: there is no user x@example.com");
        Assert.Single((await author.GetAsync("flows")).Each("flows", "id"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_subject_with_a_line_break_is_refused_because_it_could_add_a_mail_header(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        foreach (var subject in (string[])["Hi\r\nBcc: all@example.com", "Hi\nthere", "Hi\rthere", "Hi\0"])
        {
            (await author.PostAsync("flows", Mail(subject, "<p>Hi</p>"))).ShouldRefuse(
                BadRequest, "steps[0].subject: should be one line, without line breaks and control characters");
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_body_of_five_megabytes_is_refused_with_its_place(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        (await author.PostAsync("flows", Mail("Hi", new string('x', 5_000_000)))).ShouldRefuse(
            BadRequest, "steps[0].body: should have at most 1,048,576 bytes, not 5,000,000");
        Assert.Equal(Created, (await author.PostAsync("flows", Mail("Hi", new string('x', 1024 * 1024)))).Status);
        Assert.Equal(RequestEntityTooLarge, (await author.PostAsync("flows", Mail("Hi", new string('x', 17 * 1024 * 1024)))).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_unknown_placeholder_is_accepted_with_a_warning(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        var reply = await author.PostAsync("flows", Mail("Hi {{recipient.firstname}}", "<p>{{recipient.first_name}} {{my_variable}}</p>"));

        Assert.Equal(Created, reply.Status);
        Assert.Equal(
            ["steps[0].subject: {{recipient.firstname}}", "steps[0].body: {{my_variable}}"],
            reply.Json["warnings"]!.AsArray().Select(one => ((string)one!).Split(" is not a field")[0]));
    }

    [Theory, EveryDatabase]
    public async Task The_id_of_another_flows_step_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var other = await app.HasStepAsync(app.Tenant.Flow);

        (await author.PostAsync("flows", $$"""{"name":"A","owner":"rep@example.com","steps":[{"id":"{{other.Id}}","action":"CALL"}]}""")).ShouldRefuse(
            BadRequest, $"steps[0].id: {other.Id} is not a step of this flow; leave out the id of a new step");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_value_of_the_wrong_type_is_reported_with_its_place(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        (string Json, string Fault)[] cases =
        [
            ("""{"name":1,"owner":[]}""", "owner: should be a text"),
            ("""{"name":"A","owner":"rep@example.com","steps":{}}""", "steps: should be a list"),
            ("""{"name":"A","owner":"rep@example.com","steps":[1]}""", "steps[0]: should be an object"),
            ("""{"name":"A","owner":"rep@example.com","enabled":"yes"}""", "enabled: should be true or false"),
            ("""{"name":"A","owner":"rep@example.com","window":{"from":"8:00","to":"25:00"}}""", "window.from: should be a time of the day such as 08:00; 24:00 is midnight"),
        ];
        foreach (var (json, fault) in cases)
        {
            Assert.Contains(fault, (await author.PostAsync("flows", json)).Json["errors"]!.AsArray().Select(one => (string?)one));
        }
    }

    private static string Mail(string subject, string body) => new JsonObject
    {
        ["name"] = "A",
        ["owner"] = TestApp.RepEmail,
        ["steps"] = new JsonArray(new JsonObject { ["action"] = "AUTO_SEND_EMAIL", ["subject"] = subject, ["body"] = body }),
    }.ToJsonString();
}
