using Sluice.Engine.Storage;

namespace Sluice.Engine.Retention;

/// <summary>Finds and deletes the numbers of calls of days long past.</summary>
internal sealed class OldCallStore(IDbSession db)
{
    /// <summary>Lists a piece of a company's days with calls, the oldest first. Uses the primary key.</summary>
    /// <param name="until">The first day that is not listed, in days since 1970, UTC.</param>
    public Task<List<long>> ListAsync(long companyId, long after, long until, int limit, CancellationToken ct) => db.QueryAsync($"""
        select q.day
        from quota_days q
        where q.company_id = {companyId} and q.day > {after} and q.day < {until}
        order by q.day
        limit {limit}
        """, row => row.GetInt64(0), ct);

    /// <summary>Uses the primary key.</summary>
    public Task<int> DeleteAsync(long companyId, IReadOnlyList<long> days, CancellationToken ct) => db.ExecuteAsync($"""
        delete from quota_days
        where company_id = {companyId} and day {SqlTable.In(days)}
        """, ct);
}
