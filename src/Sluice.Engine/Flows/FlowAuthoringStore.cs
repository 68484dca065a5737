using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows;

/// <summary>The SQL statements for editing flows; those for reading are in <see cref="FlowStore"/>. Use it only in a transaction.</summary>
internal sealed class FlowAuthoringStore(IDbSession tx)
{
    public Task UpdateAsync(Flow flow, CancellationToken ct) => tx.ExecuteAsync($"""
        update flows
        set workspace_id = {flow.WorkspaceId},
            folder_id = {flow.FolderId},
            owner_id = {flow.OwnerId},
            name = {flow.Name},
            description = {flow.Description},
            visibility = {(int)flow.Visibility},
            exclusive = {flow.Exclusive},
            enabled = {flow.Enabled},
            version = {flow.Version},
            ruleset_id = {flow.RulesetId},
            window_begins = {flow.Window.Begins},
            window_ends = {flow.Window.Ends},
            working_days = {flow.Window.WorkingDays}
        where company_id = {flow.CompanyId} and id = {flow.Id} and deleted_at is null
        """, ct);

    /// <summary>Replaces the users with whom the flow is shared. Uses index flow_shares_flow.</summary>
    public async Task ShareAsync(Flow flow, IReadOnlyList<long> userIds, CancellationToken ct)
    {
        await tx.ExecuteAsync($"delete from flow_shares where company_id = {flow.CompanyId} and flow_id = {flow.Id}", ct);
        await tx.ExecuteAsync($"""
            insert into flow_shares (company_id, user_id, flow_id)
            select {flow.CompanyId}, value, {flow.Id}
            from {SqlTable.Of(userIds)} u
            """, ct);
    }

    /// <summary>Replaces all steps of the flow. A step with an id that was there before is the same step.</summary>
    public async Task ReplaceStepsAsync(Flow flow, IReadOnlyList<Step> steps, CancellationToken ct)
    {
        await tx.ExecuteAsync($"delete from steps where company_id = {flow.CompanyId} and flow_id = {flow.Id}", ct);
        await new StepStore(tx).AddAsync(steps, ct);
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

    /// <summary>Finds the flows with this name; there should be at most one. Uses index flows_name.</summary>
    public async Task<List<Flow>> FindByNameAsync(long companyId, long workspaceId, string name, CancellationToken ct) =>
        await new FlowStore(tx).FindAsync(companyId, await tx.QueryAsync($"""
            select id
            from flows
            where company_id = {companyId} and workspace_id = {workspaceId} and name = {name} and deleted_at is null
            order by id
            limit 2
            """, row => row.GetInt64(0), ct), ct);

    /// <summary>Lists the users with whom these flows are shared. Uses index flow_shares_flow.</summary>
    public Task<List<(long FlowId, long UserId)>> ListSharesAsync(long companyId, IReadOnlyList<long> flowIds, CancellationToken ct) => tx.QueryAsync($"""
        select flow_id, user_id
        from flow_shares
        where company_id = {companyId} and flow_id in (select value from {SqlTable.Of(flowIds)} asked)
        order by flow_id, user_id
        """, row => (row.Integer("flow_id"), row.Integer("user_id")), ct);

    public async Task<bool> AnyWithRulesetAsync(Ruleset ruleset, CancellationToken ct) => (await tx.QueryAsync($"""
        select 1
        from flows
        where company_id = {ruleset.CompanyId} and ruleset_id = {ruleset.Id} and deleted_at is null
        order by id
        limit 1
        """, row => row.GetInt32(0), ct)).Count > 0;
}
