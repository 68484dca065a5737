using System.Data.Common;
using System.Text.Json;
using Sluice.Engine.Primitives;
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

    /// <summary>Deletes the integration. Its objects and prospects stay, and prospects stay in their flows [inf].</summary>
    public Task DeleteAsync(CrmIntegration integration, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"""
        update crm_integrations
        set deleted_at = {now}
        where company_id = {integration.CompanyId} and id = {integration.Id} and deleted_at is null
        """, ct);

    public Task SetFieldsAsync(CrmIntegration integration, string objectType, IReadOnlyList<CrmField> fields, CancellationToken ct) => db.ExecuteAsync($"""
        insert into crm_fields (company_id, integration_id, object_type, unique_name, field)
        select {integration.CompanyId}, {integration.Id}, {objectType}, unique_name, field
        from {SqlTable.Rows(fields).Text("unique_name", field => field.UniqueName).Text("field", field => field.Json)} f
        where true
        on conflict (company_id, integration_id, object_type, unique_name) do update set field = excluded.field
        """, ct);

    /// <param name="objectType">Null: all types.</param>
    public Task<List<(string ObjectType, CrmField Field)>> ListFieldsAsync(CrmIntegration integration, string? objectType, CancellationToken ct) => db.QueryAsync($"""
        select object_type, unique_name, field
        from crm_fields
        where company_id = {integration.CompanyId} and integration_id = {integration.Id} and ({objectType} is null or object_type = {objectType})
        order by object_type, unique_name
        """, row => (row.Text("object_type"), new CrmField(row.Text("unique_name"), row.Text("field"))), ct);

    private static CrmIntegration Read(DbDataReader row) => new(row.Integer("company_id"), row.Integer("id"), row.Text("name"), row.Text("owner_email"), row.Time("created_at"));
}

/// <param name="Json">The field's JSON, exactly as the client sent it.</param>
internal sealed record CrmField(string UniqueName, string Json)
{
    private const int MaxUniqueName = 400; // Bytes

    /// <returns>Why the field cannot be stored; null: it can.</returns>
    public string? WhyNot() => UniqueName.Length == 0 ? "uniqueName is empty" // [inf]
        : UniqueName.Contains('\0', StringComparison.Ordinal) ? "uniqueName should hold no NUL" // [inf]
        : TextLength.WhyTooLong(UniqueName, MaxUniqueName) is { } sentence ? $"uniqueName {sentence}" // [inf]
        : null;

    /// <summary>Reads a field. If the uniqueName is missing or not a string, the name is empty.</summary>
    public static CrmField Read(JsonElement sent) => new(
        sent.ValueKind == JsonValueKind.Object && sent.TryGetProperty("uniqueName", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "",
        sent.GetRawText());
}
