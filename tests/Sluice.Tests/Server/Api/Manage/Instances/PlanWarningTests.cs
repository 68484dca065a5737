using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Tests.Server.Api.Manage.Flows;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Instances;

/// <summary>A plan warns of the automatic mails that Sluice cannot write for these prospects, before anybody is assigned.</summary>
public sealed class PlanWarningTests
{
    private const string Flow = """
        {"name":"Cold","owner":"rep@example.com","window":{"from":"00:00","to":"24:00","days":["Mon","Tue","Wed","Thu","Fri","Sat","Sun"]},"steps":[
          {"action":"AUTO_SEND_EMAIL","subject":"For {{account_name}}","body":"<p>{{recipient.first_name}} {{recipient.title}}</p>"},
          {"action":"CALL"},
          {"action":"AUTO_SEND_EMAIL","isReply":true,"body":"<p>{{recipient.first_name}}</p>"}]}
        """;

    [Theory, EveryDatabase]
    public async Task Each_step_names_the_placeholders_without_a_value_the_prospects_and_what_will_happen(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var flow = await author.HasFlowAsync(Flow);
        await app.HasProspectWithEmailAsync("full", change: full => full with { Title = "COO" });
        await app.HasProspectWithEmailAsync("plain");
        await app.HasProspectAsync("mute");

        var plan = await PlanAsync(author, flow, """["full","plain","mute","nobody"]""", """,{"name":"account_name","value":"Acme"}""");
        Assert.Equal(
            [
                """
                no_value recipient.title plain
                {{recipient.title}} has no value (plain): Robin Rep gets a task to send this mail by hand. The value of {{recipient.title}} comes from the CRM field title, or from a variable recipient.title of the assignment.
                """,
                """
                no_address  mute
                The prospect has no e-mail address (mute): Robin Rep gets a task to send this mail by hand. Give the prospect an address: in the CRM, or with PATCH /sluice/v1/prospects/{crmProspectId}.
                """,
            ],
            Warnings(plan, step: 1));
        Assert.Empty(Warnings(plan, step: 2));
        Assert.Equal(["nothing_to_reply_to  plain", "no_address  mute"], Warnings(plan, step: 3).Select(FirstLine));

        var without = await PlanAsync(author, flow, """["full","plain"]""");
        Assert.Equal(["no_value account_name full,plain", "no_value recipient.title plain"], Warnings(without, step: 1).Select(FirstLine));
        Assert.Equal(["nothing_to_reply_to  full,plain"], Warnings(without, step: 3).Select(FirstLine));
    }

    [Theory, EveryDatabase]
    public async Task A_plan_takes_the_body_of_an_assignment_and_foresees_what_the_engine_then_does(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var mails = new[] { "", "{{account_name}}", "{{recipient.title}}", "{{recipient.firstname}}", "{{", "{{word}}" };
        foreach (var (i, text) in mails.Index())
        {
            foreach (var (j, overrides) in new[]
            {
                "{}",
                """{"flowInstanceVariables":[{"name":"word","value":""},{"name":"{{account_name}}","value":"Acme\nInc"}]}""",
                """{"steps":[{"number":1,"subject":"Instead","body":"<p>{{recipient.first_name}}</p>"}],"coolOffOverride":true}""",
            }.Index())
            {
                var flow = await author.HasFlowAsync($$"""
                    {"name":"Flow {{i}} {{j}}","owner":"rep@example.com","window":{"from":"00:00","to":"24:00","days":["Mon","Tue","Wed","Thu","Fri","Sat","Sun"]},"steps":[
                      {"action":"AUTO_SEND_EMAIL","subject":"{{(text.Length == 0 ? "Hi" : text)}}","body":"<p>{{text}}</p>"},{"action":"AUTO_SEND_EMAIL","isReply":true,"body":"<p>{{text}}</p>"}]}
                    """);
                await app.HasProspectWithEmailAsync($"good-{i}-{j}");
                await app.HasProspectWithEmailAsync($"bad-{i}-{j}", "bad at example.org");

                var body = $$"""{"flowId":"{{flow["id"]}}","flowInstanceOwnerEmail":"rep@example.com","crmProspectsIds":["good-{{i}}-{{j}}","bad-{{i}}-{{j}}"],"overrides":{{overrides}},"flowInstanceDescription":"x"}""";
                var foreseen = (await author.PostAsync("plan", body)).Json["steps"]!.AsArray()
                    .SelectMany(step => step!["warnings"]!.AsArray().SelectMany(one => one!["crmProspectsIds"]!.AsArray().Select(id => $"{id} {step["order"]}"))).Distinct().Order();
                Assert.Equal((body, string.Join(", ", await TasksAsync(app, author, body))), (body, string.Join(", ", foreseen)));
            }
        }
    }

