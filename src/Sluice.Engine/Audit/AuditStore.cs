using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Audit;

/// <summary>Adds to the audit, and reads it. There is no statement that changes what a line says.</summary>
internal sealed class AuditStore(IDbSession db)
{
    private static readonly SqlText Columns = new("company_id, id, action, subject, user_id, api_key_id, was, became, address, request_id, at");

    public Task AddAsync(AuditEntry entry, CancellationToken ct) => db.ExecuteAsync($"""
        insert into audit (company_id, id, action, subject, user_id, api_key_id, was, became, address, request_id, at)
        values ({entry.CompanyId}, {entry.Id}, {entry.Action}, {entry.Subject}, {entry.By.UserId}, {entry.By.ApiKeyId}, {entry.Before}, {entry.After},
                {entry.By.Address}, {entry.By.RequestId}, {entry.At})
        """, ct);

    /// <summary>Lists the newest entries first. Ids rise with the time. Uses the primary key.</summary>
    /// <param name="before">The id of the last entry of the page before; null: the first page.</param>
    public Task<List<AuditEntry>> ListAsync(long companyId, AuditFilter filter, long? before, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from audit
        where company_id = {companyId}
          and id < {before ?? long.MaxValue}
          and ({filter.Action} is null or substr(action, 1, cast({filter.Action?.Length ?? 0} as integer)) = {filter.Action})
          and ({filter.UserId} is null or user_id = {filter.UserId})
          and ({filter.From} is null or at >= {filter.From})
          and ({filter.To} is null or at < {filter.To})
        order by id desc
        limit {limit}
        """, Read, ct);

    /// <summary>Lists entries that may hold what people typed, for an erasure. Uses the primary key.</summary>
    public Task<List<AuditEntry>> ListAfterAsync(long companyId, long after, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from audit
        where company_id = {companyId} and id > {after}
        order by id
        limit {limit}
        """, Read, ct);

    /// <summary>Takes an erased person out of an entry. Nothing else rewrites one.</summary>
    public Task RedactAsync(long companyId, long id, string? before, string? after, CancellationToken ct) => db.ExecuteAsync($"""
        update audit
        set was = {before}, became = {after}
        where company_id = {companyId} and id = {id}
        """, ct);

    /// <summary>Deletes the oldest entries. Uses the index audit_old.</summary>
    /// <returns>How many were deleted; fewer than the limit: none is left.</returns>
    public Task<int> DeleteOldAsync(DateTimeOffset olderThan, int limit, CancellationToken ct) => db.ExecuteAsync($"""
        with old as (
            select a.company_id, a.id
            from audit a
            where a.at < {olderThan}
            order by a.at, a.company_id, a.id
            limit {limit}
            {db.Dialect.ForUpdateSkipLocked("a")}
        )
        delete from audit
        where (company_id, id) in (select company_id, id from old)
        """, ct);

    private static AuditEntry Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        row.Text("action"),
        row.TextOrNull("subject"),
        new AuditActor(row.IntegerOrNull("user_id"), row.IntegerOrNull("api_key_id"), row.TextOrNull("address"), row.TextOrNull("request_id")),
        row.TextOrNull("was"),
        row.TextOrNull("became"),
        row.Time("at"));
}
