using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows;

/// <summary>The SQL statements for editing flows; those for reading are in <see cref="FlowStore"/>. Use it only in a transaction.</summary>
internal sealed class FlowAuthoringStore(IDbSession tx)
{
    public Task UpdateAsync(Flow flow, CancellationToken ct) => PutAsync([flow], ct);

    /// <summary>Writes flows with their steps and shares, all of them with a few statements. Uses the primary keys and index flow_shares_flow.</summary>
    public async Task WriteAsync(IReadOnlyList<FlowChange> changes, CancellationToken ct)
    {
        await PutAsync([.. changes.Where(change => change.HasNewFields).Select(change => change.After.Flow)], ct);
        await ShareAsync([.. changes.Where(change => change.HasNewShares)], ct);
        await ReplaceStepsAsync([.. changes.Where(change => change.HasNewSteps)], ct);
    }

    /// <summary>Adds flows, or changes the fields of those that are there.</summary>
    private async Task PutAsync(IReadOnlyList<Flow> flows, CancellationToken ct)
    {
        if (flows.Count > 0)
        {
            await tx.ExecuteAsync($"""
                insert into flows (company_id, id, workspace_id, folder_id, owner_id, name, description, visibility, exclusive, enabled, created_at,
                                   version, ruleset_id, window_begins, window_ends, working_days)
                select company_id, id, workspace_id, folder_id, owner_id, name, description, visibility, exclusive, enabled, created_at,
                       version, ruleset_id, window_begins, window_ends, working_days
                from {ToTable(flows)} f
                where true
                on conflict (company_id, id) do update
                set workspace_id = excluded.workspace_id,
                    folder_id = excluded.folder_id,
                    owner_id = excluded.owner_id,
                    name = excluded.name,
                    description = excluded.description,
                    visibility = excluded.visibility,
                    exclusive = excluded.exclusive,
                    enabled = excluded.enabled,
                    version = excluded.version,
                    ruleset_id = excluded.ruleset_id,
                    window_begins = excluded.window_begins,
                    window_ends = excluded.window_ends,
                    working_days = excluded.working_days
                where flows.deleted_at is null
                """, ct);
        }
    }

    /// <summary>Replaces the users with whom the flows are shared.</summary>
    private async Task ShareAsync(IReadOnlyList<FlowChange> changes, CancellationToken ct)
    {
        if (changes.Count > 0)
        {
            var companyId = changes[0].After.Flow.CompanyId;
            var shares = changes.SelectMany(change => change.After.SharedWith, (change, user) => (User: user, Flow: change.After.Flow.Id)).ToList();
            await tx.ExecuteAsync($"delete from flow_shares where company_id = {companyId} and flow_id in (select value from {IdsOf(changes)} f)", ct);
            await tx.ExecuteAsync($"""
                insert into flow_shares (company_id, user_id, flow_id)
                select {companyId}, user_id, flow_id
                from {SqlTable.Rows(shares).Integer("user_id", share => share.User).Integer("flow_id", share => share.Flow)} s
                """, ct);
        }
    }

    /// <summary>Replaces all steps of the flows. A step with an id that was there before is the same step.</summary>
    private async Task ReplaceStepsAsync(IReadOnlyList<FlowChange> changes, CancellationToken ct)
    {
        if (changes.Count > 0)
        {
            await tx.ExecuteAsync($"delete from steps where company_id = {changes[0].After.Flow.CompanyId} and flow_id in (select value from {IdsOf(changes)} f)", ct);
            await new StepStore(tx).AddAsync([.. changes.SelectMany(change => change.After.Steps)], ct);
        }
    }

    /// <summary>Lists flows by id: one page and one more row. Uses the primary key.</summary>
    public async Task<List<Flow>> ListAsync(long companyId, long after, CancellationToken ct)
    {
        var ids = await tx.QueryAsync($"""
            select id
            from flows
            where company_id = {companyId} and id > {after} and deleted_at is null
            order by id
            limit {Paging.PageSize + 1}
            """, row => row.GetInt64(0), ct);
        return [.. (await new FlowStore(tx).FindAsync(companyId, ids, ct)).OrderBy(flow => flow.Id)];
    }

