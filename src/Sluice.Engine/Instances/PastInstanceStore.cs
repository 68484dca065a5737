using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>What remains of instances that were deleted for their age: the unsubscribe links in their mail must work for as long as people keep the mail.</summary>
internal sealed class PastInstanceStore(IDbSession db)
{
    /// <summary>Call it in the transaction that deletes them.</summary>
    public Task AddAsync(long companyId, IReadOnlyList<EndedInstance> ended, CancellationToken ct) => db.ExecuteAsync($"""
        insert into past_instances (company_id, id, prospect_id, flow_id)
        select {companyId}, id, prospect_id, flow_id
        from {SqlTable.Rows(ended).Integer("id", one => one.Id).Integer("prospect_id", one => one.ProspectId).Integer("flow_id", one => one.FlowId)} e
        """, ct);

    /// <returns>Null: no such instance was deleted for its age, or it had sent no mail. Uses the primary key.</returns>
    public async Task<(long ProspectId, long FlowId)?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select prospect_id, flow_id
        from past_instances
        where company_id = {companyId} and id = {id}
        """, row => ((long, long)?)(row.Integer("prospect_id"), row.Integer("flow_id")), ct)).SingleOrDefault();
}
