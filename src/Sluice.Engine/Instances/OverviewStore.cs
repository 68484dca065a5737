using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>Reads of instances what people look at: all of one person, and how many are where in their flows. Each query reads a bounded number of rows.</summary>
internal sealed class OverviewStore(Db db)
{
    /// <summary>How many of the newest instances of a company <see cref="CountAsync"/> reads: a few milliseconds' worth.</summary>
    public const int MaxCounted = 10_000;

    /// <summary>Lists the newest instances of these prospects, open or ended. Uses index flow_instances_prospect.</summary>
    public Task<List<long>> ListByProspectAsync(long companyId, IReadOnlyList<long> prospectIds, int limit, CancellationToken ct) => db.QueryAsync($"""
        select i.id
        from {SqlTable.Of(prospectIds)} asked
        cross join flow_instances i
        where i.company_id = {companyId} and i.prospect_id = asked.value
        order by i.id desc
        limit {limit}
        """, row => row.GetInt64(0), ct);

    /// <summary>Counts the company's newest instances by where they are. Reads the primary key from its end.</summary>
    public Task<List<InstanceCount>> CountAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select n.flow_id, n.status, n.step_order, n.finish_reason, n.replied, count(*) as instances
        from (
            select i.flow_id, i.status, i.step_order, i.finish_reason, i.replied_at is not null as replied
            from flow_instances i
            where i.company_id = {companyId}
            order by i.id desc
            limit {MaxCounted}) n
        group by n.flow_id, n.status, n.step_order, n.finish_reason, n.replied
        """, row => new InstanceCount(
            row.Integer("flow_id"),
            (InstanceStatus)row.Int("status"),
            row.Int("step_order"),
            row.TextOrNull("finish_reason") is { } reason ? FinishReasons.Parse(reason) : null,
            row.Flag("replied"),
            row.Integer("instances")), ct);

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

/// <param name="StepOrder">The step at which they are or ended.</param>
/// <param name="Replied">Whether the prospect has answered, whatever happened then.</param>
internal sealed record InstanceCount(long FlowId, InstanceStatus Status, int StepOrder, FinishReason? Reason, bool Replied, long Instances)
{
    public bool IsOpen => Status < InstanceStatus.FinishedNoReply;
}

/// <param name="Oldest">Null: none is due.</param>
internal sealed record DueCount(long Due, DateTimeOffset? Oldest);
