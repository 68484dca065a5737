using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>Finds and deletes bulk assignments that were finished long ago.</summary>
internal sealed class OldBulkStore(IDbSession db)
{
    /// <summary>Lists a piece of a company's bulk assignments, the oldest first: their ids sort by age. Uses the primary key.</summary>
    /// <param name="until">The beginning of the first id that is not listed.</param>
    public Task<List<BulkAge>> ListAsync(long companyId, string after, string until, int limit, CancellationToken ct) => db.QueryAsync($"""
        select j.id, j.status, j.created_at
        from bulk_jobs j
        where j.company_id = {companyId} and j.id > {after} and j.id < {until}
        order by j.id
        limit {limit}
        """, row => new BulkAge(row.Text("id"), BulkJobStatuses.Parse(row.Text("status")), row.Time("created_at")), ct);

    /// <summary>Deletes them with their rows. Uses the primary keys.</summary>
    public async Task<int> DeleteAsync(long companyId, IReadOnlyList<string> ids, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            delete from bulk_items
            where company_id = {companyId} and job_id {SqlTable.In(ids)}
            """, ct);
        return await db.ExecuteAsync($"""
            delete from bulk_jobs
            where company_id = {companyId} and id {SqlTable.In(ids)}
            """, ct);
    }
}

internal sealed record BulkAge(string Id, BulkJobStatus Status, DateTimeOffset CreatedAt);
