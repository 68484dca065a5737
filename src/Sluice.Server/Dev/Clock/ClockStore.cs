using Sluice.Engine.Storage;

namespace Sluice.Server.Dev.Clock;

internal sealed class ClockStore(IDbSession db)
{
    /// <returns>Null if the clock was never moved.</returns>
    public async Task<ClockState?> FindAsync(CancellationToken ct) => (await db.QueryAsync($"""
        select ahead, frozen_at
        from dev_clock
        where number = 1
        """, row => new ClockState(TimeSpan.FromMilliseconds(row.Integer("ahead")), row.TimeOrNull("frozen_at")), ct)).SingleOrDefault();

    public Task SaveAsync(ClockState state, CancellationToken ct) => db.ExecuteAsync($"""
        insert into dev_clock (number, ahead, frozen_at)
        values (1, {(long)state.Offset.TotalMilliseconds}, {state.FrozenAt})
        on conflict (number) do update set ahead = excluded.ahead, frozen_at = excluded.frozen_at
        """, ct);
}
