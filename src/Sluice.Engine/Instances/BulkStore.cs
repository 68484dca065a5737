using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

internal sealed class BulkStore(IDbSession db)
{
    public async Task AddAsync(BulkJob job, IReadOnlyList<BulkProspect> prospects, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            insert into bulk_jobs (company_id, id, flow_id, owner_id, api_key_id, request_id, status, lease_until, fence, created_at)
            values ({job.CompanyId}, {job.Id}, {job.FlowId}, {job.OwnerId}, {job.ApiKeyId}, {job.RequestId}, {job.Status.ToText()}, 0, 0, {job.CreatedAt})
            """, ct);
        await db.ExecuteAsync($"""
            insert into bulk_items (company_id, job_id, position, prospect)
            select {job.CompanyId}, {job.Id}, position, value
            from {SqlTable.Of([.. prospects.Select(one => JsonSerializer.Serialize(one, BulkProspectJson.Default.BulkProspect))])} p
            """, ct);
    }

    public async Task<BulkJob?> FindAsync(long companyId, string id, CancellationToken ct) => (await db.QueryAsync($"""
        select company_id, id, flow_id, owner_id, api_key_id, request_id, status, created_at
        from bulk_jobs
        where company_id = {companyId} and id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Lists the job's rows in request order; a request has at most 50.</summary>
    public Task<List<BulkItem>> ListItemsAsync(BulkJob job, CancellationToken ct) => db.QueryAsync($"""
        select position, prospect, status, crm_id, flow_instance_id, error_code, error_message
        from bulk_items
        where company_id = {job.CompanyId} and job_id = {job.Id}
        order by position
        """, ReadItem, ct);

    /// <summary>Leases the job that has waited longest. If the holder dies, the job becomes free when the lease ends. Uses index bulk_jobs_open.</summary>
    public async Task<LeasedBulkJob?> LeaseAsync(DateTimeOffset now, TimeSpan lease, CancellationToken ct) => (await db.QueryAsync($"""
        with next as (
            select j.company_id, j.id
            from bulk_jobs j
            where j.status in ('PENDING', 'IN_PROGRESS') and j.lease_until <= {now}
            order by j.lease_until, j.created_at
            limit 1
            {db.Dialect.ForUpdateSkipLocked("j")}
        )
        update bulk_jobs
        set status = 'IN_PROGRESS',
            lease_until = {now + lease},
            fence = fence + 1
        where (company_id, id) in (select company_id, id from next)
        returning company_id, id, flow_id, owner_id, api_key_id, request_id, status, created_at, fence
        """, row => new LeasedBulkJob(Read(row), row.Integer("fence")), ct)).SingleOrDefault();

    /// <summary>Ends all leases. Uses index bulk_jobs_open.</summary>
    public Task ReleaseLeasesAsync(CancellationToken ct) => db.ExecuteAsync($"""
        update bulk_jobs
        set lease_until = 0
        where status in ('PENDING', 'IN_PROGRESS') and lease_until > 0
        """, ct);

    /// <summary>Checks that the holder still has the job, and locks the job row until the transaction ends.</summary>
    public async Task<bool> HoldsAsync(LeasedBulkJob held, CancellationToken ct) => (await db.QueryAsync($"""
        select j.fence
        from bulk_jobs j
        where j.company_id = {held.Job.CompanyId} and j.id = {held.Job.Id} and j.fence = {held.Fence} and j.status = 'IN_PROGRESS'
        {db.Dialect.ForUpdateOf("j")}
        """, row => row.GetInt64(0), ct)).Count > 0;

    /// <summary>Uses index bulk_jobs_open.</summary>
    public async Task<long> CountOpenAsync(CancellationToken ct) =>
        (await db.QueryAsync($"select count(*) from bulk_jobs where status in ('PENDING', 'IN_PROGRESS')", row => row.GetInt64(0), ct)).Single();

    public Task SetResultAsync(BulkJob job, int position, BulkResult result, CancellationToken ct) => db.ExecuteAsync($"""
        update bulk_items
        set status = {result.Status},
            crm_id = {result.CrmId},
            flow_instance_id = {result.FlowInstanceId},
            error_code = {result.ErrorCode},
            error_message = {result.ErrorMessage}
        where company_id = {job.CompanyId} and job_id = {job.Id} and position = {position} and status is null
        """, ct);

    /// <returns>False if the holder no longer has the job.</returns>
    public async Task<bool> EndAsync(LeasedBulkJob held, BulkJobStatus status, CancellationToken ct) => await db.ExecuteAsync($"""
        update bulk_jobs
        set status = {status.ToText()}
        where company_id = {held.Job.CompanyId} and id = {held.Job.Id} and fence = {held.Fence} and status = 'IN_PROGRESS'
        """, ct) == 1;

    private static BulkJob Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Text("id"),
        row.Integer("flow_id"),
        row.Integer("owner_id"),
        row.Integer("api_key_id"),
        row.Text("request_id"),
        BulkJobStatuses.Parse(row.Text("status")),
        row.Time("created_at"));

    private static BulkItem ReadItem(DbDataReader row) => new(
        row.Int("position"),
        JsonSerializer.Deserialize(row.Text("prospect"), BulkProspectJson.Default.BulkProspect)!,
        row.TextOrNull("status") is { } status
            ? new BulkResult(status, row.TextOrNull("crm_id"), row.IntegerOrNull("flow_instance_id"), row.TextOrNull("error_code"), row.TextOrNull("error_message"))
            : null);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BulkProspect))]
internal sealed partial class BulkProspectJson : JsonSerializerContext;
