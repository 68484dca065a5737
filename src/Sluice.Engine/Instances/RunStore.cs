using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>The SQL statements with which the engine reads and changes flow instances.</summary>
internal sealed class RunStore(IDbSession db)
{
    private static readonly SqlText Columns = new(string.Join(", ", ((string[])
    [
        "company_id", "id", "crm_prospect_id", "prospect_id", "flow_id", "owner_id", "status", "step_order", "attempt", "flow_version", "waits_for",
        "next_due_at", "fence", "terms_id", "created_at", "replied_at", "paused_at", "pause_reason", "held_waits_for", "held_due_at", "finished_at",
        "finish_reason", "event_count",
    ]).Select(column => $"i.{column}")));

    /// <summary>
    /// Reads the instances that have been due longest and locks them until the transaction ends; passes over those that another worker has locked. It also returns
    /// finished instances, because a removal keeps their due time: the caller clears it. Call it only in a transaction. Uses index flow_instances_due.
    /// </summary>
    public Task<List<Run>> LockDueAsync(DateTimeOffset now, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from flow_instances i
        where i.next_due_at is not null and i.next_due_at <= {now}
        order by i.next_due_at
        limit {limit}
        {db.Dialect.ForUpdateSkipLocked("i")}
        """, Read, ct);

    /// <summary>Does the same with those of these instances that are still due. Uses the primary key.</summary>
    public Task<List<Run>> LockDueAsync(long companyId, IReadOnlyList<long> ids, DateTimeOffset now, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from flow_instances i
        where i.company_id = {companyId} and i.id {SqlTable.In(ids)} and i.next_due_at is not null and i.next_due_at <= {now}
        {db.Dialect.ForUpdateSkipLocked("i")}
        """, Read, ct);

    /// <returns>When the next instance is due; null if none is. Uses index flow_instances_due.</returns>
    public async Task<DateTimeOffset?> FindNextDueAsync(CancellationToken ct) => (await db.QueryAsync($"""
        select d.next_due_at
        from flow_instances d
        where d.next_due_at is not null
        order by d.next_due_at
        limit 1
        """, row => row.TimeOrNull(0), ct)).SingleOrDefault();

