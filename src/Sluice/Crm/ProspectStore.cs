using Sluice.Storage;

namespace Sluice.Crm;

internal sealed class ProspectStore(IDbSession db)
{
    /// <summary>
    /// Those whose CRM id is known already are left as they are. Added in one order for all callers, so that two who bring the same new
    /// ones never wait for each other.
    /// </summary>
    public Task AddAsync(IReadOnlyList<Prospect> prospects, CancellationToken ct) => db.ExecuteAsync($"""
        insert into prospects (company_id, id, crm_id, kind, first_name, last_name, email, email_valid, title, company_name,
                               phone_number, time_zone, opted_out, do_not_contact, created_at)
        select company_id, id, crm_id, kind, first_name, last_name, email, email is not null, title, company_name,
               phone_number, time_zone, opted_out, do_not_contact, created_at
        from {ToTable(prospects)} p
        where true
        order by crm_id
        on conflict (company_id, crm_id) do nothing
        """, ct);

    private static SqlTable<Prospect> ToTable(IReadOnlyList<Prospect> prospects) => SqlTable.Rows(prospects)
        .Integer("company_id", prospect => prospect.CompanyId)
        .Integer("id", prospect => prospect.Id)
        .Text("crm_id", prospect => prospect.CrmId)
        .Text("kind", prospect => prospect.Kind)
        .Text("first_name", prospect => prospect.FirstName)
        .Text("last_name", prospect => prospect.LastName)
        .Text("email", prospect => prospect.Email)
        .Text("title", prospect => prospect.Title)
        .Text("company_name", prospect => prospect.CompanyName)
        .Text("phone_number", prospect => prospect.PhoneNumber)
        .Text("time_zone", prospect => prospect.TimeZone)
        .Boolean("opted_out", prospect => prospect.OptedOut)
        .Boolean("do_not_contact", prospect => prospect.DoNotContact)
        .Time("created_at", prospect => prospect.CreatedAt);
}
