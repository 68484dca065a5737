using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

internal sealed class CrmRequestStore(IDbSession db)
{
    private static readonly SqlText Columns = new(
        "company_id, integration_id, client_request_id, id, object_type, status, errors, error_count, success_count, lines_done, fault, fault_count");

    /// <returns>False if the client has used this clientRequestId before.</returns>
    public async Task<bool> AddAsync(CrmRequest request, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken ct) => await db.ExecuteAsync($"""
        insert into crm_requests (company_id, integration_id, client_request_id, id, object_type, status, errors, error_count, success_count,
                                  lines_done, lease_until, fence, created_at)
        values ({request.CompanyId}, {request.IntegrationId}, {request.ClientRequestId}, {request.Id}, {request.ObjectType}, {request.Status}, '[]', 0,
                {request.SuccessCount}, 0, {leaseUntil}, 0, {now})
        on conflict (company_id, integration_id, client_request_id) do nothing
        """, ct) == 1;

    public async Task<CrmRequest?> FindAsync(long companyId, long integrationId, string clientRequestId, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from crm_requests
        where company_id = {companyId} and integration_id = {integrationId} and client_request_id = {clientRequestId}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Stores received lines and extends the lease, which shows that the client is still sending.</summary>
    /// <returns>False if a worker has taken the request in the meantime; then nothing is stored.</returns>
    public async Task<bool> AddLinesAsync(CrmRequest request, IReadOnlyList<CrmLine> lines, DateTimeOffset leaseUntil, CancellationToken ct)
    {
        var isReceiving = await db.ExecuteAsync($"""
            update crm_requests
            set lease_until = {leaseUntil}
            where company_id = {request.CompanyId} and integration_id = {request.IntegrationId}
              and client_request_id = {request.ClientRequestId} and id = {request.Id} and status = 'RECEIVING'
            """, ct) == 1;
        if (isReceiving)
        {
            var rows = SqlTable.Rows(lines).Integer("company_id", _ => request.CompanyId).Integer("request_id", _ => request.Id).Integer("line", line => line.Number).Text("content", line => line.Content);
            await db.ImportAsync(new SqlText("crm_upload_lines"), rows, ct);
        }

        return isReceiving;
    }

    /// <summary>Records that all lines have arrived and releases the lease, so that any worker may start.</summary>
    /// <returns>False if a worker has deleted the request in the meantime.</returns>
    public async Task<bool> MarkReceivedAsync(CrmRequest request, CancellationToken ct) => await db.ExecuteAsync($"""
        update crm_requests
        set status = 'PENDING',
            lease_until = 0
        where company_id = {request.CompanyId} and integration_id = {request.IntegrationId}
          and client_request_id = {request.ClientRequestId} and id = {request.Id} and status = 'RECEIVING'
        """, ct) == 1;

    /// <summary>
    /// Ends a request that is still being received, so that the client may use its clientRequestId again. Deletes its lines with it if they are few; else a worker
    /// deletes them.
    /// </summary>
    public async Task AbandonAsync(CrmRequest request, CancellationToken ct)
    {
        var (left, few) = (request.ToLeftover(), db.Dialect.Slice(1000));
        var isEnded = await db.ExecuteAsync($"""
            update crm_requests
            set client_request_id = {left.ClientRequestId},
                status = 'PENDING',
                lease_until = 0
            where company_id = {request.CompanyId} and integration_id = {request.IntegrationId}
              and client_request_id = {request.ClientRequestId} and id = {request.Id} and status = 'RECEIVING'
            """, ct) == 1;
        if (isEnded && await DeleteSomeLinesAsync(left, few, ct) < few)
        {
            await DeleteAsync(left, ct);
        }
    }

    /// <summary>Deletes a request that no client has made.</summary>
    public Task DeleteAsync(CrmRequest request, CancellationToken ct) => db.ExecuteAsync($"""
        delete from crm_requests
        where company_id = {request.CompanyId} and integration_id = {request.IntegrationId} and client_request_id = {request.ClientRequestId}
        """, ct);

    /// <summary>Leases the request that has waited longest, including one whose receiver has died. Uses index crm_requests_open.</summary>
    public async Task<LeasedCrmRequest?> LeaseAsync(DateTimeOffset now, TimeSpan lease, CancellationToken ct) => (await db.QueryAsync($"""
        with next as (
            select r.company_id, r.integration_id, r.client_request_id
            from crm_requests r
            where r.status in ('RECEIVING', 'PENDING', 'IN_PROGRESS') and r.lease_until <= {now}
            order by r.lease_until, r.created_at
            limit 1
            {db.Dialect.ForUpdateSkipLocked("r")}
        )
        update crm_requests
        set status = case when status = 'PENDING' then 'IN_PROGRESS' else status end,
            lease_until = {now + lease},
            fence = fence + 1
        where (company_id, integration_id, client_request_id) in (select company_id, integration_id, client_request_id from next)
        returning {Columns}, fence
        """, row => new LeasedCrmRequest(Read(row), row.Integer("fence")), ct)).SingleOrDefault();

    /// <summary>Ends all leases. Uses index crm_requests_open.</summary>
    public Task ReleaseLeasesAsync(CancellationToken ct) => db.ExecuteAsync($"""
        update crm_requests
        set lease_until = 0
        where status in ('RECEIVING', 'PENDING', 'IN_PROGRESS') and lease_until > 0
        """, ct);

    /// <summary>Uses index crm_requests_open.</summary>
    public async Task<long> CountOpenAsync(CancellationToken ct) =>
        (await db.QueryAsync($"select count(*) from crm_requests where status in ('RECEIVING', 'PENDING', 'IN_PROGRESS')", row => row.GetInt64(0), ct)).Single();

    /// <summary>Lists the lines after one. Uses the primary key.</summary>
    public Task<List<CrmLine>> ListLinesAsync(CrmRequest request, long after, int max, CancellationToken ct) => db.QueryAsync($"""
        select line, content
        from crm_upload_lines
        where company_id = {request.CompanyId} and request_id = {request.Id} and line > {after}
        order by line
        limit {max}
        """, row => new CrmLine(row.Integer("line"), row.TextOrNull("content")), ct);

    /// <summary>Saves the progress of a worker that got on, and so has not failed, and extends the lease.</summary>
    /// <returns>The request as it was saved; null if another worker holds it now: then the caller must write nothing.</returns>
    public async Task<CrmRequest?> AdvanceAsync(CrmRequest after, long fence, DateTimeOffset leaseUntil, CancellationToken ct)
    {
        var saved = after with { Fault = null, FaultCount = 0 };
        return await SaveProgressAsync(saved, fence, leaseUntil, ct) ? saved : null;
    }

    /// <summary>Saves the progress and extends the lease.</summary>
    /// <returns>False if another worker holds the request now; then the caller must write nothing.</returns>
    public async Task<bool> SaveProgressAsync(CrmRequest request, long fence, DateTimeOffset leaseUntil, CancellationToken ct) => await db.ExecuteAsync($"""
        update crm_requests
        set status = {request.Status},
            errors = {JsonSerializer.Serialize(request.Errors, CrmRequestJson.Default.IReadOnlyListCrmLineError)},
            error_count = {request.ErrorCount},
            success_count = {request.SuccessCount},
            lines_done = {request.LinesDone},
            fault = {request.Fault},
            fault_count = {request.FaultCount},
            lease_until = {leaseUntil}
        where company_id = {request.CompanyId} and integration_id = {request.IntegrationId}
          and client_request_id = {request.ClientRequestId} and fence = {fence}
        """, ct) == 1;

    /// <summary>Deletes the lines after one, up to another. Without the first, PostgreSQL would walk over all lines that were deleted before.</summary>
    public Task DeleteLinesAsync(CrmRequest request, long after, long upTo, CancellationToken ct) => db.ExecuteAsync($"""
        delete from crm_upload_lines
        where company_id = {request.CompanyId} and request_id = {request.Id} and line > {after} and line <= {upTo}
        """, ct);

    /// <summary>Deletes the first lines.</summary>
    /// <returns>How many.</returns>
    public Task<int> DeleteSomeLinesAsync(CrmRequest request, int max, CancellationToken ct) => db.ExecuteAsync($"""
        delete from crm_upload_lines
        where company_id = {request.CompanyId} and request_id = {request.Id} and line <= (
            select max(line)
            from (
                select line
                from crm_upload_lines
                where company_id = {request.CompanyId} and request_id = {request.Id}
                order by line
                limit {max}) first)
        """, ct);

    private static CrmRequest Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("integration_id"),
        row.Text("client_request_id"),
        row.Integer("id"),
        row.TextOrNull("object_type"),
        row.Text("status"),
        JsonSerializer.Deserialize(row.Text("errors"), CrmRequestJson.Default.IReadOnlyListCrmLineError)!,
        row.Integer("error_count"),
        row.Integer("success_count"),
        row.Integer("lines_done"))
    {
        Fault = row.TextOrNull("fault"),
        FaultCount = row.Int("fault_count"),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<CrmLineError>))]
internal sealed partial class CrmRequestJson : JsonSerializerContext;
