using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Simulation;

/// <summary>What those who act in it have to go by.</summary>
/// <param name="Db">To look at. What they do, they do through a worker's, which may be killed over it.</param>
/// <param name="Worker">The process that serves them.</param>
internal sealed record SimWorld(Db Db, SimTeam Team, Turmoil Turmoil, SimClock Clock, SimMailServer Server, Func<SimWorker> Worker)
{
    public Actor By => new(Team.CompanyId, 1, "simulated", null);

    public T Pick<T>(IReadOnlyList<T> from) => from[Turmoil.Chance.Next(from.Count)];

    public bool OneIn(int many) => Turmoil.Chance.Next(many) == 0;

    public async Task<Run?> AnyOpenAsync()
    {
        var open = await Db.QueryAsync($"select id from flow_instances where company_id = {Team.CompanyId} and status < 3 order by id", row => row.GetInt64(0), default);
        return open.Count == 0 ? null : await new RunStore(Db).FindAsync(Team.CompanyId, Pick(open), default);
    }

    public Task DoAsync(Func<SimWorker, IDbSession, Task> work)
    {
        var worker = Worker();
        return worker.Db.InTransactionAsync(tx => work(worker, tx), default);
    }
}
