using System.Text.Json;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects;

/// <summary>
/// Reads what the company's CRM knows of prospects beside their own columns: the fields that its schema adds to contacts, leads and their accounts,
/// and the account's name. They are read from the CRM's objects, so a field that the schema loses has no value from that moment on.
/// </summary>
internal sealed class ProspectFieldStore(IDbSession db)
{
    private const string Account = "ACCOUNT";

    /// <summary>Lists the placeholders of the fields, each once.</summary>
    public async Task<IReadOnlyList<string>> ListPlaceholdersAsync(long companyId, CancellationToken ct) =>
        [.. (await ListAsync(companyId, ct)).Select(field => field.Placeholder).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Adds to prospects what their objects in the CRM have. Uses the primary keys of crm_fields and crm_objects.</summary>
    public async Task<List<ProspectState>> AddFieldsAsync(long companyId, List<ProspectState> prospects, CancellationToken ct)
    {
        var schema = prospects.Count == 0 ? [] : await ListAsync(companyId, ct);
        if (schema.Count == 0)
        {
            return prospects; // The company has no CRM of its own.
        }

        var integration = schema[0].IntegrationId;
        var fields = schema.ToLookup(field => field.ObjectType);
        var people = (await FindAsync(companyId, integration, prospects.Select(one => one.Prospect.CrmId), ct)).ToDictionary(one => (one.Type, one.Id));
        var accountOf = people.Where(one => one.Key.Type != Account).ToDictionary(one => one.Key, one => TextOf(one.Value.Content, "accountId"));
        var accounts = accountOf.Values.Any(id => id is not null)
            ? (await FindAsync(companyId, integration, accountOf.Values.OfType<string>(), ct)).Where(one => one.Type == Account).ToDictionary(one => one.Id, StringComparer.Ordinal)
            : [];
        return prospects.ConvertAll(known => people.TryGetValue((known.Prospect.Kind, known.Prospect.CrmId), out var person)
            ? known with { Prospect = Add(known.Prospect, person, accountOf[(person.Type, person.Id)] is { } id ? accounts.GetValueOrDefault(id) : null, fields) }
            : known);
    }

    private static Prospect Add(Prospect prospect, CrmRow person, CrmRow? account, ILookup<string, SchemaField> fields)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Read(person, fields, values);
        if (account is not null)
        {
            Read(account, fields, values);
        }

        return prospect with { Fields = values, AccountName = account is null ? null : TextOf(account.Content, "name") };
    }

    /// <summary>Lists the fields of contacts, leads and accounts; one row without a field if the CRM has a schema of none.</summary>
    private Task<List<SchemaField>> ListAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select i.id as integration_id, coalesce(f.object_type, '') as object_type, f.unique_name, coalesce(f.id, 0) as id
        from crm_integrations i
        left join crm_fields f on f.company_id = i.company_id and f.integration_id = i.id and f.object_type in ('ACCOUNT', 'CONTACT', 'LEAD')
        where i.company_id = {companyId} and i.deleted_at is null
        order by f.object_type, f.unique_name
        """, row => new SchemaField(row.Integer("integration_id"), row.Text("object_type"), row.TextOrNull("unique_name"), row.Integer("id")), ct);

    private Task<List<CrmRow>> FindAsync(long companyId, long integrationId, IEnumerable<string> ids, CancellationToken ct) => db.QueryAsync($"""
        select o.object_type, o.object_id, o.content, o.fields
        from {SqlTable.Of([.. ids.Distinct(StringComparer.Ordinal)])} asked
        cross join crm_objects o
        where o.company_id = {companyId} and o.integration_id = {integrationId} and o.object_type in ('ACCOUNT', 'CONTACT', 'LEAD') and o.object_id = asked.value
        """, row => new CrmRow(row.Text("object_type"), row.Text("object_id"), row.Text("content"), row.TextOrNull("fields")), ct);

    private static void Read(CrmRow row, ILookup<string, SchemaField> schema, Dictionary<string, string> values)
    {
        if (row.Fields is null)
        {
            return;
        }

        using var document = JsonDocument.Parse(row.Fields);
        foreach (var field in schema[row.Type])
        {
            if (field.Placeholder is { } name && document.RootElement.TryGetProperty(WireId.Write(field.Id), out var value) && ToText(value) is { } text)
            {
                values[name] = text;
            }
        }
    }

    private static string? TextOf(string content, string name)
    {
        using var document = JsonDocument.Parse(content);
        return document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && ToText(value) is { Length: > 0 } text ? text : null;
    }

    private static string? ToText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString()!.Replace("\0", "", StringComparison.Ordinal), // PostgreSQL could not store it in a mail.
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(ToText)),
        _ => value.GetRawText(),
    };

    /// <param name="Name">Null: the CRM has no such field; the row only says that there is a CRM.</param>
    private sealed record SchemaField(long IntegrationId, string ObjectType, string? Name, long Id)
    {
        public string? Placeholder => Name is null ? null : $"{(ObjectType == Account ? Prospect.OfAccount : Prospect.OfRecipient)}{Name}";
    }

    private sealed record CrmRow(string Type, string Id, string Content, string? Fields);
}
