using Sluice.Engine.Storage;

namespace Sluice.Engine.Crm;

internal sealed class CrmObjectStore(IDbSession db)
{
    /// <summary>An object that is known in a newer state is left as it is: uploads may come late or twice.</summary>
    /// <returns>The ids of those that were taken.</returns>
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

    /// <summary>One that is unknown, or known in a newer state, is left as it is.</summary>
    /// <returns>The ids of those that are gone.</returns>
    public Task<List<string>> DeleteAsync(CrmRequest from, IReadOnlyList<CrmObject> objects, CancellationToken ct)
    {
        // The first list finds them by the primary key. The second alone, which looks at the row, would be asked of every object there is.
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

    /// <summary>As sent, by object id.</summary>
    public Task<List<(string ObjectId, string Content)>> FindAsync(long companyId, long integrationId, string objectType, IReadOnlyList<string> objectIds, CancellationToken ct) => db.QueryAsync($"""
        select o.object_id, o.content
        from {SqlTable.Of(objectIds)} asked
        cross join crm_objects o
        where o.company_id = {companyId} and o.integration_id = {integrationId} and o.object_type = {objectType} and o.object_id = asked.value
        """, row => (row.GetString(0), row.GetString(1)), ct);
}
