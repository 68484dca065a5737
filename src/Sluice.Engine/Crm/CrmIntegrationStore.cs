using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

internal sealed class CrmIntegrationStore(IDbSession db)
{
    /// <returns>False if the company has an integration already. Uses index crm_integrations_one.</returns>
    public async Task<bool> AddAsync(CrmIntegration integration, CancellationToken ct) => await db.ExecuteAsync($"""
        insert into crm_integrations (company_id, id, name, owner_email, created_at)
        values ({integration.CompanyId}, {integration.Id}, {integration.Name}, {integration.OwnerEmail}, {integration.CreatedAt})
        on conflict (company_id) where deleted_at is null do nothing
        """, ct) == 1;

    /// <summary>Returns the company's only integration, or an empty list.</summary>
    public Task<List<CrmIntegration>> ListAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select company_id, id, name, owner_email, created_at
        from crm_integrations
        where company_id = {companyId} and deleted_at is null
        """, Read, ct);

    public async Task<CrmIntegration?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select company_id, id, name, owner_email, created_at
        from crm_integrations
        where company_id = {companyId} and id = {id} and deleted_at is null
        """, Read, ct)).SingleOrDefault();

    /// <summary>
    /// Finds the integration and locks it until the transaction ends, so that it is not removed and its schema does not change meanwhile. Everything
    /// that writes objects locks it first.
    /// </summary>
    public async Task<CrmIntegration?> LockAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select i.company_id, i.id, i.name, i.owner_email, i.created_at
        from crm_integrations i
        where i.company_id = {companyId} and i.id = {id} and i.deleted_at is null
        {db.Dialect.ForUpdateOf("i")}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Removes the integration from sight. A worker then deletes its objects.</summary>
    public Task DeleteAsync(CrmIntegration integration, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"""
        update crm_integrations
        set deleted_at = {now}
        where company_id = {integration.CompanyId} and id = {integration.Id} and deleted_at is null
        """, ct);

    public Task SetFieldsAsync(CrmIntegration integration, string objectType, IReadOnlyList<CrmField> fields, CancellationToken ct) => db.ExecuteAsync($"""
        insert into crm_fields (company_id, integration_id, object_type, unique_name, field, id)
        select {integration.CompanyId}, {integration.Id}, {objectType}, unique_name, field, id
        from {SqlTable.Rows(fields).Text("unique_name", field => field.UniqueName).Text("field", field => field.Json).Integer("id", field => field.Id)} f
        where true
        on conflict (company_id, integration_id, object_type, unique_name) do update
        set field = excluded.field,
            id = excluded.id
        """, ct);

    public Task DeleteFieldsAsync(CrmIntegration integration, string objectType, IReadOnlyList<string> names, CancellationToken ct) => db.ExecuteAsync($"""
        delete from crm_fields
        where company_id = {integration.CompanyId} and integration_id = {integration.Id} and object_type = {objectType}
          and unique_name {SqlTable.In(names)}
        """, ct);

    /// <summary>Deletes the fields of all types.</summary>
    public Task DeleteFieldsAsync(long companyId, long integrationId, CancellationToken ct) => db.ExecuteAsync($"""
        delete from crm_fields
        where company_id = {companyId} and integration_id = {integrationId}
        """, ct);

    /// <param name="objectType">Null: all types.</param>
    public Task<List<(string ObjectType, CrmField Field)>> ListFieldsAsync(long companyId, long integrationId, string? objectType, CancellationToken ct) => db.QueryAsync($"""
        select object_type, unique_name, field, id
        from crm_fields
        where company_id = {companyId} and integration_id = {integrationId} and ({objectType} is null or object_type = {objectType})
        order by object_type, unique_name
        """, row => (row.Text("object_type"), CrmField.Parse(row.Integer("id"), row.Text("unique_name"), row.Text("field"))), ct);

    /// <summary>Lists the fields of one type.</summary>
    public Task<List<CrmField>> ListSchemaAsync(CrmIntegration integration, string objectType, CancellationToken ct) => ListSchemaAsync(integration.CompanyId, integration.Id, objectType, ct);

    /// <summary>Does the same, also of an integration that may be gone meanwhile.</summary>
    public async Task<List<CrmField>> ListSchemaAsync(long companyId, long integrationId, string objectType, CancellationToken ct) =>
        (await ListFieldsAsync(companyId, integrationId, objectType, ct)).ConvertAll(one => one.Field);

    private static CrmIntegration Read(DbDataReader row) => new(row.Integer("company_id"), row.Integer("id"), row.Text("name"), row.Text("owner_email"), row.Time("created_at"));
}
