using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Tasks.Closing;

namespace Sluice.Tests.Engine.Scheduling;

public sealed class FlowEngineTests
{
    private const int Day = 1440;

    [Theory, EveryDatabase]
    public async Task A_call_becomes_the_owners_task_when_it_is_due_and_the_next_call_after_its_wait(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasStepAsync(app.Tenant.Flow, 2, waitMinutes: 2 * Day);
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");

        await app.Engine.RunDueAsync(CancellationToken.None);
        var first = Assert.Single(await OpenTasksAsync(app));
        await DoneAsync(app, first);
        await app.Engine.RunDueAsync(CancellationToken.None);
        Assert.Empty(await OpenTasksAsync(app));

        app.Clock.Advance(TimeSpan.FromDays(2) - TimeSpan.FromMinutes(1));
        await app.Engine.RunDueAsync(CancellationToken.None);
        Assert.Empty(await OpenTasksAsync(app));

        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.Engine.RunDueAsync(CancellationToken.None);
        await DoneAsync(app, Assert.Single(await OpenTasksAsync(app)));

        Assert.Equal("FinishedNoReply", await StatusAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task A_dismissed_task_skips_its_step(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasStepAsync(app.Tenant.Flow, 2);
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");
        await app.Engine.RunDueAsync(CancellationToken.None);

        var first = Assert.Single(await OpenTasksAsync(app));
        await PatchAsync(app, first, "DISMISSED");
        await app.Engine.RunDueAsync(CancellationToken.None);

        Assert.NotEqual(first, Assert.Single(await OpenTasksAsync(app)));
        Assert.Equal("Running", await StatusAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task A_task_that_nobody_does_finishes_the_instance_after_120_days(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");
        await app.Engine.RunDueAsync(CancellationToken.None);

        app.Clock.Advance(TimeSpan.FromDays(119));
        await app.Engine.RunDueAsync(CancellationToken.None);
        Assert.Equal("Running", await StatusAsync(app));

        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.Engine.RunDueAsync(CancellationToken.None);
        Assert.Equal("Finished", await StatusAsync(app));
        Assert.Empty(await OpenTasksAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task Only_one_of_two_nodes_begins_a_step(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var other = await app.HasAnotherNodeAsync();
        await app.HasStepAsync(app.Tenant.Flow, 1);
        var crmIds = Enumerable.Range(0, 100).Select(i => $"crm-{i}").ToArray();
        foreach (var crmId in crmIds)
        {
            await app.HasProspectAsync(crmId);
        }

        await app.AssignAsync(app.Tenant.Flow, crmIds);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? app : other).Engine.RunDueAsync(CancellationToken.None))));

        Assert.Equal(100, (await OpenTasksAsync(app)).Count);
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task What_another_worker_has_locked_is_passed_over_and_not_waited_for(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");

        var meanwhile = await app.Db.InTransactionAsync(
            async tx =>
            {
                Assert.Single(await new RunStore(tx).LockDueAsync(app.Clock.GetUtcNow(), 10, CancellationToken.None));
                return await app.Engine.RunDueAsync(CancellationToken.None);
            },
            CancellationToken.None);

        Assert.Empty(meanwhile);
        await app.Engine.RunDueAsync(CancellationToken.None);
        Assert.Single(await OpenTasksAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task What_was_decided_before_another_worker_began_the_step_is_not_written(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");
        var late = Assert.Single(await LockAsync(app));
        await app.Engine.RunDueAsync(CancellationToken.None);

        var events = await BeginAsync(app, late);

        Assert.Empty(events);
        Assert.Single(await OpenTasksAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task An_instance_that_is_unassigned_after_it_was_read_begins_no_step(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");
        var read = Assert.Single(await LockAsync(app));
        await app.UnassignAsync(read.Id);

        Assert.Empty(await BeginAsync(app, read));
        Assert.Empty(await OpenTasksAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task After_an_edit_an_instance_continues_after_the_step_that_was_done(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var call = await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");
        await app.Engine.RunDueAsync(CancellationToken.None);
        var first = Assert.Single(await OpenTasksAsync(app));

        await EditAsync(app, [app.NextId(), call.Id, app.NextId()]);
        await DoneAsync(app, first);
        await app.Engine.RunDueAsync(CancellationToken.None);

        await DoneAsync(app, Assert.Single(await OpenTasksAsync(app)));
        Assert.Equal("FinishedNoReply", await StatusAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task A_done_step_that_an_edit_moves_to_the_end_is_not_done_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var first = await app.HasStepAsync(app.Tenant.Flow, 1);
        var second = await app.HasStepAsync(app.Tenant.Flow, 2);
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");
        await app.Engine.RunDueAsync(CancellationToken.None);
        await DoneAsync(app, Assert.Single(await OpenTasksAsync(app)));
        await app.Engine.RunDueAsync(CancellationToken.None);

        // The second step is in progress. After it come a new step and the first step, which is done.
        await EditAsync(app, [second.Id, app.NextId(), first.Id]);
        await DoneAsync(app, Assert.Single(await OpenTasksAsync(app)));
        await app.Engine.RunDueAsync(CancellationToken.None);
        await DoneAsync(app, Assert.Single(await OpenTasksAsync(app)));
        await app.Engine.RunDueAsync(CancellationToken.None);

        Assert.Empty(await OpenTasksAsync(app));
        Assert.Equal("FinishedNoReply", await StatusAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task A_last_step_that_is_done_during_a_pause_is_not_done_again_after_an_edit(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var only = await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");
        await app.Engine.RunDueAsync(CancellationToken.None);
        var run = (await app.Db.QueryAsync($"select id from flow_instances", row => row.GetInt64(0), CancellationToken.None)).Single();

        await EditAsync(app, [app.NextId(), only.Id]);
        await ReactAsync(app, run, TriggerKind.PausedByPerson);
        await app.Db.InTransactionAsync(
            tx => app.Services.GetRequiredService<ToDoReaction>().DoneAsync(tx, run, only.Id, null, Actor.Engine(app.Tenant.Id), CancellationToken.None), CancellationToken.None);
        await ReactAsync(app, run, TriggerKind.Resumed);
        await app.Engine.RunDueAsync(CancellationToken.None);

        Assert.Equal("FinishedNoReply", await StatusAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task An_instance_that_cannot_continue_delays_no_other_and_begins_no_step_twice(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var step = await app.HasStepAsync(app.Tenant.Flow, 1);
        string[] crmIds = ["ada", "bob", "cyd"];
        foreach (var crmId in crmIds)
        {
            await app.HasProspectAsync(crmId);
        }

        await app.AssignAsync(app.Tenant.Flow, crmIds);
        var begun = (await app.Db.QueryAsync($"select id from flow_instances where crm_prospect_id = {"bob"}", row => row.GetInt64(0), CancellationToken.None)).Single();
        await new LedgerStore(app.Db).AddAsync([new LedgerEntry(app.Tenant.Id, begun, step.Id, 1, 1, app.Clock.GetUtcNow())], CancellationToken.None);

        await app.Engine.RunDueAsync(CancellationToken.None);

        Assert.Equal(2, (await OpenTasksAsync(app)).Count);
        Assert.Contains(app.Logs.Lines, line => line.Contains($"Flow instance {begun} could not go on", StringComparison.Ordinal));
    }

    private static Task<AppliedTrigger?> ReactAsync(TestApp app, long run, TriggerKind kind) => app.Db.InTransactionAsync(
        tx => app.Services.GetRequiredService<ApplyTrigger>().RunAsync(tx, app.Tenant.Id, run, new Trigger(kind), Actor.Engine(app.Tenant.Id), CancellationToken.None),
        CancellationToken.None);

    private static async Task EditAsync(TestApp app, IReadOnlyList<long> steps)
    {
        var flow = app.Tenant.Flow;
        await app.Db.ExecuteAsync($"delete from steps where company_id = {flow.CompanyId} and flow_id = {flow.Id}", CancellationToken.None);
        await app.Db.ExecuteAsync($"update flows set version = version + 1 where company_id = {flow.CompanyId} and id = {flow.Id}", CancellationToken.None);
        await new StepStore(app.Db).AddAsync([.. steps.Index().Select(one => new Step(flow.CompanyId, flow.Id, one.Index + 1, one.Item, "CALL", 0, null, null, false))], CancellationToken.None);
    }

    private static Task<List<Run>> LockAsync(TestApp app) =>
        app.Db.InTransactionAsync(tx => new RunStore(tx).LockDueAsync(app.Clock.GetUtcNow(), 10, CancellationToken.None), CancellationToken.None);

    private static async Task<List<InstanceEvent>> BeginAsync(TestApp app, Run run)
    {
        var now = app.Clock.GetUtcNow();
        var facts = await StepFacts.GatherAsync(app.Db, run.CompanyId, [run], CancellationToken.None);
        var change = app.Services.GetRequiredService<BeginStep>().Decide(run, facts, now)!;
        return await app.Db.InTransactionAsync(tx => app.Services.GetRequiredService<ApplyChanges>().RunAsync(tx, [change], now, CancellationToken.None), CancellationToken.None);
    }

    private static async Task<List<long>> OpenTasksAsync(TestApp app)
    {
        var filter = new { userId = WireId.Write(app.Tenant.User.Id), types = new[] { "FLOW" }, taskAction = new[] { "CALL" }, status = new[] { "OPEN" } };
        var reply = await app.PostAsync("/v2/tasks", new { filter });
        return [.. reply.Json["tasks"]!.AsArray().Select(task => task!["id"]!.GetValue<long>())];
    }

    private static Task DoneAsync(TestApp app, long task) => PatchAsync(app, task, "DONE");

    private static async Task PatchAsync(TestApp app, long task, string status) =>
        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(
            HttpMethod.Patch, $"/v2/tasks/{task}", new StringContent($$"""{"userId":"{{app.Tenant.User.Id}}","status":"{{status}}"}""", Encoding.UTF8, "application/json"))).Status);

    private static async Task<string> StatusAsync(TestApp app)
    {
        var instance = (await app.Db.QueryAsync($"select id from flow_instances where company_id = {app.Tenant.Id} order by id limit 1", row => row.GetInt64(0), CancellationToken.None)).Single();
        var reply = await app.PostAsync("/v2/flows/prospects", new { flowInstanceIds = new[] { WireId.Write(instance) } });
        return reply.Json["prospectsAssigned"]![0]!["flowInstanceStatus"]!.GetValue<string>();
    }
}
