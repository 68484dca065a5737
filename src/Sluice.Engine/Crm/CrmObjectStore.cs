using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

internal sealed class CrmObjectStore(IDbSession db)
{
    /// <summary>Inserts or updates objects. Keeps an object whose stored state is newer, because uploads may arrive late or twice, and writes none that is as it was.</summary>
    public Task PutAsync(CrmRequest into, IReadOnlyList<CrmObject> objects, CancellationToken ct) => db.ExecuteAsync($"""
        insert into crm_objects (company_id, integration_id, object_type, object_id, modified_at, content, fields)
        select {into.CompanyId}, {into.IntegrationId}, {into.ObjectType}, id, modified_at, content, fields
        from {Aged(objects).Text("content", one => one.Content).Text("fields", one => one.Fields).OneByOne()} o
        where true
        on conflict (company_id, integration_id, object_type, object_id) do update
        set modified_at = excluded.modified_at,
            content = excluded.content,
            fields = excluded.fields
        where crm_objects.modified_at <= excluded.modified_at
          and (crm_objects.modified_at, crm_objects.content, crm_objects.fields) is distinct from (excluded.modified_at, excluded.content, excluded.fields)
        """, ct);

    /// <summary>
    /// Finds the ids of those whose stored state is newer. Uses the primary key, for each object by itself: PostgreSQL would do a join by reading all objects of the type
    /// as long as they are few, and go on with that plan while an upload makes them many.
    /// </summary>
    public async Task<HashSet<string>> FindNewerAsync(CrmRequest of, IReadOnlyList<CrmObject> objects, CancellationToken ct) => [.. await db.QueryAsync($"""
        select asked.id
        from {Aged(objects)} asked
        where asked.modified_at < (
            select o.modified_at
            from crm_objects o
            where o.company_id = {of.CompanyId} and o.integration_id = {of.IntegrationId} and o.object_type = {of.ObjectType} and o.object_id = asked.id)
        """, row => row.GetString(0), ct)];

    /// <summary>Deletes objects. Ignores unknown objects and keeps objects whose stored state is newer.</summary>
    /// <returns>The ids of the objects that were deleted.</returns>
    public Task<List<string>> DeleteAsync(CrmRequest from, IReadOnlyList<CrmObject> objects, CancellationToken ct)
    {
        // The condition `object_id in` lets the database use the primary key. With `exists` alone, it would check every object of the type.
        var gone = Aged(objects);
        return db.QueryAsync($"""
            delete from crm_objects
            where company_id = {from.CompanyId} and integration_id = {from.IntegrationId} and object_type = {from.ObjectType}
              and object_id in (select id from {gone} asked)
              and exists (
                  select 1
                  from {gone} gone
                  where gone.id = crm_objects.object_id and gone.modified_at >= crm_objects.modified_at)
            returning object_id
            """, row => row.GetString(0), ct);
    }

    public Task<List<StoredCrmObject>> FindAsync(long companyId, long integrationId, string objectType, IReadOnlyList<string> objectIds, CancellationToken ct) => db.QueryAsync($"""
        select o.object_id, o.content, o.fields
        from {SqlTable.Of(objectIds)} asked
        cross join crm_objects o
        where o.company_id = {companyId} and o.integration_id = {integrationId} and o.object_type = {objectType} and o.object_id = asked.value
        """, Read, ct);

    /// <summary>Lists objects of a type by id. Uses the primary key.</summary>
    public Task<List<StoredCrmObject>> ListAsync(CrmRequest of, string after, int max, CancellationToken ct) => db.QueryAsync($"""
        select object_id, content, fields
        from crm_objects
        where company_id = {of.CompanyId} and integration_id = {of.IntegrationId} and object_type = {of.ObjectType} and object_id > {after}
        order by object_id
        limit {max}
        """, Read, ct);

    /// <summary>Replaces what is stored of objects; their age stays.</summary>
    public Task ReplaceAsync(CrmRequest of, IReadOnlyList<StoredCrmObject> objects, CancellationToken ct) => db.ExecuteAsync($"""
        update crm_objects
        set content = cleaned.content,
            fields = cleaned.fields
        from {SqlTable.Rows(objects).Text("id", one => one.Id).Text("content", one => one.Content).Text("fields", one => one.Fields)} cleaned
        where crm_objects.company_id = {of.CompanyId} and crm_objects.integration_id = {of.IntegrationId}
          and crm_objects.object_type = {of.ObjectType} and crm_objects.object_id = cleaned.id
        """, ct);

    /// <summary>Deletes some objects of an integration, whatever their type. Uses the primary key.</summary>
    public Task<List<(string ObjectType, string Id)>> DeleteSomeAsync(CrmRequest of, int max, CancellationToken ct) => db.QueryAsync($"""
        delete from crm_objects
        where (company_id, integration_id, object_type, object_id) in (
            select company_id, integration_id, object_type, object_id
            from crm_objects
            where company_id = {of.CompanyId} and integration_id = {of.IntegrationId}
            order by object_type, object_id
            limit {max})
        returning object_type, object_id
        """, row => (row.Text("object_type"), row.Text("object_id")), ct);

    private static SqlTable<CrmObject> Aged(IReadOnlyList<CrmObject> objects) => SqlTable.Rows(objects).Text("id", one => one.Id).Time("modified_at", one => one.ModifiedAt);

    private static StoredCrmObject Read(System.Data.Common.DbDataReader row) => new(row.Text("object_id"), row.Text("content"), row.TextOrNull("fields"));
}
