using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>Reads of instances what people look at: all of one person, and how many are where in their flows.</summary>
internal sealed class OverviewStore(Db db)
{
    /// <summary>Lists the newest instances of these prospects, open or ended. Uses index flow_instances_prospect.</summary>
    public Task<List<long>> ListByProspectAsync(long companyId, IReadOnlyList<long> prospectIds, int limit, CancellationToken ct) => db.QueryAsync($"""
        select i.id
        from {SqlTable.Of(prospectIds)} asked
        cross join flow_instances i
        where i.company_id = {companyId} and i.prospect_id = asked.value
        order by i.id desc
        limit {limit}
        """, row => row.GetInt64(0), ct);

    /// <summary>Says how many instances of these flows are open, by step and status. Adds up kept counts; uses the primary key.</summary>
    public Task<List<OpenCount>> CountOpenAsync(long companyId, IReadOnlyList<long> flowIds, CancellationToken ct) => db.QueryAsync($"""
        select c.flow_id, c.status, c.step_order, cast(sum(c.instances) as bigint) as instances
        from {SqlTable.Of(flowIds)} asked
        cross join open_counts c
        where c.company_id = {companyId} and c.flow_id = asked.value
        group by c.flow_id, c.step_order, c.status
        having sum(c.instances) <> 0
        order by c.flow_id, c.step_order, c.status
        """, row => new OpenCount(row.Integer("flow_id"), (InstanceStatus)row.Int("status"), row.Int("step_order"), row.Integer("instances")), ct);

    /// <summary>Counts all open instances of the company, in one statement with the kept counts, and lists where they differ. Reads all instances of the company.</summary>
    public Task<List<OpenDifference>> CompareOpenAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select c.flow_id, c.step_order, c.status, cast(sum(c.kept) as bigint) as kept, cast(sum(c.counted) as bigint) as counted
        from (
            select k.flow_id, k.step_order, k.status, k.instances as kept, 0 as counted
            from open_counts k
            where k.company_id = {companyId}
            union all
            select i.flow_id, i.step_order, i.status, 0, 1
            from flow_instances i
            where i.company_id = {companyId} and {InstanceStatuses.IsOpen("i")}
        ) c
        group by c.flow_id, c.step_order, c.status
        having sum(c.kept) <> sum(c.counted)
        order by c.flow_id, c.step_order, c.status
        """, row => new OpenDifference(row.Integer("flow_id"), row.Int("step_order"), (InstanceStatus)row.Int("status"), row.Integer("kept"), row.Integer("counted")), ct);

    /// <summary>Counts due instances of all companies, up to a limit, and says since when the oldest is due. Uses index flow_instances_due.</summary>
    public async Task<DueCount> CountDueAsync(DateTimeOffset now, int limit, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*) as due, min(n.next_due_at) as oldest
        from (
            select d.next_due_at
            from flow_instances d
            where d.next_due_at is not null and d.next_due_at <= {now}
            order by d.next_due_at
            limit {limit}) n
        """, row => new DueCount(row.Integer("due"), row.TimeOrNull("oldest")), ct)).Single();
}

/// <param name="StepOrder">The current step, from 1.</param>
internal sealed record OpenCount(long FlowId, InstanceStatus Status, int StepOrder, long Instances);

/// <param name="Kept">What pages show.</param>
/// <param name="Counted">How many instances there are.</param>
internal sealed record OpenDifference(long FlowId, int StepOrder, InstanceStatus Status, long Kept, long Counted);

/// <param name="Oldest">Null: none is due.</param>
internal sealed record DueCount(long Due, DateTimeOffset? Oldest);
