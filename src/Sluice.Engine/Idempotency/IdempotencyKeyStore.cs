using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Idempotency;

internal sealed class IdempotencyKeyStore(IDbSession db)
{
    /// <summary>
    /// Keeps the key with the answer of its call, in the transaction of the effect. A key whose time is over counts as if it were not there. Uses the primary key.
    /// </summary>
    /// <param name="answer">Encrypted; null: it is too large.</param>
    /// <returns>False: another call has taken the key.</returns>
    public async Task<bool> AddAsync(KeyedCall call, int status, string? answer, DateTimeOffset now, DateTimeOffset keptUntil, CancellationToken ct) => await db.ExecuteAsync($"""
        insert into idempotency_keys (company_id, key_hash, fingerprint, request_id, status, answer, kept_until)
        values ({call.CompanyId}, {Hex(call.KeyHash)}, {Hex(call.Fingerprint)}, {call.RequestId}, {status}, {answer}, {keptUntil})
        on conflict (company_id, key_hash) do update
        set fingerprint = excluded.fingerprint,
            request_id = excluded.request_id,
            status = excluded.status,
            answer = excluded.answer,
            kept_until = excluded.kept_until
        where idempotency_keys.kept_until <= {now}
        """, ct) == 1;

    /// <returns>What is committed about the key; null: nothing. Uses the primary key.</returns>
    public async Task<KeptCall?> FindAsync(KeyedCall call, DateTimeOffset now, CancellationToken ct) => (await db.QueryAsync($"""
        select fingerprint, request_id, status, answer, kept_until
        from idempotency_keys
        where company_id = {call.CompanyId} and key_hash = {Hex(call.KeyHash)}
        """, row => Read(row, call, now), ct)).SingleOrDefault();

    /// <summary>
    /// Locks the key until the transaction ends, and finds what is committed about it. It never waits. The transaction then also shows which call it does. Only
    /// on PostgreSQL, where calls with a key run at the same time on any node.
    /// </summary>
    /// <returns>Whether the key was locked: otherwise another transaction does a call with it.</returns>
    public async Task<(bool IsLocked, KeptCall? Kept)> LockAsync(KeyedCall call, DateTimeOffset now, CancellationToken ct) => (await db.QueryAsync($"""
        select k.fingerprint, k.request_id, k.status, k.answer, k.kept_until, pg_advisory_xact_lock_shared({call.ShownLock})
        from (select 1) as asked
        left join idempotency_keys k on k.company_id = {call.CompanyId} and k.key_hash = {Hex(call.KeyHash)}
        where pg_try_advisory_xact_lock({call.Lock})
        """, row => (true, row.TextOrNull("fingerprint") is null ? null : Read(row, call, now)), ct)).SingleOrDefault();

    /// <summary>Whether a transaction that has not ended does another call with the key. Only on PostgreSQL: it shows the locks of the transactions.</summary>
    public async Task<bool> IsOtherRunningAsync(KeyedCall call, CancellationToken ct) => (await db.QueryAsync($"""
        select 1
        from pg_locks l
        where l.locktype = 'advisory' and l.mode = 'ShareLock' and l.objsubid = 1
          and cast(l.classid as bigint) = {call.ShownKey} and cast(l.objid as bigint) <> {call.ShownCall}
        order by l.objid
        limit 1
        """, row => row.GetInt32(0), ct)).Count > 0;

    public Task<List<long>> ListCompaniesAsync(CancellationToken ct) =>
        db.QueryAsync($"select distinct company_id from idempotency_keys order by company_id", row => row.GetInt64(0), ct);

    public async Task<long> CountAsync(long companyId, CancellationToken ct) =>
        (await db.QueryAsync($"select count(*) from idempotency_keys where company_id = {companyId}", row => row.GetInt64(0), ct)).Single();

    /// <summary>Deletes the oldest keys whose time is over at the given time. Uses index idempotency_keys_old.</summary>
    /// <returns>Number of keys that were deleted.</returns>
    public Task<int> DeleteOldestAsync(long companyId, DateTimeOffset until, int limit, CancellationToken ct) => db.ExecuteAsync($"""
        with old as (
            select k.company_id, k.key_hash
            from idempotency_keys k
            where k.company_id = {companyId} and k.kept_until <= {until}
            order by k.kept_until, k.key_hash
            limit {limit}
            {db.Dialect.ForUpdateSkipLocked("k")}
        )
        delete from idempotency_keys
        where (company_id, key_hash) in (select company_id, key_hash from old)
        """, ct);

    /// <summary>Lists keys with an answer, along the primary key.</summary>
    /// <param name="after">As it was listed; empty: from the first.</param>
    public Task<List<string>> ListAnsweredAsync(long companyId, string after, int limit, CancellationToken ct) => db.QueryAsync($"""
        select key_hash
        from idempotency_keys
        where company_id = {companyId} and key_hash > {after} and answer is not null
        order by key_hash
        limit {limit}
        """, row => row.GetString(0), ct);

    /// <summary>Forgets answers, and keeps that the calls were done.</summary>
    /// <param name="keys">As they were listed.</param>
    public Task<int> EraseAnswersAsync(long companyId, IReadOnlyList<string> keys, CancellationToken ct) => db.ExecuteAsync($"""
        update idempotency_keys
        set answer = null
        where company_id = {companyId} and key_hash {SqlTable.In(keys)}
        """, ct);

    /// <summary>
    /// Compares the time here and not in the statement: while PostgreSQL has no statistics of the table, it would use the index idempotency_keys_old and read all
    /// keys of the company.
    /// </summary>
    /// <returns>Null: the key counts as if it were not there, because its time is over.</returns>
    private static KeptCall? Read(DbDataReader row, KeyedCall call, DateTimeOffset now) => row.Time("kept_until") <= now
        ? null
        : new KeptCall(row.Text("fingerprint") == Hex(call.Fingerprint), row.Text("request_id"), row.Int("status"), row.TextOrNull("answer"));

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}

/// <param name="IsEqual">Whether the call that was done is equal to the one that asks.</param>
/// <param name="Answer">Encrypted; null: it is not kept any more.</param>
internal sealed record KeptCall(bool IsEqual, string RequestId, int Status, string? Answer);
