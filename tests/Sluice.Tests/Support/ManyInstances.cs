using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;

namespace Sluice.Tests.Support;

internal static class ManyInstances
{
    /// <summary>Adds <paramref name="count"/> prospects, p0, p1, …, in one transaction.</summary>
    public static async Task<List<Prospect>> HasProspectsAsync(this TestApp app, int count, string prefix = "p", Tenant? of = null)
    {
        var prospects = Enumerable.Range(0, count).Select(i => Prospect.FromCrmId((of ?? app.Tenant).Id, app.NextId(), $"{prefix}{i}", app.Clock.GetUtcNow())).ToList();
        await new ProspectStore(app.Db).AddAsync(prospects, CancellationToken.None);
        return prospects;
    }

    /// <summary>Adds <paramref name="count"/> running instances, each with a prospect of its own.</summary>
    /// <returns>Their ids.</returns>
    public static async Task<List<long>> HasInstancesAsync(this TestApp app, int count, string prefix = "p", Flow? flow = null, Tenant? of = null)
    {
        var tenant = of ?? app.Tenant;
        var instances = (await app.HasProspectsAsync(count, prefix, of)).ConvertAll(prospect => Run.New(
            tenant.Id, app.NextId(), prospect.CrmId, prospect.Id, (flow ?? tenant.Flow).Id, tenant.User.Id, InstanceStatus.Running, 1, null, app.Clock.GetUtcNow()));
        await app.Db.InTransactionAsync(tx => new FlowInstanceStore(tx).AddAsync(instances, CancellationToken.None), CancellationToken.None);
        return instances.ConvertAll(instance => instance.Id);
    }
}
