using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>Gives out ids by the range. What is given out is written down before anybody makes an id of it, and is never given out again.</summary>
internal sealed class NodeStore(Db db)
{
    /// <summary>For a verb it is more than enough; a server makes its range longer before it ends.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    /// <summary>Of the number that has been left alone the longest. Two that come at once take two; where all are in use, later times of one.</summary>
    public async Task<IdRange> TakeAsync(DateTimeOffset now, CancellationToken ct)
    {
        while (true)
        {
            if (await db.InTransactionAsync(tx => TryTakeAsync(tx, now, ct), ct) is [var taken])
            {
                return taken;
            }
        }
    }

    /// <returns>False where somebody else has been given ids of this number since.</returns>
    public async Task<bool> ExtendAsync(IdRange range, DateTimeOffset until, CancellationToken ct) => await db.ExecuteAsync($"""
        update nodes
        set ids_until = {until}
        where number = {range.Node} and ids_until = {range.Until}
        """, ct) == 1;

    /// <returns>None where another was quicker.</returns>
    private static Task<List<IdRange>> TryTakeAsync(IDbSession tx, DateTimeOffset now, CancellationToken ct) => tx.QueryAsync($"""
        with next as (
            select n.number
            from nodes n
            where n.ids_until <= {now} or not exists (select 1 from nodes f where f.ids_until <= {now})
            order by n.ids_until, n.number
            limit 1
            {tx.Dialect.ForUpdateOfFree("n")}
        )
        update nodes
        set ids_until = case when ids_until > {now} then ids_until else {now} end + {(long)Length.TotalMilliseconds}
        where number in (select number from next)
        returning number, ids_until
        """, row => new IdRange(row.GetInt32(0), row.Time(1) - Length, row.Time(1)), ct);
}
