using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Scheduling;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Events;

/// <summary><c>GET /sluice/v1/events</c>.</summary>
public sealed class EventTests
{
    [Theory, EveryDatabase]
    public async Task Every_type_of_event_happens_and_is_what_its_schema_says(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = new EventScenario.Fates() });

        var events = await EventScenario.RunAsync(app);

        var schemas = new EventSchemaFile(await app.Client.GetStringAsync("/openapi/events.json"));
        Assert.All(events, one => Assert.Equal([], schemas.FaultsOf(one)));
        Assert.Equal([], EventTypes.All.Except(events.Select(one => (string)one["type"]!)));
        Assert.Equal(events.Count, events.Select(one => (string)one["id"]!).Distinct().Count());
        await CheckSequencesAsync(app, events);
        if (database == Database.Sqlite)
        {
            EventDocPage.WriteOrCheck(events);
        }
    }

    [Theory, EveryDatabase]
    public async Task An_event_says_what_changed_who_did_it_and_of_whom(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasStepAsync(app.Tenant.Flow);
        await app.HasProspectAsync("ada");
        var assigned = await app.AssignAsync(app.Tenant.Flow, "ada");
        var id = assigned.Each("prospectsAssigned", "flowInstanceId").Single();
        await app.RunAsync();
        var removed = await app.UnassignAsync(long.Parse(id, CultureInfo.InvariantCulture));

        var events = await EventScenario.ReadAsync(app);

        Assert.Equal(["flow_instance.assigned", "flow_instance.step_begun", "flow_instance.removed"], OwnOf(events, id).Select(one => (string)one["type"]!));
        Assert.Equal(["task.created", "task.dismissed"], events.Where(one => one["data"]!["taskId"] is not null).Select(one => (string)one["type"]!));
        var last = OwnOf(events, id)[^1];
        Assert.Equal(("Running", "Finished", "removed_manually", removed.RequestId), (Data(last, "oldStatus"), Data(last, "status"), Data(last, "reason"), (string?)last["data"]!["actor"]!["requestId"]));
        Assert.Equal(("ada", $"{app.Tenant.Flow.Id}", 3), (Data(last, "crmProspectId"), Data(last, "flowId"), (int)last["sequence"]!));
        Assert.Equal(assigned.RequestId, (string?)OwnOf(events, id)[0]["data"]!["actor"]!["requestId"]);
        Assert.Null(OwnOf(events, id)[1]["data"]!["actor"]); // The engine.

        string? Data(JsonNode one, string field) => (string?)one["data"]![field];
    }

    [Theory, EveryDatabase]
    public async Task A_task_that_a_client_of_v2_closes_is_told_as_done_and_not_first_as_dismissed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasStepAsync(app.Tenant.Flow);
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");
        await app.RunAsync();
        var task = (await EventScenario.ReadAsync(app)).Single(one => (string)one["type"]! == EventTypes.TaskCreated)["data"]!;

        var reply = await app.SendAsync(HttpMethod.Patch, $"/v2/tasks/{task["taskId"]}", new StringContent($$"""{"userId":"{{task["ownerId"]}}","status":"DONE"}""", null, "application/json"));

        Assert.Equal(OK, reply.Status);
        var told = await EventScenario.ReadAsync(app);
        Assert.Equal([EventTypes.TaskCreated, EventTypes.TaskDone], told.Select(one => (string)one["type"]!).Where(type => type.StartsWith("task.", StringComparison.Ordinal)));
        Assert.Equal(EventTypes.Finished, (string)OwnOf(told, (string)task["flowInstanceId"]!)[^1]["type"]!);
    }

    [Theory, EveryDatabase]
    public async Task A_filter_wants_types_an_instance_or_a_flow_and_no_company_sees_events_of_another(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var other = await app.HasTenantAsync("Other");
        foreach (var name in (string[])["a", "b"])
        {
            await app.HasProspectAsync(name);
            await app.AssignAsync(app.Tenant.Flow, name);
        }

        var all = await EventScenario.ReadAsync(app);
        var id = (string)all[1]["data"]!["flowInstanceId"]!;
        Assert.Equal(2, all.Count);
        Assert.Equal([all[1].ToJsonString()], (await EventScenario.ReadAsync(app, $"&flowInstanceId={id}")).Select(one => one.ToJsonString()));
        Assert.Equal(2, (await EventScenario.ReadAsync(app, $"&flowId={app.Tenant.Flow.Id}&types=flow_instance.assigned,task.done")).Count);
        Assert.Empty(await EventScenario.ReadAsync(app, "&types=task.done"));
        Assert.Empty(await EventScenario.ReadAsync(app, $"&flowInstanceId={id}", of: other));
        var first = await app.GetAsync("/sluice/v1/events?limit=1", await app.HasManageKeyAsync());
        Assert.Equal((true, (string)all[0]["id"]!), ((bool)first.Json["hasMore"]!, first.Each("events", "id").Single()));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_bad_cursor_type_limit_or_id_is_refused_and_says_why(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var admin = await app.HasManageKeyAsync();
        foreach (var (query, sentence) in new[]
        {
            ("after=yesterday", "after: should be the `next` of an earlier answer, not yesterday"),
            ("after=1-2", "after: should be the `next` of an earlier answer, not 1-2"),
            ("after=1-2--3", "after: should be the `next` of an earlier answer, not 1-2--3"),
            ("types=task.don", "types: there is no type task.don; did you mean task.done?"),
            ("types=,", "types: is empty: name types with a comma between them, or leave it out"),
        })
        {
            (await app.GetAsync($"/sluice/v1/events?{query}", admin)).ShouldRefuse(BadRequest, sentence);
            (await app.GetAsync($"/sluice/v1/events/stream?{query}", admin)).ShouldRefuse(BadRequest, sentence);
        }

        foreach (var query in (string[])["limit=0", "limit=1001", "limit=x", "flowId=x", "flowInstanceId=", "color=red"])
        {
            Assert.Equal(BadRequest, (await app.GetAsync($"/sluice/v1/events?{query}", admin)).Status);
        }

        Assert.Equal(Forbidden, (await app.GetAsync("/sluice/v1/events", await app.HasKeyAsync(["api:flows:read"]))).Status);
    }

    [Theory, EveryDatabase]
    public async Task A_place_whose_events_are_deleted_is_gone_and_not_silently_empty(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var admin = await app.HasManageKeyAsync();
        await AssignAsync("a");
        var place = (string)(await app.GetAsync("/sluice/v1/events", admin)).Json["next"]!;
        await AssignAsync("b");
        app.Clock.Advance(TimeSpan.FromDays(31));
        await AssignAsync("c");

        Assert.Equal(2, (await app.GetAsync($"/sluice/v1/events?after={place}", admin)).Each("events", "id").Count());
        await app.Services.GetRequiredService<EventSweep>().RunOnceAsync(CancellationToken.None);

        Assert.Equal(Gone, (await app.GetAsync($"/sluice/v1/events?after={place}", admin)).Status);
        Assert.Equal(Gone, (await app.GetAsync($"/sluice/v1/events/stream?after={place}", admin)).Status);
        Assert.Single(await EventScenario.ReadAsync(app));

        async Task AssignAsync(string name)
        {
            await app.HasProspectAsync(name);
            await app.AssignAsync(app.Tenant.Flow, name);
            await EventScenario.SettleAsync(app, app.Tenant);
        }
    }

    [Theory, EveryDatabase]
    public async Task An_erased_person_is_in_no_event(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("ada@example.org", "ada@example.org"); // The CRM id of some is their address.
        await app.AssignAsync(await app.HasMailFlowAsync(), "ada@example.org");
        await app.RunAsync();
        Assert.Contains(await EventScenario.ReadAsync(app), one => one.ToJsonString().Contains("ada@", StringComparison.Ordinal));

        await app.EraseAsync("ada@example.org");

        var events = await EventScenario.ReadAsync(app);
        Assert.DoesNotContain(events, one => one.ToJsonString().Contains("ada@", StringComparison.Ordinal));
        Assert.Contains(events, one => (string)one["type"]! == EventTypes.MessageSent);
        Assert.DoesNotContain("ada@", string.Join('\n', (await app.Db.DumpAsync()).Split('\n').Where(line => line.StartsWith("events:", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    private static List<JsonNode> OwnOf(List<JsonNode> events, string instanceId) => events.FindAll(one => one["sequence"] is not null && (string)one["data"]!["flowInstanceId"]! == instanceId);

    /// <summary>Each change of a status is one event, and the numbers of an instance's events have no gap.</summary>
    private static async Task CheckSequencesAsync(TestApp app, List<JsonNode> events)
    {
        foreach (var own in events.Where(one => one["sequence"] is not null).GroupBy(one => (string)one["data"]!["flowInstanceId"]!))
        {
            Assert.Equal(Enumerable.Range(1, own.Count()), own.Select(one => (int)one["sequence"]!));
            Assert.All(own.Zip(own.Skip(1)), pair => Assert.Equal((string)pair.First["data"]!["status"]!, (string)pair.Second["data"]!["oldStatus"]!));
            var run = (await new RunStore(app.Db).FindAsync(app.Tenant.Id, long.Parse(own.Key, CultureInfo.InvariantCulture), CancellationToken.None))!;
            Assert.Equal((own.Count(), $"{run.Status}"), ((int)run.EventCount, (string)own.Last()["data"]!["status"]!));
        }
    }
}
