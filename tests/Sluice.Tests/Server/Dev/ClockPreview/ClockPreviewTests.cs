using System.Net;
using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;

namespace Sluice.Tests.Server.Dev.ClockPreview;

public sealed class ClockPreviewTests
{
    private const string Preview = "/sluice/v1/clock/preview";

    [Theory, EveryDatabase]
    public async Task A_preview_says_what_the_move_then_does_and_changes_nothing(Database database)
    {
        await using var app = await StartAsync(database);
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");
        var before = await app.Db.DumpAsync(except: "api_keys");

        var seen = await PreviewAsync(app, "40d");

        Assert.Equal(before, await app.Db.DumpAsync(except: "api_keys"));
        Assert.Equal(seen["now"]!.ToString(), (await ManageAsync(app, "/sluice/v1/clock")).Json["now"]!.ToString());
        var moved = (await app.PostAsync("/sluice/v1/clock", new { advance = "40d" }, await app.HasManageKeyAsync())).Json;
        Assert.Equal(seen["until"]!.ToString(), moved["now"]!.ToString());
        Assert.Equal(Lines(seen), Lines(moved));
        Assert.Contains(Lines(seen), line => line.StartsWith(InstanceEvent.StepBegun, StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task Nobody_sees_what_would_happen_to_another_company(Database database)
    {
        await using var app = await StartAsync(database);
        var other = await app.HasTenantAsync();
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");

        var theirs = await app.GetAsync($"{Preview}?advance=40d", await app.HasManageKeyAsync(other));

        Assert.Equal((HttpStatusCode.OK, 0), (theirs.Status, (int)theirs.Json["eventCount"]!));
        Assert.NotEmpty((await PreviewAsync(app, "40d"))["events"]!.AsArray());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_span_that_is_none_or_leads_too_far_is_a_fault(Database database)
    {
        await using var app = await StartAsync(database);

        foreach (var query in (string[])["", "?advance=", "?advance=soon", "?advance=0d", "?advance=-3d", "?advance=93d", "?advance=P1M", "?advance=999999w", "?set=2026-03-05T00:00:00Z"])
        {
            Assert.Equal((query, HttpStatusCode.BadRequest), (query, (await ManageAsync(app, Preview + query)).Status));
        }

        Assert.Equal(HttpStatusCode.OK, (await ManageAsync(app, $"{Preview}?advance=92d")).Status);
    }

    private static async Task<TestApp> StartAsync(Database database)
    {
        var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        await app.PostAsync("/sluice/v1/clock", new { freeze = true }, await app.HasManageKeyAsync());
        await app.HasStepAsync(app.Tenant.Flow, 1, "CALL", Schedule.MinutesADay);
        await app.HasStepAsync(app.Tenant.Flow, 2, "CALL", Schedule.MinutesADay);
        return app;
    }

    private static async Task<Reply> ManageAsync(TestApp app, string url) => await app.GetAsync(url, await app.HasManageKeyAsync());

    private static async Task<JsonNode> PreviewAsync(TestApp app, string span)
    {
        var reply = await ManageAsync(app, $"{Preview}?advance={span}");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply.Json;
    }

    /// <summary>What happens, and when, to whom. The ids of events are others in the copy.</summary>
    private static List<string> Lines(JsonNode answer) => [.. answer["events"]!.AsArray().Select(one => $"{one!["type"]} {one["at"]} {one["flowInstanceId"]} {one["detail"]?.ToJsonString()}")];
}
