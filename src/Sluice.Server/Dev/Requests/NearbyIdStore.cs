using Sluice.Engine.Storage;

namespace Sluice.Server.Dev.Requests;

/// <summary>Reads the tables of several features on purpose, because an id in a request does not tell its type.</summary>
internal sealed class NearbyIdStore(Db db)
{
    /// <summary>Finds the company's ids near the given one. Each select reads a range of a primary key; a range of a thousand numbers holds few ids.</summary>
    public Task<List<NearbyId>> FindAsync(long companyId, long id, long reach, CancellationToken ct)
    {
        var (from, to) = (id - reach, id > long.MaxValue - reach ? long.MaxValue : id + reach);
        return db.QueryAsync($"""
            select id, false as is_number from flow_instances where company_id = {companyId} and id between {from} and {to}
            union select id, false as is_number from flows where company_id = {companyId} and id between {from} and {to}
            union select id, false as is_number from folders where company_id = {companyId} and id between {from} and {to}
            union select id, false as is_number from users where company_id = {companyId} and id between {from} and {to}
            union select id, false as is_number from workspaces where company_id = {companyId} and id between {from} and {to}
            union select id, true as is_number from todos where company_id = {companyId} and id between {from} and {to}
            union select id, true as is_number from crm_integrations where company_id = {companyId} and id between {from} and {to}
            order by id
            limit 1100
            """, static row => new NearbyId(row.GetInt64(0), row.GetBoolean(1)), ct);
    }
}

/// <param name="IsNumber">Whether answers write the id as a JSON number [doc]: ids of tasks and of integrations. All others are strings.</param>
internal sealed record NearbyId(long Id, bool IsNumber);
