using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>The statements of the engine on flow instances.</summary>
internal sealed class RunStore(IDbSession db)
{
    private static readonly SqlText Columns = ColumnsOf("i");

    // Only by the table's own name can SQLite return a column of an update that reads from other tables too.
    private static readonly SqlText Returned = ColumnsOf("flow_instances");

    /// <summary>
    /// Takes those that have been due longest and holds them until the lease ends. A holder that dies gives them back by doing nothing; one
    /// that is late finds another fence. Ended ones come too, as a removal leaves their due time: whoever claims them drops it. Index
    /// flow_instances_due.
    /// </summary>
    public Task<List<Run>> ClaimDueAsync(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken ct) => db.QueryAsync($"""
        with due as (
            select d.company_id, d.id
            from flow_instances d
            where d.next_due_at is not null and d.next_due_at <= {now} and d.lease_until <= {now}
            order by d.next_due_at
            limit {limit}
            {db.Dialect.ForUpdateOfFree("d")}
        )
        update flow_instances
        set fence = fence + 1,
            lease_until = {now + lease}
        from due
        where flow_instances.company_id = due.company_id and flow_instances.id = due.id
        returning {Returned}
        """, Read, ct);

    /// <summary>
    /// The same without taking them, for a database that one process has to itself: there a lease would guard against nobody, and writing it
    /// costs as much as the step. Who is late is still found out by the fence. Index flow_instances_due.
    /// </summary>
    public Task<List<Run>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from flow_instances i
        where i.next_due_at is not null and i.next_due_at <= {now} and i.lease_until <= {now}
        order by i.next_due_at
        limit {limit}
        """, Read, ct);

    /// <returns>When the next one is due; null: none is. Index flow_instances_due.</returns>
    public async Task<DateTimeOffset?> FindNextDueAsync(CancellationToken ct) => (await db.QueryAsync($"""
        select d.next_due_at
        from flow_instances d
        where d.next_due_at is not null
        order by d.next_due_at
        limit 1
        """, row => row.TimeOrNull(0), ct)).SingleOrDefault();

    /// <summary>These, locked in the order of their ids until the transaction ends. Only in a transaction.</summary>
    public Task<List<Run>> LockAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from {SqlTable.Of(ids)} asked
        cross join flow_instances i
        where i.company_id = {companyId} and i.id = asked.value
        order by i.id
        {db.Dialect.ForUpdateOf("i")}
        """, Read, ct);

    public async Task<Run?> LockAsync(long companyId, long id, CancellationToken ct) => (await LockAsync(companyId, [id], ct)).SingleOrDefault();

    public async Task<Run?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from flow_instances i
        where i.company_id = {companyId} and i.id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <summary>The open ones of a person, oldest first. Index flow_instances_once.</summary>
    public Task<List<Run>> FindOpenOfAsync(long companyId, long prospectId, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from flow_instances i
        where i.company_id = {companyId} and i.prospect_id = {prospectId} and i.status < 3
        order by i.created_at, i.id
        """, Read, ct);

    /// <summary>The ids of the open ones of these prospects. Index flow_instances_open.</summary>
    public Task<List<long>> FindOpenOfAsync(long companyId, IReadOnlyList<string> crmIds, CancellationToken ct) => db.QueryAsync($"""
        select i.id
        from {SqlTable.Of(crmIds)} asked
        cross join flow_instances i
        where i.company_id = {companyId} and i.crm_prospect_id = asked.value and i.status < 3
        """, row => row.GetInt64(0), ct);

    /// <summary>A piece of all instances of a company, in the order of their ids, for a sweep over what is gone. Primary key.</summary>
    public Task<List<Run>> ListAfterAsync(long companyId, long afterId, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from flow_instances i
        where i.company_id = {companyId} and i.id > {afterId}
        order by i.id
        limit {limit}
        """, Read, ct);

    /// <summary>
    /// Writes what has become of them, of each only if nobody has changed it since it was read: the fence says so, and for a removal,
    /// which leaves the fence alone, the status. The lease ends.
    /// </summary>
    /// <returns>The ids of those that were as they had been read. Nothing else may be written for the others.</returns>
    public Task<List<long>> SaveAsync(IReadOnlyList<Run> runs, CancellationToken ct) => SaveAsync(
        ToTable(runs)
            .Integer("status", run => (int)run.Status)
            .Integer("owner_id", run => run.OwnerId)
            .Time("finished_at", run => run.FinishedAt)
            .Text("finish_reason", run => run.FinishReason),
        new SqlText("""
            status = n.status,
                owner_id = n.owner_id,
                finished_at = n.finished_at,
                finish_reason = n.finish_reason,
            """),
        ct);

    /// <summary>
    /// The same of those that have kept their status and owner, as most have after a step. SQLite writes anew the entries of every index that
    /// has a column of the update, also when its value stays: two more trees of all open instances.
    /// </summary>
    public Task<List<long>> SaveStepAsync(IReadOnlyList<Run> runs, CancellationToken ct) => SaveAsync(ToTable(runs), new SqlText(""), ct);

    private Task<List<long>> SaveAsync(SqlTable<Run> runs, SqlText more, CancellationToken ct) => runs.Count == 0 ? Task.FromResult<List<long>>([]) : db.QueryAsync($"""
        update flow_instances
        set {more}
            step_order = n.step_order,
            attempt = n.attempt,
            flow_version = n.flow_version,
            waits_for = n.waits_for,
            next_due_at = n.next_due_at,
            fence = flow_instances.fence + 1,
            lease_until = 0,
            replied_at = n.replied_at,
            paused_at = n.paused_at,
            pause_reason = n.pause_reason,
            held_waits_for = n.held_waits_for,
            held_due_at = n.held_due_at
        from {runs} n
        where flow_instances.company_id = n.company_id and flow_instances.id = n.id and flow_instances.fence = n.fence and flow_instances.status < 3
        returning flow_instances.id
        """, row => row.GetInt64(0), ct);

    /// <summary>Those that have ended are due no more.</summary>
    public Task DropDueAsync(IReadOnlyList<Run> ended, CancellationToken ct) => db.ExecuteAsync($"""
        update flow_instances
        set next_due_at = null,
            lease_until = 0
        from {ToTable(ended)} n
        where flow_instances.company_id = n.company_id and flow_instances.id = n.id and flow_instances.status >= 3
        """, ct);

    private static SqlText ColumnsOf(string table) => new(string.Join(", ", ((string[])
    [
        "company_id", "id", "crm_prospect_id", "prospect_id", "flow_id", "owner_id", "status", "step_order", "attempt", "flow_version", "waits_for",
        "next_due_at", "fence", "terms_id", "created_at", "replied_at", "paused_at", "pause_reason", "held_waits_for", "held_due_at", "finished_at",
        "finish_reason",
    ]).Select(column => $"{table}.{column}")));

    /// <summary>Without what only a change of status or owner writes.</summary>
    private static SqlTable<Run> ToTable(IReadOnlyList<Run> runs) => SqlTable.Rows(runs)
        .Integer("company_id", run => run.CompanyId)
        .Integer("id", run => run.Id)
        .Integer("step_order", run => run.StepOrder)
        .Integer("attempt", run => run.Attempt)
        .Integer("flow_version", run => run.FlowVersion)
        .Integer("waits_for", run => (int)run.WaitsFor)
        .Time("next_due_at", run => run.NextDueAt)
        .Integer("fence", run => run.Fence)
        .Time("replied_at", run => run.RepliedAt)
        .Time("paused_at", run => run.PausedAt)
        .Text("pause_reason", run => run.PauseReason)
        .Integer("held_waits_for", run => (int?)run.HeldWaitsFor)
        .Time("held_due_at", run => run.HeldDueAt);

    private static Run Read(DbDataReader row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        row.GetString(2),
        row.GetInt64(3),
        row.GetInt64(4),
        row.GetInt64(5),
        (FlowInstanceStatus)row.GetInt32(6),
        row.GetInt32(7),
        row.GetInt32(8),
        row.GetInt64(9),
        (WaitsFor)row.GetInt32(10),
        row.TimeOrNull(11),
        row.GetInt64(12),
        row.IntegerOrNull(13),
        row.Time(14),
        row.TimeOrNull(15),
        row.TimeOrNull(16),
        row.TextOrNull(17),
        (WaitsFor?)row.IntegerOrNull(18),
        row.TimeOrNull(19),
        row.TimeOrNull(20),
        row.TextOrNull(21));
}
