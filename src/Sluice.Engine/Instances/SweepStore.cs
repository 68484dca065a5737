using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>What is gone (a flow or a user) or stopped (a flow), and how far the sweep has ended its instances.</summary>
/// <param name="Kind">The finish reason: <see cref="FinishReason.FlowDeleted"/>, <see cref="FinishReason.NoSeat"/>, or <see cref="FinishReason.RemovedManually"/> of a flow that was stopped.</param>
/// <param name="SubjectId">Id of the flow or of the user.</param>
internal sealed record Sweep(long CompanyId, long Id, FinishReason Kind, long SubjectId, long AfterId, long Fence)
{
    public bool Concerns(Run run) => Kind switch
    {
        FinishReason.NoSeat => run.OwnerId == SubjectId,
        FinishReason.RemovedManually => run.FlowId == SubjectId && run.Id < Id, // An id has the time in it: who enters later, when the flow is enabled again, stays.
        _ => run.FlowId == SubjectId,
    };
}

internal sealed class SweepStore(IDbSession db)
{
    /// <summary>Adds a sweep, in the transaction that deletes or stops the flow, or takes the user's seat.</summary>
    public Task AddAsync(IdMaker ids, long companyId, FinishReason kind, long subjectId, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"""
        insert into sweeps (company_id, id, kind, subject_id, after_id, lease_until, fence, created_at)
        values ({companyId}, {ids.Next()}, {kind.Word()}, {subjectId}, 0, 0, 0, {now})
        """, ct);

    public async Task<bool> AnyAsync(CancellationToken ct) =>
        (await db.QueryAsync($"select 1 from sweeps order by company_id, id limit 1", row => row.GetInt32(0), ct)).Count > 0;

    /// <summary>Claims the first sweep that no worker holds. Needs no index: there are few rows, and a finished sweep is deleted.</summary>
    public async Task<Sweep?> LeaseAsync(DateTimeOffset now, TimeSpan lease, CancellationToken ct) => (await db.QueryAsync($"""
        with next as (
            select s.company_id, s.id
            from sweeps s
            where s.lease_until <= {now}
            order by s.company_id, s.id
            limit 1
            {db.Dialect.ForUpdateSkipLocked("s")}
        )
        update sweeps
        set lease_until = {now + lease},
            fence = fence + 1
        where (company_id, id) in (select company_id, id from next)
        returning company_id, id, kind, subject_id, after_id, fence
        """, row => new Sweep(row.Integer("company_id"), row.Integer("id"), FinishReasons.Parse(row.Text("kind")), row.Integer("subject_id"), row.Integer("after_id"), row.Integer("fence")), ct)).SingleOrDefault();

    /// <summary>Ends all leases.</summary>
    public Task ReleaseLeasesAsync(CancellationToken ct) => db.ExecuteAsync($"""
        update sweeps
        set lease_until = 0
        where lease_until > 0
        """, ct);

    /// <param name="afterId">The last instance that was read; null: the sweep is finished.</param>
    /// <returns>False: another worker holds the sweep now.</returns>
    public async Task<bool> ProgressAsync(Sweep sweep, long? afterId, CancellationToken ct) => afterId is null
        ? await db.ExecuteAsync($"delete from sweeps where company_id = {sweep.CompanyId} and id = {sweep.Id} and fence = {sweep.Fence}", ct) == 1
        : await db.ExecuteAsync($"""
            update sweeps
            set after_id = {afterId},
                lease_until = 0
            where company_id = {sweep.CompanyId} and id = {sweep.Id} and fence = {sweep.Fence}
            """, ct) == 1;
}
