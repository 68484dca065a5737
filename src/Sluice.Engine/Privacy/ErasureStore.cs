using System.Data.Common;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Privacy;

internal sealed class ErasureStore(IDbSession db)
{
    private static readonly SqlText Columns = new("""
        company_id, id, key_hash, address, may_be_many, status, records, instances, messages, others, api_key_id, request_id, created_at, finished_at, fence
        """);

    /// <summary>Adds a request. If one for the same address is not finished, the two become one, which may erase many if either may.</summary>
    public Task AddAsync(Erasure erasure, CancellationToken ct) => db.ExecuteAsync($"""
        insert into erasures (company_id, id, key_hash, address, may_be_many, status, records, instances, messages, others,
                              api_key_id, request_id, created_at, lease_until, fence)
        values ({erasure.CompanyId}, {erasure.Id}, {erasure.KeyHash}, {erasure.Address?.Text}, {erasure.MayBeMany}, 'OPEN', 0, 0, 0, 0,
                {erasure.By.ApiKeyId}, {erasure.By.RequestId}, {erasure.CreatedAt}, 0, 0)
        on conflict (company_id, key_hash) where finished_at is null do update
        set may_be_many = erasures.may_be_many or excluded.may_be_many,
            lease_until = case when erasures.address is null then 0 else erasures.lease_until end,
            status = 'OPEN',
            address = excluded.address
        """, ct);

    /// <summary>Claims the request that has waited longest. If the holder dies, it becomes free when the lease ends. Uses index erasures_open.</summary>
    public async Task<LeasedErasure?> LeaseAsync(DateTimeOffset now, TimeSpan lease, CancellationToken ct) => (await db.QueryAsync($"""
        with next as (
            select e.company_id, e.id
            from erasures e
            where e.finished_at is null and e.lease_until <= {now}
            order by e.lease_until, e.id
            limit 1
            {db.Dialect.ForUpdateSkipLocked("e")}
        )
        update erasures
        set lease_until = {now + lease},
            fence = fence + 1
        where (company_id, id) in (select company_id, id from next)
        returning {Columns}
        """, row => new LeasedErasure(Read(row), row.Integer("fence")), ct)).SingleOrDefault();

    /// <summary>Reads the request again and locks it, if the holder still has it.</summary>
    /// <returns>Null: another worker has it now.</returns>
    public async Task<Erasure?> LockAsync(LeasedErasure held, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from erasures e
        where e.company_id = {held.Erasure.CompanyId} and e.id = {held.Erasure.Id} and e.fence = {held.Fence} and e.finished_at is null
        {db.Dialect.ForUpdateOf("e")}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Adds to the counts and moves the end of the lease. The caller has locked the request.</summary>
    public Task ProgressAsync(Erasure erasure, ErasedCounts more, DateTimeOffset leaseUntil, CancellationToken ct) => db.ExecuteAsync($"""
        update erasures
        set records = records + {more.Records},
            instances = instances + {more.Instances},
            messages = messages + {more.Messages},
            others = others + {more.Others},
            lease_until = {leaseUntil}
        where company_id = {erasure.CompanyId} and id = {erasure.Id}
        """, ct);

    /// <summary>Forgets the address. Only its bytes in the database's files remain; the worker writes over them next.</summary>
    public Task ForgetAddressAsync(Erasure erasure, ErasureStatus status, CancellationToken ct) => db.ExecuteAsync($"""
        update erasures
        set address = null,
            status = {ToText(status)}
        where company_id = {erasure.CompanyId} and id = {erasure.Id}
        """, ct);

    /// <summary>Finishes a request whose address is forgotten. One that found nothing leaves nothing behind.</summary>
    public async Task FinishAsync(LeasedErasure held, DateTimeOffset now, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            delete from erasures
            where company_id = {held.Erasure.CompanyId} and id = {held.Erasure.Id} and fence = {held.Fence} and address is null
              and status = 'DONE' and records + instances + messages + others = 0
            """, ct);
        await db.ExecuteAsync($"""
            update erasures
            set finished_at = {now},
                lease_until = 0
            where company_id = {held.Erasure.CompanyId} and id = {held.Erasure.Id} and fence = {held.Fence} and address is null and finished_at is null
            """, ct);
    }

    /// <summary>Gives a request back before it is done.</summary>
    public Task ReleaseAsync(LeasedErasure held, DateTimeOffset until, CancellationToken ct) => db.ExecuteAsync($"""
        update erasures
        set lease_until = {until}
        where company_id = {held.Erasure.CompanyId} and id = {held.Erasure.Id} and fence = {held.Fence} and finished_at is null
        """, ct);

    /// <summary>Ends all leases. Uses index erasures_open.</summary>
    public Task ReleaseLeasesAsync(CancellationToken ct) => db.ExecuteAsync($"""
        update erasures
        set lease_until = 0
        where finished_at is null and lease_until > 0
        """, ct);

    /// <summary>Finds the unfinished request for an address. Uses index erasures_once.</summary>
    public async Task<Erasure?> FindOpenAsync(long companyId, string keyHash, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from erasures e
        where e.company_id = {companyId} and e.key_hash = {keyHash} and e.finished_at is null
        """, Read, ct)).SingleOrDefault();

    /// <summary>Finds a request by id, finished or not. Uses the primary key.</summary>
    public async Task<Erasure?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from erasures e
        where e.company_id = {companyId} and e.id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Lists up to 1000 requests that were finished since a time, of all companies, newest first. Uses index erasures_finished.</summary>
    public Task<List<Erasure>> ListFinishedAsync(DateTimeOffset since, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from erasures e
        where e.finished_at is not null and e.finished_at >= {since}
        order by e.finished_at desc
        limit 1000
        """, Read, ct);

    private static string ToText(ErasureStatus status) => status.ToString().ToUpperInvariant();

    private static Erasure Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        row.Text("key_hash"),
        row.TextOrNull("address") is { } address ? AddressKey.Read(address) : null,
        row.Flag("may_be_many"),
        new ErasedCounts(row.Integer("records"), row.Integer("instances"), row.Integer("messages"), row.Integer("others")),
        new Actor(row.Integer("company_id"), row.IntegerOrNull("api_key_id"), row.TextOrNull("request_id"), null),
        row.Time("created_at"),
        row.TimeOrNull("finished_at"),
        Enum.Parse<ErasureStatus>(row.Text("status"), ignoreCase: true));
}
