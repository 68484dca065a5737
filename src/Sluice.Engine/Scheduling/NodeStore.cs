using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>Leases ranges of ids to nodes. A range is stored before any node makes an id from it, and is never leased again.</summary>
internal sealed class NodeStore(Db db)
{
    /// <summary>The length of a lease. More than enough for a command of the CLI; a server extends its lease before it ends.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Leases a range of the node number that has been unused for the longest time. Two nodes that ask at once get different numbers. When all
    /// numbers are in use, a node gets a later time range of one of them.
    /// </summary>
    public async Task<IdRange> LeaseAsync(DateTimeOffset now, CancellationToken ct)
    {
        while (true)
        {
            if (await db.InTransactionAsync(tx => TryTakeAsync(tx, now, ct), ct) is [var taken])
            {
                return taken;
            }
        }
    }

    /// <returns>False when another node has leased this number in the meantime.</returns>
    public async Task<bool> ExtendAsync(IdRange range, DateTimeOffset until, CancellationToken ct) => await db.ExecuteAsync($"""
        update nodes
        set ids_until = {until}
        where number = {range.Node} and ids_until = {range.Until}
        """, ct) == 1;

    /// <summary>Deletes the node numbers that a migration made. The rows of a copied database replace them: they say which ids it has made.</summary>
    public static Task ClearAsync(IDbSession tx, CancellationToken ct) => tx.ExecuteAsync($"delete from nodes", ct);

    /// <returns>Empty when another node was quicker.</returns>
    private static Task<List<IdRange>> TryTakeAsync(IDbSession tx, DateTimeOffset now, CancellationToken ct) => tx.QueryAsync($"""
        with next as (
            select n.number
            from nodes n
            where n.ids_until <= {now} or not exists (select 1 from nodes f where f.ids_until <= {now})
            order by n.ids_until, n.number
            limit 1
            {tx.Dialect.ForUpdateSkipLocked("n")}
        )
        update nodes
        set ids_until = case when ids_until > {now} then ids_until else {now} end + {(long)Length.TotalMilliseconds}
        where number in (select number from next)
        returning number, ids_until
        """, row => new IdRange(row.Int("number"), row.Time("ids_until") - Length, row.Time("ids_until")), ct);
}
