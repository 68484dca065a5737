using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

/// <summary>Names an object of the CRM. Two integrations of a company, one after the other, may have objects of the same id.</summary>
internal sealed record CrmObjectName(long IntegrationId, string ObjectType, string ObjectId)
{
    /// <summary>Before all names.</summary>
    public static readonly CrmObjectName First = new(long.MinValue, "", "");
}

/// <param name="Json">The errors of a request, as they are stored.</param>
internal sealed record CrmErrors(long IntegrationId, string ClientRequestId, string Json);

/// <summary>Erases what the CRM sent about people: objects, lines of uploads that wait, and the errors that name an address.</summary>
internal sealed class CrmErasureStore(IDbSession db)
{
    /// <summary>Deletes the contacts and leads with these ids, of all integrations that the company has had. Uses the primary key.</summary>
    public Task<int> EraseAsync(long companyId, IReadOnlyList<string> crmIds, CancellationToken ct) => db.ExecuteAsync($"""
        delete from crm_objects
        where company_id = {companyId}
          and integration_id in (select i.id from crm_integrations i where i.company_id = {companyId})
          and object_type in ({CrmObjectType.Contact}, {CrmObjectType.Lead})
          and object_id {SqlTable.In(crmIds)}
        """, ct);

    /// <summary>Lists a piece of the company's objects in the order of the primary key. The fields of the schema may be null.</summary>
    public Task<List<(CrmObjectName Name, string Content, string? Fields)>> ListAsync(long companyId, CrmObjectName after, int limit, CancellationToken ct) => db.QueryAsync($"""
        select integration_id, object_type, object_id, content, fields
        from crm_objects
        where company_id = {companyId} and (integration_id, object_type, object_id) > ({after.IntegrationId}, {after.ObjectType}, {after.ObjectId})
        order by integration_id, object_type, object_id
        limit {limit}
        """, row => (new CrmObjectName(row.Integer("integration_id"), row.Text("object_type"), row.Text("object_id")), row.Text("content"), row.TextOrNull("fields")), ct);

    public Task EraseAsync(long companyId, CrmObjectName name, CancellationToken ct) => db.ExecuteAsync($"""
        delete from crm_objects
        where company_id = {companyId} and integration_id = {name.IntegrationId} and object_type = {name.ObjectType} and object_id = {name.ObjectId}
        """, ct);

    /// <summary>Changes what an object holds unless an upload has changed it since it was read.</summary>
    public Task<int> RewriteAsync(long companyId, CrmObjectName name, (string Content, string? Fields) before, (string Content, string? Fields) after, CancellationToken ct) => db.ExecuteAsync($"""
        update crm_objects
        set content = {after.Content}, fields = {after.Fields}
        where company_id = {companyId} and integration_id = {name.IntegrationId} and object_type = {name.ObjectType} and object_id = {name.ObjectId}
          and content = {before.Content} and coalesce(fields, '') = {before.Fields ?? ""}
        """, ct);

    /// <summary>Lists a piece of the lines that wait in the company's uploads, in the order of the primary key. Uses it and index crm_requests_open.</summary>
    public Task<List<(long RequestId, long Line, string ObjectType, string Content)>> ListLinesAsync(long companyId, long afterRequest, long afterLine, int limit, CancellationToken ct) => db.QueryAsync($"""
        select l.request_id, l.line, r.object_type, l.content
        from crm_upload_lines l
        join crm_requests r on r.company_id = l.company_id and r.id = l.request_id and r.status in ('RECEIVING', 'PENDING', 'IN_PROGRESS')
        where l.company_id = {companyId} and (l.request_id, l.line) > ({afterRequest}, {afterLine}) and l.content is not null and r.object_type is not null
        order by l.request_id, l.line
        limit {limit}
        """, row => (row.Integer("request_id"), row.Integer("line"), row.Text("object_type"), row.Text("content")), ct);

    /// <param name="content">Null deletes the line.</param>
    public Task SetLineAsync(long companyId, long requestId, long line, string? content, CancellationToken ct) => content is null
        ? db.ExecuteAsync($"delete from crm_upload_lines where company_id = {companyId} and request_id = {requestId} and line = {line}", ct)
        : db.ExecuteAsync($"update crm_upload_lines set content = {content} where company_id = {companyId} and request_id = {requestId} and line = {line}", ct);

    /// <summary>Lists a piece of the requests with their errors, which may be none, in the order of the primary key.</summary>
    public Task<List<CrmErrors>> ListErrorsAsync(long companyId, long afterIntegration, string afterRequest, int limit, CancellationToken ct) => db.QueryAsync($"""
        select integration_id, client_request_id, errors
        from crm_requests
        where company_id = {companyId} and (integration_id, client_request_id) > ({afterIntegration}, {afterRequest})
        order by integration_id, client_request_id
        limit {limit}
        """, row => new CrmErrors(row.Integer("integration_id"), row.Text("client_request_id"), row.Text("errors")), ct);

    public Task<int> RewriteErrorsAsync(long companyId, CrmErrors before, string after, CancellationToken ct) => db.ExecuteAsync($"""
        update crm_requests
        set errors = {after}
        where company_id = {companyId} and integration_id = {before.IntegrationId} and client_request_id = {before.ClientRequestId} and errors = {before.Json}
        """, ct);

    /// <summary>
    /// Whether an upload that came before a time is not done. A worker may have read its next lines already, and write them at any moment. Uses index
    /// crm_requests_open.
    /// </summary>
    public async Task<bool> AnyOpenAsync(long companyId, DateTimeOffset before, CancellationToken ct) => (await db.QueryAsync($"""
        select 1
        from crm_requests
        where status in ('RECEIVING', 'PENDING', 'IN_PROGRESS') and company_id = {companyId} and created_at <= {before}
        order by id
        limit 1
        """, row => row.GetInt32(0), ct)).Count > 0;
}
