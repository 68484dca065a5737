using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Instances;
using Sluice.Engine.Scheduling;

namespace Sluice.Tests.Engine.Scheduling;

public sealed class DueRunsTests
{
    [Theory, EveryDatabase]
    public async Task An_instance_that_fails_is_kept_back_for_half_a_minute(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var step = await app.HasStepAsync(app.Tenant.Flow, 1);
        var instance = await app.HasInstanceAsync("ada", change: instance => instance with { NextDueAt = app.Clock.GetUtcNow() });
        await new LedgerStore(app.Db).AddAsync([new LedgerEntry(app.Tenant.Id, instance.Id, step.Id, 1, 1, app.Clock.GetUtcNow())], CancellationToken.None);

        await app.Engine.RunDueAsync(CancellationToken.None);

        Assert.Contains(app.Logs.Lines, line => line.Contains($"Flow instance {instance.Id} could not go on", StringComparison.Ordinal));
        var runs = app.Services.GetRequiredService<ProcessDueInstances>();
        Assert.Equal(1, runs.AsideCount);
        app.Clock.Advance(ProcessDueInstances.TryAgain);
        await app.Db.ExecuteAsync($"delete from step_ledger", CancellationToken.None);
        Assert.Equal(InstanceEvent.StepBegun, Assert.Single(await app.Engine.RunDueAsync(CancellationToken.None)).Kind);
        Assert.Equal(0, runs.AsideCount);
    }
    [Theory, EveryDatabase]
    public async Task One_that_fails_holds_up_no_other_of_its_company_and_of_the_next(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        List<Run> runs = [];
        foreach (var tenant in (Tenant[])[app.Tenant, await app.HasTenantAsync("Other")])
        {
            var step = await app.HasStepAsync(tenant.Flow, 1);
            foreach (var crmId in (string[])["fails", "goes on"])
            {
                runs.Add(await app.HasInstanceAsync(crmId, of: tenant, change: one => one with { NextDueAt = app.Clock.GetUtcNow() }));
            }

            await new LedgerStore(app.Db).AddAsync([new LedgerEntry(tenant.Id, runs[^2].Id, step.Id, 1, 1, app.Clock.GetUtcNow())], CancellationToken.None);
        }

        var events = await app.Engine.RunDueAsync(CancellationToken.None);

        Assert.Equal([runs[1].Id, runs[3].Id], events.Select(one => one.FlowInstanceId));
        Assert.Equal(2, app.Logs.Lines.Count(line => line.Contains("could not go on", StringComparison.Ordinal)));
    }
}
