using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

internal sealed class FlowInstanceStore(IDbSession db)
{
    /// <summary>The open ones of prospects, by CRM id. Index flow_instances_open holds all of the answer.</summary>
    public static readonly LookUp<FlowInstance> OpenOfProspects = new(
        "flow_instances", "crm_prospect_id", ["id", "flow_id", "owner_id", "status", "created_at"], "status < 3");

    /// <summary>The ids of this prospect's open ones, in one flow or in all. Index flow_instances_open.</summary>
    /// <param name="flowId">Null: all.</param>
    public Task<List<long>> FindOpenAsync(long companyId, string crmId, long? flowId, CancellationToken ct) => db.QueryAsync($"""
        select id
        from flow_instances
        where company_id = {companyId} and crm_prospect_id = {crmId} and status < 3 and ({flowId} is null or flow_id = {flowId})
        order by created_at, id
        """, row => row.GetInt64(0), ct);

    /// <summary>These, open or finished, in no order. Primary key.</summary>
    public Task<List<(FlowInstance Instance, string CrmId)>> ListAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.QueryAsync($"""
        select asked.position, f.id, f.flow_id, f.owner_id, f.status, f.created_at, f.crm_prospect_id
        from {SqlTable.Of(ids)} asked
        cross join flow_instances f
        where f.company_id = {companyId} and f.id = asked.value
        """, row => (Read(row), row.GetString(6)), ct);

    /// <summary>Ends those that are open. When they would have been due stays as it was: taking it out would cost another page of another index, and whoever claims what is due asks for the status. Locked in the order of their ids, so that two callers with the same ids never wait for each other.</summary>
    /// <returns>The ids that this call ended. Of two racing calls, only one gets an id.</returns>
    public Task<List<long>> FinishAsync(
        long companyId, IReadOnlyList<long> ids, FlowInstanceStatus status, string reason, DateTimeOffset now, CancellationToken ct) => db.QueryAsync($"""
        with open as (
            select f.id
            from {SqlTable.Of(ids)} asked
            cross join flow_instances f
            where f.company_id = {companyId} and f.id = asked.value and f.status < 3
            order by f.id
            {db.Dialect.ForUpdateOf("f")}
        )
        update flow_instances
        set status = {(int)status},
            finish_reason = {reason},
            finished_at = {now}
        where company_id = {companyId} and id in (select id from open) and status < 3
        returning id
        """, row => row.GetInt64(0), ct);

    /// <returns>How many of these the company has, open or not. Primary key.</returns>
    public async Task<long> CountAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*)
        from {SqlTable.Of(ids)} asked
        cross join flow_instances f
        where f.company_id = {companyId} and f.id = asked.value
        """, row => row.GetInt64(0), ct)).Single();

    /// <summary>One that meets an open instance of the same prospect and flow is left out: the last guard against a race.</summary>
    /// <returns>The ids of those that are in.</returns>
    public Task<List<long>> AddAsync(IReadOnlyList<NewFlowInstance> instances, CancellationToken ct) => db.QueryAsync($"""
        insert into flow_instances (company_id, id, crm_prospect_id, prospect_id, flow_id, owner_id, status, step_order, finish_reason,
                                    next_due_at, created_at, finished_at, terms_id, waits_for, flow_version, paused_at, pause_reason)
        select company_id, id, crm_prospect_id, prospect_id, flow_id, owner_id, status, step_order, finish_reason,
               next_due_at, created_at, finished_at, terms_id, waits_for, flow_version, paused_at, pause_reason
        from {ToTable(instances)} i
        where true
        on conflict (company_id, prospect_id, flow_id) where status < 3 do nothing
        returning id
        """, row => row.GetInt64(0), ct);

    /// <summary>Very many at once, none of which is there yet.</summary>
    public Task ImportAsync(IReadOnlyList<NewFlowInstance> instances, CancellationToken ct) => db.ImportAsync(new SqlText("flow_instances"), ToTable(instances), ct);

    private static SqlTable<NewFlowInstance> ToTable(IReadOnlyList<NewFlowInstance> instances) => SqlTable.Rows(instances)
        .Integer("company_id", instance => instance.CompanyId)
        .Integer("id", instance => instance.Id)
        .Text("crm_prospect_id", instance => instance.CrmProspectId)
        .Integer("prospect_id", instance => instance.ProspectId)
        .Integer("flow_id", instance => instance.FlowId)
        .Integer("owner_id", instance => instance.OwnerId)
        .Integer("status", instance => (int)instance.Status)
        .Integer("step_order", instance => instance.StepOrder)
        .Text("finish_reason", instance => instance.FinishReason)
        .Time("next_due_at", instance => instance.NextDueAt)
        .Time("created_at", instance => instance.CreatedAt)
        .Time("finished_at", instance => instance.FinishedAt)
        .Integer("terms_id", instance => instance.TermsId)
        .Integer("waits_for", instance => (int)instance.WaitsFor)
        .Integer("flow_version", instance => instance.FlowVersion)
        .Time("paused_at", instance => instance.PausedAt)
        .Text("pause_reason", instance => instance.PausedAt is null ? null : PauseReason.Manual);

    private static FlowInstance Read(DbDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5));
}

/// <summary>A flow instance as a whole, to be stored.</summary>
/// <param name="StepOrder">The step it is at, from 1.</param>
/// <param name="NextDueAt">When something happens next; null where nothing will.</param>
/// <param name="TermsId">What the assignment overrides; null: nothing.</param>
internal sealed record NewFlowInstance(
    long CompanyId,
    long Id,
    string CrmProspectId,
    long ProspectId,
    long FlowId,
    long OwnerId,
    FlowInstanceStatus Status,
    int StepOrder,
    DateTimeOffset? NextDueAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt = null,
    string? FinishReason = null,
    long? TermsId = null)
{
    public WaitsFor WaitsFor { get; init; }

    public long FlowVersion { get; init; } = 1;

    /// <summary>By a person; null: it is not paused.</summary>
    public DateTimeOffset? PausedAt { get; init; }
}
