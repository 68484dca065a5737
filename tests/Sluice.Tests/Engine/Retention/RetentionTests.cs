using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sluice.Engine.Instances;
using Sluice.Engine.Retention;
using Sluice.Engine.Tasks;
using Sluice.Tests.Server.Api.Manage.Events;
using Sluice.Tests.Server.Api.Unsubscribe;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Retention;

/// <summary>What is deleted for its age, and above all what is not.</summary>
public sealed class RetentionTests
{
    /// <summary>Tables with rows that belong to a flow instance, and the column with its id.</summary>
    private static readonly (string Table, string Key)[] OfInstances =
    [
        ("flow_instances", "id"), ("instance_events", "flow_instance_id"), ("step_ledger", "flow_instance_id"), ("messages", "flow_instance_id"), ("inbound", "flow_instance_id"), ("todos", "flow_instance_id"),
    ];

    [Theory, EveryDatabase]
    public async Task What_ended_long_ago_is_deleted_and_the_rest_stays_as_it_is(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.CallEveryOperationAsync();
        var (flow, slow) = (await app.HasMailFlowAsync(), await app.HasMailFlowAsync());
        await app.HasStepAsync(slow, 3, "AUTO_SEND_EMAIL", 600 * 1440);
        var (old, goesOn, asked) = (await app.HasEndedInstanceAsync("003A", flow), await app.HasInstanceWithSentMailAsync("003B", slow), await app.HasEndedInstanceAsync("003D", flow));
        await app.ReceiveInboundAsync(new { type = "bounce", bounce = "soft", messageId = "open@example.org", flowInstanceId = TestApp.Wire(goesOn) });
        await app.HasTaskAsync(asked, ToDoStatus.Open);
        await app.HasTaskAsync(goesOn, ToDoStatus.Open);
        await app.PostAsync("/sluice/v1/suppressions", new { address = "stopped@example.org" }, await app.HasManageKeyAsync());
        app.Clock.Advance(TimeSpan.FromDays(400));
        var recent = await app.HasEndedInstanceAsync("003C", flow);
        List<Run> staying = [goesOn, asked, recent];
        var (ofOld, ofStaying) = (await RowsAsync(app, old), await RowsAsync(app, [.. staying]));
        Assert.DoesNotContain(ofOld.Concat(ofStaying), rows => rows.Count == 0);
        var kept = await KeptAsync(app);

        var counted = await app.DeleteOldAsync(isDryRun: true);
        Assert.Equal(ofOld, await RowsAsync(app, old));
        var deleted = await app.DeleteOldAsync();

        Assert.Equal(counted, deleted);
        Assert.All(await RowsAsync(app, old), rows => Assert.Equal((rows.Table, 0), rows));
        Assert.Equal(ofStaying, await RowsAsync(app, [.. staying]));
        Assert.Equal(["003C@example.org", "003D@example.org", "open@example.org"], await app.Db.QueryAsync($"select message_id from inbound order by message_id", row => row.GetString(0), CancellationToken.None));
        foreach (var table in (string[])["bulk_jobs", "bulk_items", "crm_requests", "todos where status <> 'OPEN' and flow_instance_id is null"])
        {
            Assert.Equal((table, 0L), (table, await app.CountAsync(table)));
        }

        Assert.Equal(kept, await KeptAsync(app));
        Assert.True(new[] { deleted.FlowInstances, deleted.HistoryEntries, deleted.Mails, deleted.InboundMessages, deleted.Tasks, deleted.BulkAssignments, deleted.CrmRequests }.Min() > 0, $"{deleted}");
        Assert.Equal($"{goesOn.Id}", (string?)(await app.ListAsync("003A", "003B", "003C")).Json["prospectsAssigned"]!.AsArray().Single()!["flowInstanceId"]);
        await EventScenario.SettleAsync(app, app.Tenant);
        Assert.Equal(0, (int)(await app.GetAsync("/sluice/v1/reports/verify", await app.HasManageKeyAsync())).Json["differing"]!);
        Assert.Equal(OldRows.None, await app.DeleteOldAsync());
        Assert.Single((await app.AssignAsync(flow, "003A")).Json["prospectsAssigned"]!.AsArray());
    }

