using System.Text.Json;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>Erases the flow instances of people, and what bulk assignments keep of them. Their history keeps what happened and when, without words.</summary>
internal sealed class InstanceErasureStore(IDbSession db)
{
    /// <summary>Lists all instances of these prospects, ended ones too, and locks them in id order. Uses index flow_instances_prospect.</summary>
    public Task<List<(long Id, long? OverridesId)>> LockAsync(long companyId, IReadOnlyList<long> prospectIds, CancellationToken ct) => db.QueryAsync($"""
        select i.id, i.terms_id
        from {SqlTable.Of(prospectIds)} asked
        cross join flow_instances i
        where i.company_id = {companyId} and i.prospect_id = asked.value
        order by i.id
        {db.Dialect.ForUpdateOf("i")}
        """, row => (row.GetInt64(0), row.IntegerOrNull(1)), ct);

    /// <summary>Lists up to 1000 instances of these prospects, ended ones too, newest first. Uses index flow_instances_prospect.</summary>
    public Task<List<long>> ListAsync(long companyId, IReadOnlyList<long> prospectIds, CancellationToken ct) => db.QueryAsync($"""
        select i.id
        from {SqlTable.Of(prospectIds)} asked
        cross join flow_instances i
        where i.company_id = {companyId} and i.prospect_id = asked.value
        order by i.id desc
        limit 1000
        """, row => row.GetInt64(0), ct);

    public async Task EraseAsync(long companyId, IReadOnlyList<long> ids, IReadOnlyList<long> overridesIds, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            update instance_events
            set detail = null
            where company_id = {companyId} and flow_instance_id {SqlTable.In(ids)} and detail is not null
            """, ct);
        await db.ExecuteAsync($"""
            delete from step_ledger
            where company_id = {companyId} and flow_instance_id {SqlTable.In(ids)}
            """, ct);
        await db.ExecuteAsync($"""
            delete from flow_instances
            where company_id = {companyId} and id {SqlTable.In(ids)}
            """, ct);

        // The overrides of one call are shared by its prospects: those of others stay. Uses index flow_instances_terms.
        await db.ExecuteAsync($"""
            delete from assignment_terms
            where company_id = {companyId} and id {SqlTable.In(overridesIds)}
              and not exists (
                  select 1
                  from flow_instances i
                  where i.company_id = {companyId} and i.terms_id = assignment_terms.id)
            """, ct);
    }

    /// <summary>Lists what the history of these instances says in words. Uses the primary key.</summary>
    public Task<List<(long InstanceId, long Id, string Detail)>> ListDetailsAsync(long companyId, IReadOnlyList<long> instanceIds, CancellationToken ct) => db.QueryAsync($"""
        select e.flow_instance_id, e.id, e.detail
        from {SqlTable.Of(instanceIds)} asked
        cross join instance_events e
        where e.company_id = {companyId} and e.flow_instance_id = asked.value and e.detail is not null
        """, row => (row.GetInt64(0), row.GetInt64(1), row.GetString(2)), ct);

    public Task SetDetailAsync(long companyId, long instanceId, long id, string detail, CancellationToken ct) => db.ExecuteAsync($"""
        update instance_events
        set detail = {detail}
        where company_id = {companyId} and flow_instance_id = {instanceId} and id = {id}
        """, ct);

    /// <summary>Finds the rows of bulk assignments that led to these prospects or instances. Reads the company's rows.</summary>
    public Task<List<(string JobId, int Position)>> FindBulkRowsAsync(long companyId, IReadOnlyList<string> crmIds, IReadOnlyList<long> instanceIds, CancellationToken ct) => db.QueryAsync($"""
        select job_id, position
        from bulk_items
        where company_id = {companyId}
          and (crm_id {SqlTable.In(crmIds)} or flow_instance_id {SqlTable.In(instanceIds)})
        order by job_id, position
        """, row => (row.Text("job_id"), row.Int("position")), ct);

    /// <summary>Lists a piece of the company's rows, those of open jobs too, in the order of the primary key.</summary>
    /// <param name="onlyWaiting">Whether to list only rows that no worker has done yet.</param>
    public Task<List<(string JobId, int Position, BulkProspect Prospect, string? Message)>> ListBulkRowsAsync(
        long companyId, (string JobId, int Position) after, bool onlyWaiting, int limit, CancellationToken ct) => db.QueryAsync($"""
        select job_id, position, prospect, error_message
        from bulk_items
        where company_id = {companyId} and (job_id, position) > ({after.JobId}, {(long)after.Position}) and (status is null or not {onlyWaiting})
        order by job_id, position
        limit {limit}
        """, row => (row.Text("job_id"), row.Int("position"), JsonSerializer.Deserialize(row.Text("prospect"), BulkProspectJson.Default.BulkProspect)!, row.TextOrNull("error_message")), ct);

    /// <summary>Empties rows. Those that still wait are marked as failed, so that no worker does them. Uses the primary key.</summary>
    public Task<int> EraseBulkRowsAsync(long companyId, IReadOnlyList<(string JobId, int Position)> rows, CancellationToken ct) => db.ExecuteAsync($"""
        update bulk_items
        set prospect = {EmptyProspect},
            error_code = case when status is null then 'InvalidState' else error_code end,
            error_message = case when status is null then 'The data of this prospect was erased' end,
            status = coalesce(status, {BulkResult.AssignmentFailed}),
            crm_id = null,
            flow_instance_id = null
        where company_id = {companyId}
          and (job_id, position) in (select job, place from {SqlTable.Rows(rows).Text("job", row => row.JobId).Integer("place", row => row.Position)} asked)
        """, ct);

    private const string EmptyProspect = "{}";
}