    /// <summary>Lists all flows of the company; reads them page by page.</summary>
    public async Task<List<Flow>> ListAllAsync(long companyId, CancellationToken ct)
    {
        var flows = new List<Flow>();
        for (var after = long.MinValue; ; after = flows[^1].Id)
        {
            var page = await ListAsync(companyId, after, ct);
            flows.AddRange(page);
            if (page.Count <= Paging.PageSize)
            {
                return flows;
            }
        }
    }

    public async Task<long> CountAsync(long companyId, CancellationToken ct) => (await tx.QueryAsync($"""
        select count(*)
        from flows
        where company_id = {companyId} and deleted_at is null
        """, row => row.GetInt64(0), ct)).Single();

    /// <summary>Finds the flows with these names, up to two of each; there should be at most one. Uses index flows_name.</summary>
    public async Task<List<Flow>> FindByNameAsync(long companyId, IReadOnlyList<(long WorkspaceId, string Name)> names, CancellationToken ct)
    {
        var ids = await tx.QueryAsync($"""
            select min(f.id) as first_id, max(f.id) as last_id
            from {SqlTable.Rows(names).Integer("workspace_id", one => one.WorkspaceId).Text("name", one => one.Name)} asked
            cross join flows f
            where f.company_id = {companyId} and f.workspace_id = asked.workspace_id and f.name = asked.name and f.deleted_at is null
            group by f.workspace_id, f.name
            order by first_id
            """, row => (First: row.Integer("first_id"), Last: row.Integer("last_id")), ct);
        return await new FlowStore(tx).FindAsync(companyId, [.. ids.SelectMany(one => new[] { one.First, one.Last }).Distinct()], ct);
    }

    /// <summary>Reads what belongs to these flows. Uses the primary key of steps and index flow_shares_flow.</summary>
    public async Task<List<StoredFlow>> ReadAsync(long companyId, IReadOnlyList<Flow> flows, CancellationToken ct)
    {
        var ids = flows.Select(flow => flow.Id).ToList();
        var steps = (await new StepStore(tx).ListAsync(companyId, ids, ct)).ToLookup(step => step.FlowId);
        var shares = (await ListSharesAsync(companyId, ids, ct)).ToLookup(share => share.FlowId, share => share.UserId);
        return [.. flows.Select(flow => new StoredFlow(flow, [.. steps[flow.Id]], [.. shares[flow.Id]]))];
    }

    private Task<List<(long FlowId, long UserId)>> ListSharesAsync(long companyId, IReadOnlyList<long> flowIds, CancellationToken ct) => tx.QueryAsync($"""
        select flow_id, user_id
        from flow_shares
        where company_id = {companyId} and flow_id {SqlTable.In(flowIds)}
        order by flow_id, user_id
        """, row => (row.Integer("flow_id"), row.Integer("user_id")), ct);

    public async Task<bool> AnyWithRulesetAsync(Ruleset ruleset, CancellationToken ct) => (await tx.QueryAsync($"""
        select 1
        from flows
        where company_id = {ruleset.CompanyId} and ruleset_id = {ruleset.Id} and deleted_at is null
        order by id
        limit 1
        """, row => row.GetInt32(0), ct)).Count > 0;

    private static SqlTable IdsOf(IEnumerable<FlowChange> changes) => SqlTable.Of([.. changes.Select(change => change.After.Flow.Id)]);

    private static SqlTable<Flow> ToTable(IReadOnlyList<Flow> flows) => SqlTable.Rows(flows)
        .Integer("company_id", flow => flow.CompanyId)
        .Integer("id", flow => flow.Id)
        .Integer("workspace_id", flow => flow.WorkspaceId)
        .Integer("folder_id", flow => flow.FolderId)
        .Integer("owner_id", flow => flow.OwnerId)
        .Text("name", flow => flow.Name)
        .Text("description", flow => flow.Description)
        .Integer("visibility", flow => (int)flow.Visibility)
        .Boolean("exclusive", flow => flow.Exclusive)
        .Boolean("enabled", flow => flow.Enabled)
        .Time("created_at", flow => flow.CreatedAt)
        .Integer("version", flow => flow.Version)
        .Integer("ruleset_id", flow => flow.RulesetId)
        .Integer("window_begins", flow => flow.Window.Begins)
        .Integer("window_ends", flow => flow.Window.Ends)
        .Integer("working_days", flow => flow.Window.WorkingDays);
}
