using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

internal sealed class CrmObjectStore(IDbSession db)
{
    /// <summary>Inserts or updates objects. Keeps an object whose stored state is newer, because uploads may arrive late or twice.</summary>
    /// <returns>The ids of the objects that were written.</returns>
    public Task<List<string>> PutAsync(CrmRequest into, IReadOnlyList<CrmObject> objects, CancellationToken ct) => db.QueryAsync($"""
        insert into crm_objects (company_id, integration_id, object_type, object_id, modified_at, content)
        select {into.CompanyId}, {into.IntegrationId}, {into.ObjectType}, id, modified_at, content
        from {SqlTable.Rows(objects).Text("id", one => one.Id).Time("modified_at", one => one.ModifiedAt).Text("content", one => one.Content)} o
        where true
        on conflict (company_id, integration_id, object_type, object_id) do update
        set modified_at = excluded.modified_at,
            content = excluded.content
        where crm_objects.modified_at <= excluded.modified_at
        returning object_id
        """, row => row.GetString(0), ct);

    /// <summary>Deletes objects. Ignores unknown objects and keeps objects whose stored state is newer.</summary>
    /// <returns>The ids of the objects that were deleted.</returns>
    public Task<List<string>> DeleteAsync(CrmRequest from, IReadOnlyList<CrmObject> objects, CancellationToken ct)
    {
        // The condition `object_id in` lets the database use the primary key. With `exists` alone, it would check every object of the type.
        var gone = SqlTable.Rows(objects).Text("id", one => one.Id).Time("modified_at", one => one.ModifiedAt);
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

    /// <summary>Finds objects by id; the content is exactly as the client sent it.</summary>
    public Task<List<(string ObjectId, string Content)>> FindAsync(long companyId, long integrationId, string objectType, IReadOnlyList<string> objectIds, CancellationToken ct) => db.QueryAsync($"""
        select o.object_id, o.content
        from {SqlTable.Of(objectIds)} asked
        cross join crm_objects o
        where o.company_id = {companyId} and o.integration_id = {integrationId} and o.object_type = {objectType} and o.object_id = asked.value
        """, row => (row.Text("object_id"), row.Text("content")), ct);
}
