using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows;

internal sealed class FlowStore(IDbSession db)
{
    /// <summary>The maximum number of flows in a listing of the most recently assigned [doc].</summary>
    public const int MostRecent = 20;

    private static readonly SqlText Columns = new(
        "f.company_id, f.id, f.workspace_id, f.folder_id, f.owner_id, f.name, f.description, f.visibility, f.exclusive, f.enabled, f.created_at, f.version, f.ruleset_id, f.window_begins, f.window_ends, f.working_days");

    public Task AddAsync(Flow flow, CancellationToken ct) => db.ExecuteAsync($"""
        insert into flows (company_id, id, workspace_id, folder_id, owner_id, name, description, visibility, exclusive, enabled, created_at,
                           version, ruleset_id, window_begins, window_ends, working_days)
        values ({flow.CompanyId}, {flow.Id}, {flow.WorkspaceId}, {flow.FolderId}, {flow.OwnerId}, {flow.Name}, {flow.Description},
                {(int)flow.Visibility}, {flow.Exclusive}, {flow.Enabled}, {flow.CreatedAt},
                {flow.Version}, {flow.RulesetId}, {flow.Window.Begins}, {flow.Window.Ends}, {flow.Window.WorkingDays})
        """, ct);

    public Task ShareAsync(Flow flow, long userId, CancellationToken ct) => db.ExecuteAsync($"""
        insert into flow_shares (company_id, user_id, flow_id)
        values ({flow.CompanyId}, {userId}, {flow.Id})
        on conflict (company_id, user_id, flow_id) do nothing
        """, ct);

    /// <summary>Marks the flow as deleted: listings omit it, and its finished instances keep its name. The caller ends its open instances.</summary>
    public Task DeleteAsync(Flow flow, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"""
        update flows
        set deleted_at = {now}
        where company_id = {flow.CompanyId} and id = {flow.Id} and deleted_at is null
        """, ct);

    /// <summary>
    /// Lists the company's flows, the user's own flows and flows shared with the user: by id, one page and one more row. For a recent-only
    /// query, lists the flows that the user assigned last, newest first. Uses the primary keys of flows, flow_shares and recent_assignments.
    /// </summary>
    public Task<List<VisibleFlow>> ListVisibleAsync(FlowQuery query, long after, int pageSize, CancellationToken ct) => db.QueryAsync($"""
        with visible as (
            select {Columns}, d.name as folder_name, r.at as assigned_at
            from flows f
            left join folders d on d.company_id = f.company_id and d.id = f.folder_id
            left join flow_shares s on s.company_id = f.company_id and s.user_id = {query.UserId} and s.flow_id = f.id
            left join recent_assignments r on r.company_id = f.company_id and r.user_id = {query.UserId} and r.flow_id = f.id
            where f.company_id = {query.CompanyId}
              and f.deleted_at is null
              and (f.visibility = 0 or f.owner_id = {query.UserId} or s.user_id is not null)
              and ({query.WorkspaceId} is null or f.workspace_id = {query.WorkspaceId})
              and ({query.FolderId} is null or f.folder_id = {query.FolderId})
              and (not {query.OnlyRecent} or r.at is not null)
        )
        select f.*, (select count(*) from visible) as total
        from visible f
        where f.id > {after}
        order by case when {query.OnlyRecent} then -f.assigned_at else 0 end, f.id
        limit {(query.OnlyRecent ? MostRecent : pageSize + 1)}
        """, row => new VisibleFlow(Read(row), row.TextOrNull("folder_name"), row.Integer("total")), ct);

    public async Task<Flow?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from flows f
        where f.company_id = {companyId} and f.id = {id} and f.deleted_at is null
        """, Read, ct)).SingleOrDefault();

    public Task<List<Flow>> FindAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from flows f
        where f.company_id = {companyId} and f.deleted_at is null and f.id {SqlTable.In(ids)}
        """, Read, ct);

    /// <summary>Finds flows, including deleted ones: a listing of their finished instances still needs their names.</summary>
    public Task<List<Flow>> FindWithDeletedAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from flows f
        where f.company_id = {companyId} and f.id {SqlTable.In(ids)}
        """, Read, ct);

    public async Task<Flow?> FindWithDeletedAsync(long companyId, long id, CancellationToken ct) => (await FindWithDeletedAsync(companyId, [id], ct)).SingleOrDefault();

    public async Task<bool> IsSharedWithAsync(Flow flow, long userId, CancellationToken ct) =>
        (await db.QueryAsync($"""
            select 1
            from flow_shares
            where company_id = {flow.CompanyId} and user_id = {userId} and flow_id = {flow.Id}
            """, row => row.GetInt32(0), ct)).Count > 0;

    /// <summary>
    /// Records the assignment for the filter <c>mostRecentlyAssigned</c>. A flow that is the user's latest already stays it without a write: the row would be
    /// locked until the commit, so that assignments of one user to one flow would wait for each other.
    /// </summary>
    public Task RecordAssignmentAsync(Flow flow, long userId, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"""
        insert into recent_assignments (company_id, user_id, flow_id, at)
        select {flow.CompanyId}, {userId}, {flow.Id}, {now}
        where not exists (
            select 1
            from (
                select r.flow_id
                from recent_assignments r
                where r.company_id = {flow.CompanyId} and r.user_id = {userId}
                order by r.at desc, r.flow_id
                limit 1
            ) latest
            where latest.flow_id = {flow.Id}
        )
        on conflict (company_id, user_id, flow_id) do update set at = excluded.at
        """, ct);

    private static Flow Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        row.Integer("workspace_id"),
        row.IntegerOrNull("folder_id"),
        row.Integer("owner_id"),
        row.Text("name"),
        row.TextOrNull("description"),
        (FlowVisibility)row.Int("visibility"),
        row.Flag("exclusive"),
        row.Flag("enabled"),
        row.Time("created_at"))
    {
        Version = row.Integer("version"),
        RulesetId = row.IntegerOrNull("ruleset_id"),
        Window = new SendingWindow(row.Int("window_begins"), row.Int("window_ends"), row.Int("working_days")),
    };
}

/// <param name="WorkspaceId">Null: all workspaces.</param>
/// <param name="FolderId">Null: all folders.</param>
/// <param name="OnlyRecent">True: only the flows that the user assigned most recently.</param>
internal sealed record FlowQuery(long CompanyId, long UserId, long? WorkspaceId, long? FolderId, bool OnlyRecent);

/// <param name="Total">The number of matching flows on all pages.</param>
internal sealed record VisibleFlow(Flow Flow, string? FolderName, long Total);
