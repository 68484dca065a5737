using Sluice.Engine.Storage;

namespace Sluice.Engine.Tasks;

/// <summary>Finds and deletes to-dos that were closed long ago.</summary>
internal sealed class OldToDoStore(IDbSession db)
{
    /// <summary>Lists those of these instances that have an open to-do. Uses index todos_open.</summary>
    public Task<List<long>> ListWithOpenAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => db.QueryAsync($"""
        select distinct t.flow_instance_id
        from {SqlTable.Of(flowInstanceIds)} asked
        cross join todos t
        where t.company_id = {companyId} and t.flow_instance_id = asked.value and t.status = 'OPEN'
        """, row => row.GetInt64(0), ct);

    /// <summary>Lists a piece of a company's to-dos in id order, open ones too. Uses the primary key.</summary>
    /// <param name="until">The first id that is not listed.</param>
    public Task<List<ToDoAge>> ListAsync(long companyId, long after, long until, int limit, CancellationToken ct) => db.QueryAsync($"""
        select t.id, t.flow_instance_id, t.status, t.updated_at
        from todos t
        where t.company_id = {companyId} and t.id > {after} and t.id < {until}
        order by t.id
        limit {limit}
        """, row => new ToDoAge(row.Integer("id"), row.IntegerOrNull("flow_instance_id"), row.Text("status") == "OPEN", row.Time("updated_at")), ct);

    /// <summary>Deletes those that are still closed. Uses the primary key.</summary>
    public Task<int> DeleteAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.ExecuteAsync($"""
        delete from todos
        where company_id = {companyId} and id {SqlTable.In(ids)} and status <> 'OPEN'
        """, ct);
}

/// <param name="FlowInstanceId">Null: a person made it.</param>
/// <param name="UpdatedAt">Of one that is closed: when it was closed.</param>
internal sealed record ToDoAge(long Id, long? FlowInstanceId, bool IsOpen, DateTimeOffset UpdatedAt);
