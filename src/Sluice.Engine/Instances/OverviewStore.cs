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

    /// <summary>Counts the open instances of the company by flow, or those of one flow by step too. Index flow_instances_flow; only the steps need the rows.</summary>
    public Task<List<OpenCount>> CountOpenAsync(long companyId, long? flowId, CancellationToken ct) => db.QueryAsync($"""
        select i.flow_id, i.status, {StepOf(flowId)} as step_at, count(*) as instances
        from flow_instances i
        where i.company_id = {companyId} and {FlowIs(flowId)} {flowId ?? 0} and {InstanceStatuses.IsOpen("i")}
        group by 1, 2, 3
        order by 1, 2, 3
        """, row => new OpenCount(row.Integer("flow_id"), (InstanceStatus)row.Int("status"), row.Int("step_at"), row.Integer("instances")), ct);

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

    private static SqlText StepOf(long? flowId) => new(flowId is null ? "0" : "i.step_order");

    /// <summary>Another text for one flow: each has the plan that suits it.</summary>
    private static SqlText FlowIs(long? flowId) => new(flowId is null ? "0 =" : "i.flow_id =");
}

/// <param name="StepOrder">0: the counts are not grouped by step.</param>
internal sealed record OpenCount(long FlowId, InstanceStatus Status, int StepOrder, long Instances);

/// <param name="Oldest">Null: none is due.</param>
internal sealed record DueCount(long Due, DateTimeOffset? Oldest);
