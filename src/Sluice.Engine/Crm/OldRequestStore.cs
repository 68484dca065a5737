using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

/// <summary>Finds and deletes uploads, and removals of an integration, that were done long ago.</summary>
internal sealed class OldRequestStore(IDbSession db)
{
    /// <summary>Lists a piece of a company's requests that are done, the oldest first. Uses index crm_requests_done.</summary>
    public Task<List<RequestAge>> ListAsync(long companyId, RequestAge after, DateTimeOffset before, int limit, CancellationToken ct) => db.QueryAsync($"""
        select r.created_at, r.id, r.integration_id, r.client_request_id
        from crm_requests r
        where r.company_id = {companyId} and r.status in ('DONE', 'FAILED') and (r.created_at, r.id) > ({after.CreatedAt}, {after.Id}) and r.created_at < {before}
        order by r.created_at, r.id
        limit {limit}
        """, row => new RequestAge(row.Time("created_at"), row.Integer("id"), row.Integer("integration_id"), row.Text("client_request_id")), ct);

    /// <summary>Uses the primary key.</summary>
    public Task<int> DeleteAsync(long companyId, IReadOnlyList<RequestAge> requests, CancellationToken ct) => db.ExecuteAsync($"""
        delete from crm_requests
        where company_id = {companyId}
          and (integration_id, client_request_id) in (
            select integration_id, client_request_id
            from {SqlTable.Rows(requests).Integer("integration_id", one => one.IntegrationId).Text("client_request_id", one => one.ClientRequestId)} asked)
        """, ct);
}

internal sealed record RequestAge(DateTimeOffset CreatedAt, long Id, long IntegrationId, string ClientRequestId);