    /// <summary>Reads these instances and locks them, in id order, until the transaction ends. Call it only in a transaction.</summary>
    public Task<List<Run>> LockAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from flow_instances i
        where i.company_id = {companyId} and i.id {SqlTable.In(ids)}
        order by i.id
        {db.Dialect.ForUpdateOf("i")}
        """, Read, ct);

    public async Task<Run?> LockAsync(long companyId, long id, CancellationToken ct) => (await LockAsync(companyId, [id], ct)).SingleOrDefault();

    public async Task<Run?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from flow_instances i
        where i.company_id = {companyId} and i.id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Finds the open instances of a prospect, oldest first. Uses index flow_instances_once.</summary>
    public Task<List<Run>> FindOpenByProspectAsync(long companyId, long prospectId, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from flow_instances i
        where i.company_id = {companyId} and i.prospect_id = {prospectId} and {InstanceStatuses.IsOpen("i")}
        order by i.created_at, i.id
        """, Read, ct);

    /// <summary>Finds the ids of the open instances of these prospects. Uses index flow_instances_once.</summary>
    public Task<List<long>> FindOpenByProspectAsync(long companyId, IReadOnlyList<long> prospectIds, CancellationToken ct) => db.QueryAsync($"""
        select i.id
        from {SqlTable.Of(prospectIds)} asked
        cross join flow_instances i
        where i.company_id = {companyId} and i.prospect_id = asked.value and {InstanceStatuses.IsOpen("i")}
        """, row => row.GetInt64(0), ct);

    /// <summary>Finds which of these addresses and phone numbers belong to records with an open instance. Uses prospects_email, prospects_phone and flow_instances_once.</summary>
    public async Task<HashSet<string>> FindAddressesInFlowsAsync(long companyId, IReadOnlyList<string> keys, CancellationToken ct) => [.. await db.QueryAsync($"""
        select asked.value
        from {SqlTable.Of(keys)} asked
        where exists (
            select 1
            from prospects p
            join flow_instances i on i.company_id = p.company_id and i.prospect_id = p.id and {InstanceStatuses.IsOpen("i")}
            where p.company_id = {companyId} and p.email_key = asked.value)
          or exists (
            select 1
            from prospects p
            join flow_instances i on i.company_id = p.company_id and i.prospect_id = p.id and {InstanceStatuses.IsOpen("i")}
            where p.company_id = {companyId} and p.phone_key = asked.value)
        """, row => row.GetString(0), ct)];

    /// <summary>Lists open instances of records whose address is in a domain, in id order. Reads all open instances: a domain is stopped rarely.</summary>
    /// <param name="domain">With its at sign.</param>
    public Task<List<long>> ListOpenInDomainAsync(long companyId, string domain, long after, int limit, CancellationToken ct) => db.QueryAsync($"""
        select i.id
        from flow_instances i
        join prospects p on p.company_id = i.company_id and p.id = i.prospect_id
        where i.company_id = {companyId} and i.id > {after} and {InstanceStatuses.IsOpen("i")}
          and length(p.email_key) > length({domain}) and substr(p.email_key, length(p.email_key) - length({domain}) + 1) = {domain}
        order by i.id
        limit {limit}
        """, row => row.GetInt64(0), ct);

    /// <summary>Finds the ids of the open instances of these prospects. Uses index flow_instances_open.</summary>
    public Task<List<long>> FindOpenByProspectAsync(long companyId, IReadOnlyList<string> crmIds, CancellationToken ct) => db.QueryAsync($"""
        select i.id
        from {SqlTable.Of(crmIds)} asked
        cross join flow_instances i
        where i.company_id = {companyId} and i.crm_prospect_id = asked.value and {InstanceStatuses.IsOpen("i")}
        """, row => row.GetInt64(0), ct);

    /// <summary>Counts the open instances of each of these prospects; a prospect without one is absent. Uses index flow_instances_once.</summary>
    public async Task<Dictionary<long, int>> CountOpenAsync(long companyId, IReadOnlyList<long> prospectIds, CancellationToken ct) => (await db.QueryAsync($"""
        select i.prospect_id, count(*) as instances
        from {SqlTable.Of(prospectIds)} asked
        cross join flow_instances i
        where i.company_id = {companyId} and i.prospect_id = asked.value and {InstanceStatuses.IsOpen("i")}
        group by i.prospect_id
        """, row => (row.Integer("prospect_id"), (int)row.Integer("instances")), ct)).ToDictionary();

    /// <summary>Lists a batch of a company's instances in id order, for a sweep that ends those of a deleted flow or user. Uses the primary key.</summary>
    public Task<List<Run>> ListAfterAsync(long companyId, long afterId, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from flow_instances i
        where i.company_id = {companyId} and i.id > {afterId}
        order by i.id
        limit {limit}
        """, Read, ct);

    /// <summary>
    /// Saves changed instances. It saves an instance only if nobody has changed it since it was read. The fencing token shows a
    /// change; a removal keeps the token, so the statement also checks that the status is still open.
    /// </summary>
    /// <returns>The instances that were saved. The caller must write nothing for the others.</returns>
    public Task<List<SavedRun>> SaveAsync(IReadOnlyList<RunToSave> runs, CancellationToken ct) => SaveAsync(
        ToTable(runs)
            .Integer("status", one => (int)one.Run.Status)
            .Integer("owner_id", one => one.Run.OwnerId)
            .Time("finished_at", one => one.Run.FinishedAt)
            .Text("finish_reason", one => one.Run.FinishReason?.Word()),
        new SqlText("""
            status = n.status,
                owner_id = n.owner_id,
                finished_at = n.finished_at,
                finish_reason = n.finish_reason,
            """),
        ct);

    /// <summary>
    /// Saves instances whose status and owner have not changed, which is the usual case after a step. SQLite rewrites the entries of every
    /// index that contains an updated column, even if its value stays the same; leaving these columns out saves two indexes of all open instances.
    /// </summary>
    public Task<List<SavedRun>> SaveStepAsync(IReadOnlyList<RunToSave> runs, CancellationToken ct) => SaveAsync(ToTable(runs), new SqlText(""), ct);

    private Task<List<SavedRun>> SaveAsync(SqlTable<RunToSave> runs, SqlText more, CancellationToken ct) => runs.Count == 0 ? Task.FromResult<List<SavedRun>>([]) : db.QueryAsync($"""
        update flow_instances
        set {more}
            step_order = n.step_order,
            attempt = n.attempt,
            flow_version = n.flow_version,
            waits_for = n.waits_for,
            next_due_at = n.next_due_at,
            fence = flow_instances.fence + 1,
            replied_at = n.replied_at,
            paused_at = n.paused_at,
            pause_reason = n.pause_reason,
            held_waits_for = n.held_waits_for,
            held_due_at = n.held_due_at,
            event_count = flow_instances.event_count + n.events
        from {runs} n
        where flow_instances.company_id = n.company_id and flow_instances.id = n.id and flow_instances.fence = n.fence and {InstanceStatuses.IsOpen("flow_instances")}
        returning flow_instances.id, flow_instances.event_count
        """, row => new SavedRun(row.Integer("id"), row.Integer("event_count")), ct);

    /// <summary>Clears the due time of finished instances.</summary>
    public Task ClearDueAsync(IReadOnlyList<Run> ended, CancellationToken ct) => db.ExecuteAsync($"""
        update flow_instances
        set next_due_at = null
        from {SqlTable.Rows(ended).Integer("company_id", run => run.CompanyId).Integer("id", run => run.Id)} n
        where flow_instances.company_id = n.company_id and flow_instances.id = n.id and {InstanceStatuses.IsEnded("flow_instances")}
        """, ct);

    /// <summary>Builds the table of columns that every save writes. Status, owner and the finish columns are not among them.</summary>
    private static SqlTable<RunToSave> ToTable(IReadOnlyList<RunToSave> runs) => SqlTable.Rows(runs)
        .Integer("company_id", one => one.Run.CompanyId)
        .Integer("id", one => one.Run.Id)
        .Integer("step_order", one => one.Run.StepOrder)
        .Integer("attempt", one => one.Run.Attempt)
        .Integer("flow_version", one => one.Run.FlowVersion)
        .Integer("waits_for", one => (int)one.Run.WaitsFor)
        .Time("next_due_at", one => one.Run.NextDueAt)
        .Integer("fence", one => one.Run.Fence)
        .Time("replied_at", one => one.Run.RepliedAt)
        .Time("paused_at", one => one.Run.PausedAt)
        .Text("pause_reason", one => one.Run.PauseReason?.Word())
        .Integer("held_waits_for", one => (int?)one.Run.WaitsForBeforePause)
        .Time("held_due_at", one => one.Run.DueBeforePause)
        .Integer("events", one => one.HasEvent ? 1 : 0);

    private static Run Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        row.Text("crm_prospect_id"),
        row.Integer("prospect_id"),
        row.Integer("flow_id"),
        row.Integer("owner_id"),
        (InstanceStatus)row.Int("status"),
        row.Int("step_order"),
        row.Int("attempt"),
        row.Integer("flow_version"),
        (WaitsFor)row.Int("waits_for"),
        row.TimeOrNull("next_due_at"),
        row.Integer("fence"),
        row.IntegerOrNull("terms_id"),
        row.Time("created_at"),
        row.TimeOrNull("replied_at"),
        row.TimeOrNull("paused_at"),
        row.TextOrNull("pause_reason") is { } paused ? PauseReasons.Parse(paused) : null,
        (WaitsFor?)row.IntegerOrNull("held_waits_for"),
        row.TimeOrNull("held_due_at"),
        row.TimeOrNull("finished_at"),
        row.TextOrNull("finish_reason") is { } finished ? FinishReasons.Parse(finished) : null)
    {
        EventCount = row.Integer("event_count"),
    };
}

/// <param name="HasEvent">Whether the change has an event of its own in the feed.</param>
internal sealed record RunToSave(Run Run, bool HasEvent);

/// <param name="EventCount">How many events the instance has had, with that of this change.</param>
internal sealed record SavedRun(long Id, long EventCount);
