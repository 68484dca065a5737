using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows;

internal sealed class StepStore(IDbSession db)
{
    public Task AddAsync(IReadOnlyList<Step> steps, CancellationToken ct) => db.ExecuteAsync($"""
        insert into steps (company_id, flow_id, step_order, id, action, wait_minutes, subject, body, is_reply, step_key)
        select company_id, flow_id, step_order, id, action, wait_minutes, subject, body, is_reply, step_key
        from {ToTable(steps)} s
        """, ct);

    /// <summary>Lists the steps of these flows, ordered by flow and position. Uses the primary key.</summary>
    public Task<List<Step>> ListAsync(long companyId, IReadOnlyList<long> flowIds, CancellationToken ct) => db.QueryAsync($"""
        select company_id, flow_id, step_order, id, action, wait_minutes, subject, body, is_reply, step_key
        from steps
        where company_id = {companyId} and flow_id {SqlTable.In(flowIds)}
        order by flow_id, step_order
        """, Read, ct);

    /// <returns>Null if the flow has no steps.</returns>
    public async Task<Step?> FindFirstAsync(Flow flow, CancellationToken ct) =>
        (await db.QueryAsync($"""
            select company_id, flow_id, step_order, id, action, wait_minutes, subject, body, is_reply, step_key
            from steps
            where company_id = {flow.CompanyId} and flow_id = {flow.Id}
            order by step_order
            limit 1
            """, Read, ct)).SingleOrDefault();

    private static Step Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("flow_id"),
        row.Int("step_order"),
        row.Integer("id"),
        row.Text("action"),
        row.Int("wait_minutes"),
        row.TextOrNull("subject"),
        row.TextOrNull("body"),
        row.Flag("is_reply"))
    {
        AuthoredKey = row.TextOrNull("step_key"),
    };

    private static SqlTable<Step> ToTable(IReadOnlyList<Step> steps) => SqlTable.Rows(steps)
        .Integer("company_id", step => step.CompanyId)
        .Integer("flow_id", step => step.FlowId)
        .Integer("step_order", step => step.Order)
        .Integer("id", step => step.Id)
        .Text("action", step => step.Action)
        .Integer("wait_minutes", step => step.WaitMinutes)
        .Text("subject", step => step.Subject)
        .Text("body", step => step.Body)
        .Boolean("is_reply", step => step.IsReply)
        .Text("step_key", step => step.AuthoredKey);
}
