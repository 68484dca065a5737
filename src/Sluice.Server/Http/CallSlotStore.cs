using Sluice.Engine.Storage;

namespace Sluice.Server.Http;

/// <summary>Stores the slots of <see cref="SharedCallLimiter"/>: for each slot of a company, the time at which it becomes free.</summary>
internal sealed class CallSlotStore(Db db)
{
    /// <summary>No node holds a slot for longer than this. A later time was written while a clock was wrong, so that slot counts as free.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <returns>A slot, held from now on; or no slot, and the time at which the next one is free.</returns>
    public Task<TakenCallSlot> TakeAsync(long companyId, int slots, DateTimeOffset now, DateTimeOffset heldUntil, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            while (true)
            {
                if (await TakeOneAsync(tx, companyId, slots, now, heldUntil, ct) is [var slot])
                {
                    return new TakenCallSlot(slot, now);
                }

                var (known, freeAt) = await NextAsync(tx, companyId, slots, ct);
                if (known == slots)
                {
                    return new TakenCallSlot(null, freeAt);
                }

                await AddAsync(tx, companyId, slots, ct);
            }
        },
        ct);

    /// <summary>Skips slots that another node is taking now. Reads by the primary key; a company has at most 64 slots.</summary>
    private static Task<List<int>> TakeOneAsync(IDbSession tx, long companyId, int slots, DateTimeOffset now, DateTimeOffset heldUntil, CancellationToken ct) => tx.QueryAsync($"""
        with next as (
            select s.slot
            from call_slots s
            where s.company_id = {companyId} and s.slot < {slots} and (s.free_at <= {now} or s.free_at > {now + Longest})
            order by s.free_at, s.slot
            limit 1
            {tx.Dialect.ForUpdateSkipLocked("s")}
        )
        update call_slots
        set free_at = {heldUntil}
        where company_id = {companyId} and slot in (select slot from next)
        returning slot
        """, row => row.GetInt32(0), ct);

    private static async Task<(long Known, DateTimeOffset FreeAt)> NextAsync(IDbSession tx, long companyId, int slots, CancellationToken ct) => (await tx.QueryAsync($"""
        select count(*) as known, coalesce(min(free_at), 0) as next_free_at
        from call_slots
        where company_id = {companyId} and slot < {slots}
        """, row => (row.Integer("known"), row.Time("next_free_at")), ct)).Single();

    private static Task<int> AddAsync(IDbSession tx, long companyId, int slots, CancellationToken ct) => tx.ExecuteAsync($"""
        insert into call_slots (company_id, slot, free_at)
        select {companyId}, position, 0
        from {SqlTable.Of(new long[slots])} s
        on conflict (company_id, slot) do nothing
        """, ct);
}

/// <param name="FreeAt">When the next slot is free. Of use only if <c>Slot</c> is null.</param>
internal readonly record struct TakenCallSlot(int? Slot, DateTimeOffset FreeAt);
