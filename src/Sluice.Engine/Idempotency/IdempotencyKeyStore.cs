using Sluice.Engine.Storage;

namespace Sluice.Engine.Idempotency;

internal sealed class IdempotencyKeyStore(IDbSession db)
{
    /// <summary>
    /// Takes the key, in the transaction that does the call. It never waits: if another transaction does a call with the key, it takes nothing, and the
    /// unique key is not touched. A key whose time is over is taken as if it were not there. Uses the primary key.
    /// </summary>
    /// <returns>False: a call with the key is being done or was done.</returns>
    public async Task<bool> TakeAsync(KeyedCall call, DateTimeOffset now, DateTimeOffset keptUntil, CancellationToken ct) => (await db.QueryAsync($"""
        insert into idempotency_keys (company_id, key_hash, fingerprint, request_id, kept_until)
        select {call.CompanyId}, {Hex(call.KeyHash)}, {Hex(call.Fingerprint)}, {call.RequestId}, {keptUntil}
        where {db.Dialect.TryLock}({call.Lock})
        on conflict (company_id, key_hash) do update
        set fingerprint = excluded.fingerprint,
            request_id = excluded.request_id,
            status = null,
            answer = null,
            kept_until = excluded.kept_until
        where idempotency_keys.kept_until <= {now}
        returning {db.Dialect.ShareLock}({call.ShownLock})
        """, _ => 1, ct)).Count == 1;

    /// <returns>What is committed about the key; null: nothing.</returns>
    public async Task<KeptCall?> FindAsync(KeyedCall call, DateTimeOffset now, CancellationToken ct) => (await db.QueryAsync($"""
        select fingerprint, request_id, status, answer
        from idempotency_keys
        where company_id = {call.CompanyId} and key_hash = {Hex(call.KeyHash)} and kept_until > {now}
        """, row => new KeptCall(row.Text("fingerprint") == Hex(call.Fingerprint), row.Text("request_id"), row.Int("status"), row.TextOrNull("answer")), ct)).SingleOrDefault();

    /// <summary>Whether a transaction that has not ended does another call with the key. Only on PostgreSQL: it shows the locks of the transactions.</summary>
    public async Task<bool> IsOtherRunningAsync(KeyedCall call, CancellationToken ct) => (await db.QueryAsync($"""
        select 1
        from pg_locks l
        where l.locktype = 'advisory' and l.mode = 'ShareLock' and l.objsubid = 1
          and cast(l.classid as bigint) = {call.ShownKey} and cast(l.objid as bigint) <> {call.ShownCall}
        order by l.objid
        limit 1
        """, row => row.GetInt32(0), ct)).Count > 0;

    /// <param name="answer">Encrypted; null: it is too large.</param>
    public Task KeepAsync(KeyedCall call, int status, string? answer, CancellationToken ct) => db.ExecuteAsync($"""
        update idempotency_keys
        set status = {status}, answer = {answer}
        where company_id = {call.CompanyId} and key_hash = {Hex(call.KeyHash)}
        """, ct);

    public Task ForgetAsync(KeyedCall call, CancellationToken ct) => db.ExecuteAsync($"""
        delete from idempotency_keys
        where company_id = {call.CompanyId} and key_hash = {Hex(call.KeyHash)}
        """, ct);

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

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}

/// <param name="IsEqual">Whether the call that was done is equal to the one that asks.</param>
/// <param name="Answer">Encrypted; null: it is not kept any more.</param>
internal sealed record KeptCall(bool IsEqual, string RequestId, int Status, string? Answer);
