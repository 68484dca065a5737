using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>Finds and deletes instances that ended long ago, and their history.</summary>
internal sealed class OldInstanceStore(IDbSession db)
{
    /// <summary>
    /// Lists a piece of a company's instances in id order, open ones too: a condition on the state could read any number of rows for one that fits. Uses the
    /// primary key: an index of ends would slow down every end.
    /// </summary>
    /// <param name="until">The first id that is not listed.</param>
    public Task<List<InstanceAge>> ListAsync(long companyId, long after, long until, int limit, CancellationToken ct) => db.QueryAsync($"""
        select i.id, i.status, i.finished_at
        from flow_instances i
        where i.company_id = {companyId} and i.id > {after} and i.id < {until}
        order by i.id
        limit {limit}
        """, ReadAge, ct);

    /// <summary>Lists those of these instances that are there. Uses the primary key.</summary>
    public Task<List<InstanceAge>> ListAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.QueryAsync($"""
        select i.id, i.status, i.finished_at
        from {SqlTable.Of(ids)} asked
        cross join flow_instances i
        where i.company_id = {companyId} and i.id = asked.value
        """, ReadAge, ct);

    /// <summary>Locks those of these instances that ended before a time, in id order. Uses the primary key.</summary>
    public Task<List<EndedInstance>> LockEndedAsync(long companyId, IReadOnlyList<long> ids, DateTimeOffset before, CancellationToken ct) => db.QueryAsync($"""
        select i.id, i.prospect_id, i.flow_id, i.terms_id
        from {SqlTable.Of(ids)} asked
        cross join flow_instances i
        where i.company_id = {companyId} and i.id = asked.value and {InstanceStatuses.IsEnded("i")} and i.finished_at < {before}
        order by i.id
        {db.Dialect.ForUpdateOf("i")}
        """, row => new EndedInstance(row.Integer("id"), row.Integer("prospect_id"), row.Integer("flow_id"), row.IntegerOrNull("terms_id")), ct);

    /// <summary>Deletes locked instances with their history, their ledger, and the overrides that no other instance has.</summary>
    /// <returns>How many entries the history had.</returns>
    public async Task<int> DeleteAsync(long companyId, IReadOnlyList<EndedInstance> locked, CancellationToken ct)
    {
        List<long> ids = [.. locked.Select(one => one.Id)];
        var history = await db.ExecuteAsync($"""
            delete from instance_events
            where company_id = {companyId} and flow_instance_id {SqlTable.In(ids)}
            """, ct);
        await new InstanceErasureStore(db).EraseAsync(companyId, ids, [.. locked.Select(one => one.OverridesId).OfType<long>().Distinct()], ct);
        return history;
    }

    /// <returns>How many entries the history of these instances has. Uses the primary key.</returns>
    public async Task<long> CountHistoryAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*)
        from {SqlTable.Of(ids)} asked
        cross join instance_events e
        where e.company_id = {companyId} and e.flow_instance_id = asked.value
        """, row => row.GetInt64(0), ct)).Single();

    /// <summary>Lists a piece of a company's history in the order of the primary key. An erasure leaves history whose instance is gone.</summary>
    /// <param name="until">The first instance that is not listed.</param>
    public Task<List<HistoryEntry>> ListHistoryAsync(long companyId, HistoryEntry after, long until, int limit, CancellationToken ct) => db.QueryAsync($"""
        select e.flow_instance_id, e.id, e.at
        from instance_events e
        where e.company_id = {companyId} and (e.flow_instance_id, e.id) > ({after.FlowInstanceId}, {after.Id}) and e.flow_instance_id < {until}
        order by e.flow_instance_id, e.id
        limit {limit}
        """, row => new HistoryEntry(row.Integer("flow_instance_id"), row.Integer("id"), row.Time("at")), ct);

    /// <summary>Uses the primary key.</summary>
    public Task<int> DeleteHistoryAsync(long companyId, IReadOnlyList<HistoryEntry> entries, CancellationToken ct) => db.ExecuteAsync($"""
        delete from instance_events
        where company_id = {companyId}
          and (flow_instance_id, id) in (select flow_instance_id, id from {SqlTable.Rows(entries).Integer("flow_instance_id", one => one.FlowInstanceId).Integer("id", one => one.Id)} asked)
        """, ct);

    private static InstanceAge ReadAge(DbDataReader row) => new(row.Integer("id"), (InstanceStatus)row.Int("status"), row.TimeOrNull("finished_at"));
}

/// <param name="FinishedAt">Null: it is open.</param>
internal sealed record InstanceAge(long Id, InstanceStatus Status, DateTimeOffset? FinishedAt);

/// <param name="OverridesId">Null: it has none.</param>
internal sealed record EndedInstance(long Id, long ProspectId, long FlowId, long? OverridesId);

internal sealed record HistoryEntry(long FlowInstanceId, long Id, DateTimeOffset At);
