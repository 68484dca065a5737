using Sluice.Engine.Storage;

namespace Sluice.Server.Dev.Requests;

/// <summary>Reads the tables of several features on purpose, because an id in a request does not tell its type.</summary>
internal sealed class NearbyIdStore(Db db)
{
    /// <summary>Finds the company's ids near the given one. Each select reads a range of a primary key; a range of a thousand numbers holds few ids.</summary>
    public Task<List<long>> FindAsync(long companyId, long id, long reach, CancellationToken ct)
    {
        var (from, to) = (id - reach, id > long.MaxValue - reach ? long.MaxValue : id + reach);
        return db.QueryAsync($"""
            select id from flow_instances where company_id = {companyId} and id between {from} and {to}
            union select id from flows where company_id = {companyId} and id between {from} and {to}
            union select id from folders where company_id = {companyId} and id between {from} and {to}
            union select id from users where company_id = {companyId} and id between {from} and {to}
            union select id from workspaces where company_id = {companyId} and id between {from} and {to}
            union select id from todos where company_id = {companyId} and id between {from} and {to}
            union select id from crm_integrations where company_id = {companyId} and id between {from} and {to}
            order by id
            limit 1100
            """, static row => row.GetInt64(0), ct);
    }
}
