using Sluice.Engine.Storage;

namespace Sluice.Server.Dev.Clock;

internal sealed class ClockStore(IDbSession db)
{
    /// <returns>Null if the clock was never moved.</returns>
    public async Task<ClockState?> FindAsync(CancellationToken ct) => (await db.QueryAsync($"""
        select ahead, frozen_at
        from dev_clock
        where number = 1
        """, row => new ClockState(TimeSpan.FromMilliseconds(row.GetInt64(0)), row.TimeOrNull(1)), ct)).SingleOrDefault();

    public Task SaveAsync(ClockState state, CancellationToken ct) => db.ExecuteAsync($"""
        insert into dev_clock (number, ahead, frozen_at)
        values (1, {(long)state.Ahead.TotalMilliseconds}, {state.FrozenAt})
        on conflict (number) do update set ahead = excluded.ahead, frozen_at = excluded.frozen_at
        """, ct);

    public async Task<bool> AnyCompanyAsync(CancellationToken ct) => (await db.QueryAsync($"select 1 from companies limit 1", row => row.GetInt32(0), ct)).Count > 0;

    /// <summary>
    /// Ends the leases of a stopped server, so that its work is free at once. Leases end by the clock, and a clock that stands still or was set
    /// back would never reach their end. Only for a single server: with two, it would end the leases of the other one.
    /// </summary>
    public async Task GiveBackLeasesAsync(CancellationToken ct)
    {
        await db.ExecuteAsync($"update flow_instances set lease_until = 0 where next_due_at is not null and lease_until > 0", ct);
        await db.ExecuteAsync($"update messages set lease_until = 0 where state = 'sending' and lease_until > 0", ct);
        await db.ExecuteAsync($"update sweeps set lease_until = 0 where lease_until > 0", ct);
        await db.ExecuteAsync($"update bulk_jobs set lease_until = 0 where status in ('PENDING', 'IN_PROGRESS') and lease_until > 0", ct);
        await db.ExecuteAsync($"update crm_requests set lease_until = 0 where status in ('RECEIVING', 'PENDING', 'IN_PROGRESS') and lease_until > 0", ct);
    }
}
