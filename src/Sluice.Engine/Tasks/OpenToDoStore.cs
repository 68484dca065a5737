using Sluice.Engine.Storage;

namespace Sluice.Engine.Tasks;

/// <summary>Reads open to-dos by what they are about.</summary>
internal sealed class OpenToDoStore(IDbSession db)
{
    /// <summary>Finds the open to-dos that ask what becomes of these instances after a reply, a meeting or a bounce. Uses index todos_open.</summary>
    /// <returns>Ids by instance: of several, the newest.</returns>
    public async Task<Dictionary<long, long>> FindAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => (await db.QueryAsync($"""
        select t.flow_instance_id, max(t.id) as id
        from {SqlTable.Of(flowInstanceIds)} asked
        cross join todos t
        where t.company_id = {companyId} and t.flow_instance_id = asked.value and t.status = 'OPEN' and t.kind in ('response', 'meeting_booked', 'bounced')
        group by t.flow_instance_id
        """, row => (row.Integer("flow_instance_id"), row.Integer("id")), ct)).ToDictionary();
}
