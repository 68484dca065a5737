using System.Text.Json;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects;

/// <summary>
/// Reads the fields that the schema of a company's CRM adds to contacts and leads. In templates they are <c>{{recipient.uniqueName}}</c>. They are
/// read from the CRM's objects, so a field that the schema loses has no value from that moment on.
/// </summary>
internal sealed class ProspectFieldStore(IDbSession db)
{
    /// <summary>Lists the names of the fields, each once.</summary>
    public async Task<IReadOnlyList<string>> ListNamesAsync(long companyId, CancellationToken ct) =>
        [.. (await ListAsync(companyId, ct)).Select(field => field.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>Adds to prospects the values that their objects in the CRM have. Uses the primary keys of crm_fields and crm_objects.</summary>
    public async Task<List<ProspectState>> AddFieldsAsync(long companyId, List<ProspectState> prospects, CancellationToken ct)
    {
        var schema = prospects.Count == 0 ? [] : await ListAsync(companyId, ct);
        if (schema.Count == 0)
        {
            return prospects;
        }

        var names = schema.ToLookup(field => field.ObjectType);
        var values = (await FindAsync(companyId, schema[0].IntegrationId, [.. prospects.Select(one => one.Prospect.CrmId).Distinct(StringComparer.Ordinal)], ct))
            .ToDictionary(one => (one.ObjectType, one.CrmId), one => one.Fields);
        return prospects.ConvertAll(known => values.TryGetValue((known.Prospect.Kind, known.Prospect.CrmId), out var json)
            ? known with { Prospect = known.Prospect with { Fields = Read(json, names[known.Prospect.Kind]) } }
            : known);
    }

    private Task<List<SchemaField>> ListAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select f.integration_id, f.object_type, f.unique_name, f.id
        from crm_integrations i
        join crm_fields f on f.company_id = i.company_id and f.integration_id = i.id
        where i.company_id = {companyId} and i.deleted_at is null and f.object_type in ('CONTACT', 'LEAD')
        order by f.object_type, f.unique_name
        """, row => new SchemaField(row.Integer("integration_id"), row.Text("object_type"), row.Text("unique_name"), row.Integer("id")), ct);

    private Task<List<(string ObjectType, string CrmId, string Fields)>> FindAsync(long companyId, long integrationId, IReadOnlyList<string> crmIds, CancellationToken ct) => db.QueryAsync($"""
        select o.object_type, o.object_id, o.fields
        from {SqlTable.Of(crmIds)} asked
        cross join crm_objects o
        where o.company_id = {companyId} and o.integration_id = {integrationId} and o.object_type in ('CONTACT', 'LEAD')
          and o.object_id = asked.value and o.fields is not null
        """, row => (row.Text("object_type"), row.Text("object_id"), row.Text("fields")), ct);

    private static Dictionary<string, string> Read(string json, IEnumerable<SchemaField> schema)
    {
        using var document = JsonDocument.Parse(json);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in schema)
        {
            if (document.RootElement.TryGetProperty(Primitives.WireId.Write(field.Id), out var value) && ToText(value) is { } text)
            {
                values[field.Name] = text;
            }
        }

        return values;
    }

    private static string? ToText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString()!.Replace("\0", "", StringComparison.Ordinal), // PostgreSQL could not store it in a mail.
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(ToText)),
        _ => value.GetRawText(),
    };

    private sealed record SchemaField(long IntegrationId, string ObjectType, string Name, long Id);
}
