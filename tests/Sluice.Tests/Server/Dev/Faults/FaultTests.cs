using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Server.Dev.Faults;
using Sluice.Server.Dev.Requests;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Dev.Faults;

/// <summary>Faults that a client must be ready for, injected on request: refusals, slow answers, and answers that never arrive.</summary>
public sealed class FaultTests
{
    private const string Url = "/sluice/v1/faults";

    private static readonly TestOptions Dev = new() { IsDev = true, OverKestrel = true };

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_next_calls_are_refused_and_do_nothing_and_later_calls_succeed(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var instance = await app.HasInstanceAsync("ada");
        await PlanAsync(app, """{"status":429,"times":2,"path":"/v2/flows/prospects/unassign"}""");

        Assert.Equal(OK, (await app.ListAsync("ada")).Status); // The fault is for another path.
        for (var i = 0; i < 2; i++)
        {
            var refused = await app.UnassignAsync([instance.Id]);
            refused.ShouldRefuse(TooManyRequests, "API request limit exceeded");
            Assert.Equal("1", refused.Header("Retry-After"));
        }

        Assert.Single((await app.ListAsync("ada")).Json["prospectsAssigned"]!.AsArray());
        Assert.Equal(OK, (await app.UnassignAsync([instance.Id])).Status);
        Assert.Empty(await PlannedAsync(app));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_answer_is_lost_after_the_work_is_done(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var instance = await app.HasInstanceAsync("ada");
        await PlanAsync(app, """{"lost":true,"delayMs":1}""");

        await Assert.ThrowsAsync<HttpRequestException>(() => app.UnassignAsync([instance.Id]));
        var log = app.Services.GetRequiredService<RequestLog>();
        await Eventually.UntilAsync(() => log.Read(null).Count == 1); // It is recorded after the connection is cut.
        Assert.Null(log.Read(null)[0].Status);
        await PlanAsync(app, """{"lost":true}""");
        var cut = await CommandLine.RunAsync(app, "call", "list-workspaces");
        Assert.Equal((ExitCode.Failed, $"sluice: {app.Address.ToString().TrimEnd('/')} closed the connection before it answered. It may have carried out the request: check before you send it again.\n"), (cut.Code, cut.Error));

        Assert.Empty((await app.ListAsync("ada")).Json["prospectsAssigned"]!.AsArray());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_plan_that_makes_no_sense_is_refused_and_planned_faults_can_be_cancelled(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var key = await app.HasKeyAsync([Scopes.Manage]);

        (await app.PostTextAsync(Url, """{"status":200,"path":"/sluice","time":2}""", key)).ShouldRefuse(
            BadRequest,
            "unknown field `time`; did you mean `times`?",
            "status: should be a whole number from 400 to 599",
            "path: should begin with /v2 or /oauth2");
        (await app.PostTextAsync(Url, "{}", key)).ShouldRefuse(BadRequest, "status: give status or lost (not both), or delayMs");
        await PlanAsync(app, """{"status":503,"retryAfter":7}""");
        Assert.Equal("""[{"path":"/v2","times":1,"status":503,"retryAfter":7,"lost":false}]""", (await PlannedAsync(app)).ToJsonString());

        await app.SendAsync(HttpMethod.Delete, Url, null, key);

        Assert.Empty(await PlannedAsync(app));
        Assert.Equal(OK, (await app.ListAsync("ada")).Status);
    }

    [Fact]
    public void The_faults_that_one_company_plans_do_not_affect_another()
    {
        var (planned, fault) = (new PlannedFaults(), new PlannedFault("/v2", 2, 500, null, null, false));
        Assert.True(planned.Add(1, fault));

        Assert.Null(planned.Take(2, "/v2/users"));
        planned.Clear(2);
        Assert.Equal(fault, planned.Take(1, "/v2/users"));
        Assert.Equal([fault with { Times = 1 }], planned.Of(1));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Faults_cannot_be_injected_in_production(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        Assert.Equal(NotFound, (await app.PostTextAsync(Url, """{"status":503}""", await app.HasKeyAsync([Scopes.Manage]))).Status);
    }

    private static async Task PlanAsync(TestApp app, string json) =>
        Assert.Equal(OK, (await app.PostTextAsync(Url, json, await app.HasKeyAsync([Scopes.Manage]))).Status);

    private static async Task<JsonArray> PlannedAsync(TestApp app) =>
        (await app.GetAsync(Url, await app.HasKeyAsync([Scopes.Manage]))).Json["faults"]!.AsArray();
}