    [Theory, EveryDatabase]
    public async Task Without_a_mail_server_the_plan_says_so(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        var author = await Author.OfAsync(app);
        var (mails, calls) = (await author.HasFlowAsync(Flow), await author.HasFlowAsync("""{"name":"Calls","owner":"rep@example.com","steps":[{"action":"CALL"}]}"""));
        await app.HasProspectAsync("ada");

        Assert.Contains("without --smtp", (string?)(await PlanAsync(author, mails, """["ada"]""")).Json["notes"]!.AsArray().Single(), StringComparison.Ordinal);
        Assert.Empty((await PlanAsync(author, calls, """["ada"]""")).Json["notes"]!.AsArray());
    }

    [Theory, EveryDatabase]
    public async Task A_warning_names_three_prospects_and_counts_the_others(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = new AdmissionSettings(true, 0, CreateUnknownProspects: true) });
        var author = await Author.OfAsync(app);

        var plan = await PlanAsync(author, await author.HasFlowAsync(Flow), """["a","b","c","d","e"]""");

        Assert.StartsWith("The prospect has no e-mail address (a, b, c and 2 more): ", (string?)plan.Json["steps"]![0]!["warnings"]![0]!["warning"], StringComparison.Ordinal);
        Assert.Equal("""["a","b","c","d","e"]""", plan.Json["steps"]![0]!["warnings"]![0]!["crmProspectsIds"]!.ToJsonString());
    }

    /// <returns>The prospects and steps that the engine gives to a person; it sends everything else.</returns>
    private static async Task<IEnumerable<string>> TasksAsync(TestApp app, Author author, string body)
    {
        var assigned = await app.PostTextAsync("/v2/flows/prospects/assign", body);
        var tasks = new List<string>();
        for (var pass = 0; pass < 3; pass++)
        {
            await app.RunAsync();
            foreach (var id in assigned.Each("prospectsAssigned", "flowInstanceId"))
            {
                foreach (var task in (await author.GetAsync($"tasks?status=OPEN&flowInstanceId={id}")).Json["tasks"]!.AsArray())
                {
                    tasks.Add($"{task!["crmProspectId"]} {task["step"]}");
                    Assert.Equal(OK, (await author.PostAsync($"tasks/{task["id"]}", """{"status":"DONE"}""")).Status);
                }
            }
        }

        return tasks.Order();
    }

    private static Task<Reply> PlanAsync(Author author, JsonNode flow, string crmIds, string variables = "") => author.PostAsync("plan", $$"""
        {"flowId":"{{flow["id"]}}","flowInstanceOwnerEmail":"{{TestApp.RepEmail}}","crmProspectsIds":{{crmIds}},"overrides":{"flowInstanceVariables":[{{variables.TrimStart(',')}}]} }
        """);

    private static IEnumerable<string> Warnings(Reply plan, int step) => plan.Json["steps"]![step - 1]!["warnings"]!.AsArray().Select(one =>
        $"{one!["rule"]} {one["placeholder"]} {string.Join(',', one["crmProspectsIds"]!.AsArray())}\n{one["warning"]}");

    private static string FirstLine(string text) => text.Split('\n')[0];
}
