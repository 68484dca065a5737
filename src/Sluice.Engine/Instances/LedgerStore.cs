using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>The ledger of begun steps: one row for each instance, step and attempt, and never a second one.</summary>
internal sealed class LedgerStore(IDbSession db)
{
    /// <summary>Inserts rows. A row that exists already violates the primary key and aborts the transaction, so no step can begin a second time.</summary>
    public Task AddAsync(IReadOnlyList<LedgerEntry> begun, CancellationToken ct) => db.ExecuteAsync($"""
        insert into step_ledger (company_id, flow_instance_id, step_id, attempt, step_order, at, fence)
        select company_id, flow_instance_id, step_id, attempt, step_order, at, fence
        from {ToTable(begun).OneByOne()} b
        """, ct);

    /// <summary>Lists the rows of these instances, for each in the order in which its steps began. Uses the primary key.</summary>
    public Task<List<LedgerEntry>> ListAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => db.QueryAsync($"""
        select l.company_id, l.flow_instance_id, l.step_id, l.attempt, l.step_order, l.at, l.fence
        from {SqlTable.Of(flowInstanceIds)} asked
        cross join step_ledger l
        where l.company_id = {companyId} and l.flow_instance_id = asked.value
        order by l.flow_instance_id, l.fence, l.at
        """, row => new LedgerEntry(row.Integer("company_id"), row.Integer("flow_instance_id"), row.Integer("step_id"), row.Int("attempt"), row.Int("step_order"), row.Time("at"), row.Integer("fence")), ct);

    private static SqlTable<LedgerEntry> ToTable(IReadOnlyList<LedgerEntry> begun) => SqlTable.Rows(begun)
        .Integer("company_id", one => one.CompanyId)
        .Integer("flow_instance_id", one => one.FlowInstanceId)
        .Integer("step_id", one => one.StepId)
        .Integer("attempt", one => one.Attempt)
        .Integer("step_order", one => one.StepOrder)
        .Time("at", one => one.At)
        .Integer("fence", one => one.Fence);
}