    [Theory, EveryDatabase]
    public async Task The_link_in_an_old_mail_still_stops_the_flow_or_all_mail(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (one, gone) = (await Recipient.OfAsync(app), await app.HasInstanceWithSentMailAsync("003G", await app.HasMailFlowAsync()));
        await app.UnassignAsync(one.Instance.Id, gone.Id);
        app.Clock.Advance(TimeSpan.FromDays(400));
        var goesOn = await app.HasInstanceAsync(one.CrmId, app.Tenant.Flow);
        Assert.Equal(2, (await app.DeleteOldAsync()).FlowInstances);

        Assert.Equal(["Stop this series", "Stop all mail"], (await one.LookAsync()).Buttons());
        Assert.Equal(SeeOther, (await one.PressAsync("flow")).Response.StatusCode);
        Assert.Equal(["Stop all mail"], (await one.LookAsync()).Buttons());
        Assert.Equal(["Prospect opted out"], await one.AssignAgainAsync(one.Flow));
        Assert.True((await app.RunOfAsync(goesOn)).IsOpen);

        (await one.PressAsync(null)).ShouldShow("You are unsubscribed</h1>");
        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(goesOn)).FinishReason);
        Assert.True((await one.StateAsync()).Prospect.OptedOut);

        await app.EraseAsync("003g@example.org");
        Assert.Equal(NotFound, (await app.Client.GetAsync(one.LinkOf(gone))).StatusCode);
    }

    [Theory, EveryDatabase]
    public async Task Who_is_interrupted_has_deleted_whole_instances_and_the_next_one_does_the_rest(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = HookedDb.Wrap });
        var flow = await app.HasMailFlowAsync();
        for (var i = 0; i < 25; i++)
        {
            await app.HasDueInstanceAsync($"p{i}", flow);
        }

        await app.RunAsync();
        await app.UnassignAsync((await app.ListAsync([.. Enumerable.Range(0, 25).Select(i => $"p{i}")])).Json["prospectsAssigned"]!.AsArray().Select(one => long.Parse((string)one!["flowInstanceId"]!)));
        app.Clock.Advance(TimeSpan.FromDays(400));

        var (hooked, deleted) = ((HookedDb)app.Db, 0L);
        for (var last = 1; deleted < 25; last++)
        {
            Assert.InRange(last, 1, 20);
            var transactions = 0;
            hooked.Before = _ => ++transactions > last ? throw new InvalidOperationException("killed") : Task.CompletedTask;
            try
            {
                await app.DeleteOldAsync();
            }
            catch (InvalidOperationException)
            {
                // As if its process had been killed.
            }

            hooked.Before = null;
            deleted = 25 - await app.CountAsync("flow_instances");
            Assert.Equal((deleted, 0L), (await app.CountAsync("past_instances"), await OrphansAsync(app)));
        }

        Assert.Equal(OldRows.None, await app.DeleteOldAsync());
    }

    [Theory, EveryDatabase]
    public async Task An_instance_stays_as_long_as_its_companys_cool_off(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = company.Admission with { MultipleFlowsAllowed = false, CoolOffDays = 390 } });
        await app.UnassignAsync((await app.HasInstanceAsync("ada")).Id);

        app.Clock.Advance(TimeSpan.FromDays(380));
        Assert.Equal(OldRows.None, await app.DeleteOldAsync());
        Assert.Single((await app.AssignAsync(app.Tenant.Flow, "ada")).Json["prospectsNotAssigned"]!.AsArray());

        app.Clock.Advance(TimeSpan.FromDays(11));
        Assert.Equal(1, (await app.DeleteOldAsync()).FlowInstances);
        Assert.Single((await app.AssignAsync(app.Tenant.Flow, "ada")).Json["prospectsAssigned"]!.AsArray());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_server_deletes_by_itself_only_if_it_is_told_to(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { KeepEnded = OldWork.Age });
        await app.UnassignAsync((await app.HasInstanceAsync("ada")).Id);
        app.Clock.Advance(TimeSpan.FromDays(400));

        await app.Services.GetServices<IHostedService>().OfType<RetentionWorker>().Single().RunOnceAsync(CancellationToken.None);

        Assert.Equal(0, await app.CountAsync("flow_instances"));
        Assert.Contains(app.Logs.Lines, line => line.Contains("Deleted 1 flow instances, 0 mails", StringComparison.Ordinal));
        await using var usual = await TestApp.StartAsync(database);
        Assert.Empty(usual.Services.GetServices<IHostedService>().OfType<RetentionWorker>());
    }

    /// <summary>All that is never deleted for its age.</summary>
    private static async Task<List<long>> KeptAsync(TestApp app)
    {
        var counts = new List<long>();
        foreach (var table in (string[])["suppressions", "audit", "event_counts", "events", "prospects", "flows", "users", "crm_objects", "erasures"])
        {
            counts.Add(await app.CountAsync(table));
        }

        return counts;
    }

    /// <summary>Counts the rows of instances in each table.</summary>
    private static async Task<List<(string Table, int Count)>> RowsAsync(TestApp app, params Run[] instances)
    {
        var rows = new List<(string, int)>();
        foreach (var (table, key) in OfInstances)
        {
            foreach (var instance in instances)
            {
                rows.Add((table, (int)await app.CountAsync($"{table} where company_id = {instance.CompanyId} and {key} = {instance.Id}")));
            }
        }

        return rows;
    }

    private static async Task<long> OrphansAsync(TestApp app)
    {
        var orphans = 0L;
        foreach (var (table, key) in OfInstances.Where(one => one.Table is "instance_events" or "step_ledger" or "messages"))
        {
            orphans += await app.CountAsync($"{table} t where not exists (select 1 from flow_instances i where i.company_id = t.company_id and i.id = t.{key})");
        }

        return orphans;
    }
}
