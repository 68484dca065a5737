using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

internal sealed class FlowInstanceStore(IDbSession db)
{
    /// <summary>Looks up the open instances of prospects by CRM id. Index flow_instances_open contains every column that it reads.</summary>
    public static readonly LookUp<FlowInstance> OpenOfProspects = new(
        "flow_instances", "crm_prospect_id", ["id", "created_at", "flow_id", "owner_id", "status"], InstanceStatuses.IsOpen().Value, sharedColumns: 3);

    /// <summary>Finds the ids of this prospect's open instances, oldest first. Uses index flow_instances_open.</summary>
    /// <param name="flowId">Null: in all flows.</param>
    public Task<List<long>> FindOpenAsync(long companyId, string crmId, long? flowId, CancellationToken ct) => db.QueryAsync($"""
        select id
        from flow_instances
        where company_id = {companyId} and crm_prospect_id = {crmId} and {InstanceStatuses.IsOpen()} and ({flowId} is null or flow_id = {flowId})
        order by created_at, id
        """, row => row.GetInt64(0), ct);

    /// <summary>Lists the instances with these ids, open or finished, in no particular order. Uses the primary key.</summary>
    public Task<List<(FlowInstance Instance, string CrmId)>> ListAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.QueryAsync($"""
        select asked.position, f.id, f.created_at, f.flow_id, f.owner_id, f.status, f.crm_prospect_id
        from {SqlTable.Of(ids)} asked
        cross join flow_instances f
        where f.company_id = {companyId} and f.id = asked.value
        """, row => (Read(row), row.Text("crm_prospect_id")), ct);

    /// <summary>
    /// Finishes those instances that are open. It keeps <c>next_due_at</c>: clearing it would write a page of one more index, and the worker
    /// that claims due instances checks the status anyway. Locks in id order, so that two callers with the same ids cannot deadlock.
    /// </summary>
    /// <returns>The instances that this call finished, as they were. If two calls race for one, only one of them returns it.</returns>
    public async Task<List<OpenInstance>> FinishAsync(
        long companyId, IReadOnlyList<long> ids, InstanceStatus status, FinishReason reason, DateTimeOffset now, CancellationToken ct)
    {
        var open = await LockOpenAsync(companyId, ids, ct);
        await (open.Count == 0 ? Task.CompletedTask : db.ExecuteAsync($"""
            update flow_instances
            set status = {(int)status},
                finish_reason = {reason.Word()},
                finished_at = {now},
                event_count = event_count + 1
            where company_id = {companyId} and id {SqlTable.In(open.ConvertAll(one => one.Id))} and {InstanceStatuses.IsOpen()}
            """, ct));
        return open;
    }

    private Task<List<OpenInstance>> LockOpenAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.QueryAsync($"""
        select f.id, f.flow_id, f.prospect_id, f.owner_id, f.status, f.step_order, f.event_count
        from {SqlTable.Of(ids)} asked
        cross join flow_instances f
        where f.company_id = {companyId} and f.id = asked.value and {InstanceStatuses.IsOpen("f")}
        order by f.id
        {db.Dialect.ForUpdateOf("f")}
        """, row => new OpenInstance(
            row.Integer("id"), row.Integer("flow_id"), row.Integer("prospect_id"), row.Integer("owner_id"), (InstanceStatus)row.Int("status"), row.Int("step_order"), row.Integer("event_count")), ct);

    /// <returns>How many of these instances the company has, open or finished. Uses the primary key.</returns>
    public async Task<long> CountAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*)
        from {SqlTable.Of(ids)} asked
        cross join flow_instances f
        where f.company_id = {companyId} and f.id = asked.value
        """, row => row.GetInt64(0), ct)).Single();

    /// <summary>Adds instances. Skips one if its prospect has an open instance in the same flow already: this is the last guard against a race.</summary>
    /// <returns>The ids of the instances that were added.</returns>
    public Task<List<long>> AddAsync(IReadOnlyList<Run> instances, CancellationToken ct) => db.QueryAsync($"""
        insert into flow_instances (company_id, id, crm_prospect_id, prospect_id, flow_id, owner_id, status, step_order, finish_reason,
                                    next_due_at, created_at, finished_at, terms_id, waits_for, flow_version, paused_at, pause_reason, event_count)
        select company_id, id, crm_prospect_id, prospect_id, flow_id, owner_id, status, step_order, finish_reason,
               next_due_at, created_at, finished_at, terms_id, waits_for, flow_version, paused_at, pause_reason, event_count
        from {ToTable(instances)} i
        where true
        on conflict (company_id, prospect_id, flow_id) where {InstanceStatuses.IsOpen()} do nothing
        returning id
        """, row => row.GetInt64(0), ct);

    /// <summary>Adds a large number of instances at once. None of them may exist yet.</summary>
    public Task ImportAsync(IReadOnlyList<Run> instances, CancellationToken ct) => db.ImportAsync(new SqlText("flow_instances"), ToTable(instances), ct);

    private static SqlTable<Run> ToTable(IReadOnlyList<Run> instances) => SqlTable.Rows(instances)
        .Integer("company_id", instance => instance.CompanyId)
        .Integer("id", instance => instance.Id)
        .Text("crm_prospect_id", instance => instance.CrmProspectId)
        .Integer("prospect_id", instance => instance.ProspectId)
        .Integer("flow_id", instance => instance.FlowId)
        .Integer("owner_id", instance => instance.OwnerId)
        .Integer("status", instance => (int)instance.Status)
        .Integer("step_order", instance => instance.StepOrder)
        .Text("finish_reason", instance => instance.FinishReason?.Word())
        .Time("next_due_at", instance => instance.NextDueAt)
        .Time("created_at", instance => instance.CreatedAt)
        .Time("finished_at", instance => instance.FinishedAt)
        .Integer("terms_id", instance => instance.OverridesId)
        .Integer("waits_for", instance => (int)instance.WaitsFor)
        .Integer("flow_version", instance => instance.FlowVersion)
        .Time("paused_at", instance => instance.PausedAt)
        .Text("pause_reason", instance => instance.PauseReason?.Word())
        .Integer("event_count", instance => instance.EventCount);

    private static FlowInstance Read(DbDataReader row) =>
        new(row.Integer("position"), row.Integer("id"), row.Integer("created_at"), row.Integer("flow_id"), row.Integer("owner_id"), row.Integer("status"));
}
