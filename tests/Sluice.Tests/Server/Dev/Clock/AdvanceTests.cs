using System.Net;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;

namespace Sluice.Tests.Server.Dev.Clock;

/// <summary>Advances the dev clock under the real engine.</summary>
public sealed class AdvanceTests
{
    private const int Prospects = 1_000;

    [Theory, EveryDatabase, Slow]
    public async Task Thirty_days_of_a_thousand_prospects_give_the_same_events_on_every_server(Database database)
    {
        var (first, second) = (await LiveAsync(database), await LiveAsync(database));

        Assert.Equal(first, second);
        Assert.Contains("step_begun", first, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task Work_that_comes_due_during_an_advance_happens_at_its_own_time(Database database)
    {
        await using var app = await StartAsync(database);
        await app.HasProspectAsync("ada");
        var id = (await app.AssignAsync(app.Tenant.Flow, "ada")).Each("prospectsAssigned", "flowInstanceId").Single();

        var moved = await AdvanceAsync(app, "7d");

        var begun = moved["events"]!.AsArray().Single(one => (string?)one!["type"] == InstanceEvent.StepBegun)!;
        Assert.Equal((id, "2026-03-03T01:00:00-08:00"), ((string?)begun["flowInstanceId"], (string?)begun["at"]));
        var why = await app.GetAsync($"/sluice/v1/flow-instances/{id}/explain", await app.HasKeyAsync([Scopes.Manage]));
        Assert.StartsWith("Waits for Robin Rep to make a call, due since Tuesday 3 March 2026 at 01:00; it ends by itself on ", (string?)why.Json["sentence"], StringComparison.Ordinal);
    }

    /// <returns>All events of a month in which daylight saving time begins, ids included.</returns>
    private static async Task<string> LiveAsync(Database database)
    {
        await using var app = await StartAsync(database);
        await app.PostAsync("/sluice/v1/clock", new { freeze = true }, await app.HasKeyAsync([Scopes.Manage]));
        var crmIds = Enumerable.Range(0, Prospects).Select(number => $"p{number}").ToArray();
        foreach (var crmId in crmIds)
        {
            await app.HasProspectAsync(crmId);
        }

        foreach (var (index, some) in crmIds.Chunk(200).Index())
        {
            Assert.Equal(HttpStatusCode.OK, (await app.AssignAsync(app.Tenant.Flow, some)).Status);
            await AdvanceAsync(app, $"{index + 1}h");
        }

        var moved = await AdvanceAsync(app, "30d");
        Assert.True((long)moved["eventCount"]! >= Prospects);
        return moved["events"]!.ToJsonString() + moved["now"];
    }

    private static async Task<TestApp> StartAsync(Database database)
    {
        var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        await app.HasSettingsAsync(company => company with { Engine = company.Engine with { ToDoExpiryDays = 30 } });
        await app.HasStepAsync(app.Tenant.Flow, 1, "CALL", Schedule.MinutesADay);
        await app.HasStepAsync(app.Tenant.Flow, 2, "CALL", Schedule.MinutesADay);
        return app;
    }

    private static async Task<JsonNode> AdvanceAsync(TestApp app, string span)
    {
        var reply = await app.PostAsync("/sluice/v1/clock", new { advance = span }, await app.HasKeyAsync([Scopes.Manage]));
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply.Json;
    }
}
