using Sluice.Engine.Instances;
using Sluice.Tests.Server.Api.Manage.Flows;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Prospects;

public sealed class ProspectListTests
{
    [Theory, EveryDatabase]
    public async Task A_prospect_is_shown_with_everything_that_flows_use_of_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasProspectAsync("bare");
        await app.HasProspectWithEmailAsync("ada/1", "ada@example.org", change: ada => ada with { LastName = "Byron", Title = "Countess", PhoneNumber = "+44 20 7946 0000" });
        await app.HasInstanceAsync("ada/1");
        await app.HasInstanceAsync("ada/1", await app.HasFlowAsync("Other"), InstanceStatus.Paused);
        await app.HasInstanceAsync("ada/1", await app.HasFlowAsync("Ended"), InstanceStatus.Finished);

        await app.Db.ExecuteAsync($"update prospects set opted_out_flows = '17' where crm_id = 'bare'", CancellationToken.None);

        const string Ada = """
            {"crmProspectId":"ada/1","kind":"CONTACT","firstName":"Ada","lastName":"Byron","email":"ada@example.org","emailIsValid":true,"title":"Countess","phoneNumber":"+44 20 7946 0000",
             "optedOut":false,"doNotContact":false,"openFlowInstances":2,"createdAt":"2026-03-02T01:00:00-08:00"}
            """;
        (await author.GetAsync("prospects")).ShouldBe(OK, $$"""
            {"prospects":[{{Ada}},{"crmProspectId":"bare","kind":"CONTACT","emailIsValid":false,"optedOut":false,"doNotContact":false,"optedOutFlowIds":["17"],"openFlowInstances":0,"createdAt":"2026-03-02T01:00:00-08:00"}]}
            """);
        (await author.GetAsync("prospects/ada%2F1")).ShouldBe(OK, $$"""{"prospect":{{Ada}}}""");
        (await author.GetAsync("prospects/nobody")).ShouldRefuse(NotFound, "Prospect not found");
        (await author.GetAsync($"prospects/{new string('x', 129)}")).ShouldRefuse(NotFound, "Prospect not found");
    }

    [Theory, EveryDatabase]
    public async Task Every_prospect_is_on_one_page_newest_first_even_if_the_last_one_of_a_page_is_deleted_meanwhile(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        for (var i = 0; i < 23; i++)
        {
            await app.HasProspectAsync($"p{i:00}");
        }

        Assert.Equal(20, (await author.GetAsync("prospects")).Each("prospects", "crmProspectId").Count());
        var first = (await author.GetAsync("prospects?limit=10")).Each("prospects", "crmProspectId").ToList();
        await app.Db.ExecuteAsync($"update prospects set deleted_at = {app.Clock.GetUtcNow()} where crm_id in ('p13', 'p05')", CancellationToken.None);
        var second = (await author.GetAsync($"prospects?limit=10&before={first[^1]}")).Each("prospects", "crmProspectId").ToList();
        var third = (await author.GetAsync($"prospects?limit=10&before={second[^1]}")).Each("prospects", "crmProspectId").ToList();

        Assert.Equal("p13", first[^1]);
        Assert.Equal(Enumerable.Range(0, 23).Reverse().Where(i => i != 5).Select(i => $"p{i:00}"), [.. first, .. second, .. third]);
        Assert.Empty((await author.GetAsync("prospects?before=p00")).Each("prospects", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    public async Task The_prospects_with_an_address_are_found_whatever_its_case(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        foreach (var (crmId, email) in new[] { ("old", "Ada@Example.org"), ("other", "bob@example.org"), ("new", "ada@example.org") })
        {
            await app.HasProspectWithEmailAsync(crmId, email);
        }

        Assert.Equal(["new", "old"], (await author.GetAsync("prospects?email=ADA@example.ORG")).Each("prospects", "crmProspectId"));
        Assert.Equal(["old"], (await author.GetAsync("prospects?email=ada@example.org&before=new")).Each("prospects", "crmProspectId"));
        Assert.Empty((await author.GetAsync("prospects?email=nobody@example.org")).Each("prospects", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    public async Task A_faulty_question_is_refused_with_all_its_faults(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        (await author.GetAsync("prospects?email=ada&limit=101&before=nobody")).ShouldRefuse(
            BadRequest, "email: ada is not a valid email address", "limit: should be a whole number from 1 to 100");
        (await author.GetAsync("prospects?before=nobody")).ShouldRefuse(BadRequest, "before: there is no prospect nobody");
        (await author.GetAsync($"prospects?before={new string('x', 129)}")).ShouldRefuse(BadRequest, $"before: there is no prospect {new string('x', 100)}…");
        (await author.GetAsync("prospects?name=Ada")).ShouldRefuse(BadRequest, "unknown parameter `name`; known parameters: before, email, limit, search");
        (await author.GetAsync("prospects?before=%00")).ShouldRefuse(BadRequest, "before: should hold no NUL");
    }

    /// <summary>With a company of many prospects, each question reads only its page.</summary>
    [Theory, EveryDatabase]
    public async Task Each_question_is_answered_from_an_index(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = RecordingDb.Wrap });
        var author = await Author.OfAsync(app);
        await app.HasInstanceAsync("ada");
        var said = ((RecordingDb)app.Db).Statements.Keys.ToHashSet();
        await app.HasProspectsAsync(5_000); // A database scans a small table whatever indexes it has.
        await app.Db.ExecuteAsync($"analyze prospects", CancellationToken.None);

        foreach (var question in (string[])["prospects", "prospects?before=ada", "prospects?email=ada@example.org", "prospects/ada"])
        {
            Assert.Equal((question, OK), (question, (await author.GetAsync(question)).Status));
        }

        var statements = ((RecordingDb)app.Db).Statements.Where(one => !said.Contains(one.Key) && one.Key.Contains("from prospects", StringComparison.Ordinal)).Select(one => one.Value).ToList();
        Assert.NotEmpty(statements);
        foreach (var sql in statements)
        {
            var plan = string.Join('\n', await ((RecordingDb)app.Db).ExplainAsync(sql));
            Assert.DoesNotMatch(@"Seq Scan on prospects|SCAN p\b", plan);
        }
    }
}
