using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Instances;
using Sluice.Engine.Scheduling;

namespace Sluice.Tests.Engine.Scheduling;

public sealed class DueRunsTests
{
    /// <summary>On PostgreSQL the lease keeps it back, and nothing would ever take it off the list of the process.</summary>
    [Theory, EveryDatabase]
    public async Task An_instance_that_fails_is_kept_back_by_the_process_only_where_no_lease_does_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var step = await app.HasStepAsync(app.Tenant.Flow, 1);
        var instance = await app.HasInstanceAsync("ada", change: instance => instance with { NextDueAt = app.Clock.GetUtcNow() });
        await new LedgerStore(app.Db).AddAsync([new LedgerEntry(app.Tenant.Id, instance.Id, step.Id, 1, 1, app.Clock.GetUtcNow())], CancellationToken.None);

        await app.Engine.RunDueAsync(CancellationToken.None);

        Assert.Contains(app.Logs.Lines, line => line.Contains($"Flow instance {instance.Id} could not go on", StringComparison.Ordinal));
        Assert.Equal(database == Database.Sqlite ? 1 : 0, app.Services.GetRequiredService<ProcessDueInstances>().AsideCount);
    }
}
