using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Simulation;

/// <summary>The parts of the simulation that the acts use.</summary>
/// <param name="Db">For reading only. The acts write through a worker's database, because the worker may be killed during a write.</param>
/// <param name="Worker">Returns the worker that serves the acts.</param>
internal sealed record SimWorld(Db Db, SimTeam Team, FaultInjector Faults, SimClock Clock, SimMailServer Server, SimInbox Inbox, SimReceiver Receiver, Func<SimWorker> Worker)
{
    public Actor By => new(Team.CompanyId, 1, "simulated", null);

    public T Pick<T>(IReadOnlyList<T> from) => from[Faults.Random.Next(from.Count)];

    public bool OneIn(int many) => Faults.Random.Next(many) == 0;

    public async Task<Run?> AnyOpenAsync()
    {
        var open = await Db.QueryAsync($"select id from flow_instances where company_id = {Team.CompanyId} and {InstanceStatuses.IsOpen()} order by id", row => row.GetInt64(0), default);
        return open.Count == 0 ? null : await new RunStore(Db).FindAsync(Team.CompanyId, Pick(open), default);
    }

    public Task DoAsync(Func<SimWorker, IDbSession, Task> work)
    {
        var worker = Worker();
        return worker.Db.InTransactionAsync(tx => work(worker, tx), default);
    }
}
