using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows;

/// <summary>The steps of a flow as somebody wrote them once.</summary>
/// <param name="Steps">JSON, as in flow files.</param>
/// <param name="At">Null: nobody knows. Flows that are older than their versions have one of these.</param>
/// <param name="UserId">Who wrote it in the console; null: nobody.</param>
/// <param name="ApiKeyId">The key that wrote it; null: none.</param>
internal sealed record FlowVersion(long CompanyId, long FlowId, long Version, string Steps, DateTimeOffset? At, long? UserId, long? ApiKeyId);

internal sealed class FlowVersionStore(IDbSession db)
{
    /// <summary>How many versions of a flow are kept.</summary>
    public const int Kept = 50;

    /// <summary>Keeps versions of one company's flows, unless they are kept already, and drops the oldest ones of these flows. Uses the primary key.</summary>
    public async Task AddAsync(IReadOnlyList<FlowVersion> versions, CancellationToken ct)
    {
        if (versions.Count == 0)
        {
            return;
        }

        var companyId = versions[0].CompanyId;
        await db.ExecuteAsync($"""
            insert into flow_versions (company_id, flow_id, version, steps, at, user_id, api_key_id)
            select {companyId}, flow_id, version, steps, at, user_id, api_key_id
            from {ToTable(versions)} v
            where true
            on conflict (company_id, flow_id, version) do nothing
            """, ct);
        var old = versions.Where(one => one.Version > Kept).ToList();
        await (old.Count == 0 ? Task.CompletedTask : db.ExecuteAsync($"""
            delete from flow_versions
            where company_id = {companyId} and exists (
                select 1
                from {SqlTable.Rows(old).Integer("flow_id", one => one.FlowId).Integer("last", one => one.Version - Kept)} o
                where o.flow_id = flow_versions.flow_id and flow_versions.version <= o.last)
            """, ct));
    }

    /// <returns>The flows of which this version is kept. Uses the primary key.</returns>
    public async Task<HashSet<long>> FindAsync(long companyId, IReadOnlyList<(long FlowId, long Version)> versions, CancellationToken ct) => [.. await db.QueryAsync($"""
        select v.flow_id
        from {SqlTable.Rows(versions).Integer("flow_id", one => one.FlowId).Integer("version", one => one.Version)} asked
        cross join flow_versions v
        where v.company_id = {companyId} and v.flow_id = asked.flow_id and v.version = asked.version
        """, row => row.Integer("flow_id"), ct)];

    /// <summary>Lists the versions of a flow, the newest first. Uses the primary key.</summary>
    public Task<List<FlowVersion>> ListAsync(long companyId, long flowId, CancellationToken ct) => db.QueryAsync($"""
        select company_id, flow_id, version, steps, at, user_id, api_key_id
        from flow_versions
        where company_id = {companyId} and flow_id = {flowId}
        order by version desc
        limit {Kept}
        """, Read, ct);

    /// <returns>The steps of a version, or null if it is not kept. Uses the primary key.</returns>
    public async Task<string?> FindStepsAsync(long companyId, long flowId, long version, CancellationToken ct) => (await db.QueryAsync($"""
        select steps
        from flow_versions
        where company_id = {companyId} and flow_id = {flowId} and version = {version}
        """, row => row.Text("steps"), ct)).SingleOrDefault();

    private static SqlTable<FlowVersion> ToTable(IReadOnlyList<FlowVersion> versions) => SqlTable.Rows(versions)
        .Integer("flow_id", one => one.FlowId)
        .Integer("version", one => one.Version)
        .Text("steps", one => one.Steps)
        .Time("at", one => one.At)
        .Integer("user_id", one => one.UserId)
        .Integer("api_key_id", one => one.ApiKeyId);

    private static FlowVersion Read(DbDataReader row) => new(
        row.Integer("company_id"), row.Integer("flow_id"), row.Integer("version"), row.Text("steps"), row.TimeOrNull("at"), row.IntegerOrNull("user_id"), row.IntegerOrNull("api_key_id"));
}
