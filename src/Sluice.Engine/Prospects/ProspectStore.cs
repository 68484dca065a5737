using System.Data.Common;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects;

internal sealed class ProspectStore(IDbSession db)
{
    private static readonly SqlText Known = new("""
        p.company_id, p.id, p.crm_id, p.kind, p.first_name, p.last_name, p.email, p.title, p.company_name, p.phone_number, p.time_zone, p.opted_out,
        p.do_not_contact, p.created_at, p.email_valid, p.deleted_at
        """);

    /// <summary>
    /// Those whose CRM id is known already are left as they are. Added in one order for all callers, so that two who bring the same new
    /// ones never wait for each other.
    /// </summary>
    public Task AddAsync(IReadOnlyList<Prospect> prospects, CancellationToken ct) => db.ExecuteAsync($"""
        insert into prospects (company_id, id, crm_id, kind, first_name, last_name, email, email_key, email_valid, title, company_name,
                               phone_number, time_zone, opted_out, do_not_contact, created_at)
        select company_id, id, crm_id, kind, first_name, last_name, email, email_key, email is not null, title, company_name,
               phone_number, time_zone, opted_out, do_not_contact, created_at
        from {ToTable(prospects)} p
        where true
        order by crm_id
        on conflict (company_id, crm_id) do nothing
        """, ct);

    /// <summary>Very many at once, none of which is there yet.</summary>
    public Task ImportAsync(IReadOnlyList<Prospect> prospects, CancellationToken ct) => db.ImportAsync(
        new SqlText("prospects"), ToTable(prospects).Boolean("email_valid", prospect => prospect.Email is not null), ct);

    /// <summary>As the CRM has them now. What is known only here (opted out, not to be contacted) stays.</summary>
    public Task PutAsync(IReadOnlyList<Prospect> prospects, CancellationToken ct) => db.ExecuteAsync($"""
        insert into prospects (company_id, id, crm_id, kind, first_name, last_name, email, email_key, email_valid, title, company_name,
                               phone_number, time_zone, opted_out, do_not_contact, created_at)
        select company_id, id, crm_id, kind, first_name, last_name, email, email_key, email is not null, title, company_name,
               phone_number, time_zone, opted_out, do_not_contact, created_at
        from {ToTable(prospects)} p
        where true
        on conflict (company_id, crm_id) do update
        set kind = excluded.kind,
            first_name = excluded.first_name,
            last_name = excluded.last_name,
            email_valid = case when prospects.email_key = excluded.email_key then prospects.email_valid else true end,
            email = excluded.email,
            email_key = excluded.email_key,
            title = excluded.title,
            phone_number = excluded.phone_number,
            deleted_at = null
        """, ct);

    /// <summary>They are unknown from now on.</summary>
    public Task DeleteAsync(long companyId, IReadOnlyList<string> crmIds, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"""
        update prospects
        set deleted_at = {now}
        where company_id = {companyId} and crm_id in (select value from {SqlTable.Of(crmIds)} asked) and deleted_at is null
        """, ct);

    /// <returns>Of the oldest prospect with that address, in any case; null: nobody has it. Index prospects_email.</returns>
    public async Task<string?> FindCrmIdByEmailAsync(long companyId, string email, CancellationToken ct) => (await db.QueryAsync($"""
        select crm_id
        from prospects
        where company_id = {companyId} and email_key = {EmailAddress.Key(email)} and deleted_at is null
        order by id
        limit 1
        """, row => row.GetString(0), ct)).SingleOrDefault();

    /// <summary>By id, with what a flow must know of them; deleted ones too. Primary key.</summary>
    public Task<List<KnownProspect>> FindAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.QueryAsync($"""
        select {Known}
        from prospects p
        where p.company_id = {companyId} and p.id in (select value from {SqlTable.Of(ids)} asked)
        """, ReadKnown, ct);

    /// <summary>Locked until the transaction ends: nobody assigns it meanwhile. Only in a transaction. Index prospects_crm_id.</summary>
    /// <returns>Null: there is none, or not any more.</returns>
    public async Task<KnownProspect?> LockAsync(long companyId, string crmId, CancellationToken ct) => (await db.QueryAsync($"""
        select {Known}
        from prospects p
        where p.company_id = {companyId} and p.crm_id = {crmId} and p.deleted_at is null
        {db.Dialect.ForUpdateOf("p")}
        """, ReadKnown, ct)).SingleOrDefault();

    /// <summary>What is written by hand, of one that is locked.</summary>
    public Task UpdateAsync(KnownProspect known, CancellationToken ct) => db.ExecuteAsync($"""
        update prospects
        set email = {known.Prospect.Email},
            email_key = {(known.Prospect.Email is { } email ? EmailAddress.Key(email) : null)},
            email_valid = {known.EmailValid},
            opted_out = {known.Prospect.OptedOut},
            do_not_contact = {known.Prospect.DoNotContact}
        where company_id = {known.Prospect.CompanyId} and id = {known.Prospect.Id}
        """, ct);

    /// <summary>They want no more, in any flow.</summary>
    public Task OptOutAsync(long companyId, long id, CancellationToken ct) => db.ExecuteAsync($"""
        update prospects
        set opted_out = true
        where company_id = {companyId} and id = {id}
        """, ct);

    /// <summary>Mail to them has bounced.</summary>
    public Task InvalidateEmailsAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.ExecuteAsync($"""
        update prospects
        set email_valid = false
        where company_id = {companyId} and id in (select value from {SqlTable.Of(ids)} asked)
        """, ct);

    private static KnownProspect ReadKnown(DbDataReader row) => new(
        new Prospect(
            row.GetInt64(0),
            row.GetInt64(1),
            row.GetString(2),
            row.GetString(3),
            row.TextOrNull(4),
            row.TextOrNull(5),
            row.TextOrNull(6),
            row.TextOrNull(7),
            row.TextOrNull(8),
            row.TextOrNull(9),
            row.TextOrNull(10),
            row.GetBoolean(11),
            row.GetBoolean(12),
            row.Time(13)),
        row.GetBoolean(14),
        row.TimeOrNull(15) is not null);

    private static SqlTable<Prospect> ToTable(IReadOnlyList<Prospect> prospects) => SqlTable.Rows(prospects)
        .Integer("company_id", prospect => prospect.CompanyId)
        .Integer("id", prospect => prospect.Id)
        .Text("crm_id", prospect => prospect.CrmId)
        .Text("kind", prospect => prospect.Kind)
        .Text("first_name", prospect => prospect.FirstName)
        .Text("last_name", prospect => prospect.LastName)
        .Text("email", prospect => prospect.Email)
        .Text("email_key", prospect => prospect.Email is { } email ? EmailAddress.Key(email) : null)
        .Text("title", prospect => prospect.Title)
        .Text("company_name", prospect => prospect.CompanyName)
        .Text("phone_number", prospect => prospect.PhoneNumber)
        .Text("time_zone", prospect => prospect.TimeZone)
        .Boolean("opted_out", prospect => prospect.OptedOut)
        .Boolean("do_not_contact", prospect => prospect.DoNotContact)
        .Time("created_at", prospect => prospect.CreatedAt);
}
