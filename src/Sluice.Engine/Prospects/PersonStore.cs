using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects;

/// <summary>One CRM record of a person, also if the CRM has deleted it: its data is still here.</summary>
internal sealed record PersonRecord(
    long Id, string CrmId, string Kind, string? FirstName, string? LastName, string? Email, string? PhoneNumber, DateTimeOffset? DeletedAt)
{
    /// <summary>The CRM id of the contact that this lead became.</summary>
    public string? ConvertedTo { get; init; }

    public string? EmailKey => string.IsNullOrEmpty(Email) ? null : AddressKey.OfEmail(Email).Text;
}

/// <summary>Finds the records of people by their addresses, and erases them.</summary>
internal sealed class PersonStore(IDbSession db)
{
    private static readonly SqlText Columns = new("p.id, p.crm_id, p.kind, p.first_name, p.last_name, p.email, p.phone_number, p.deleted_at, p.converted_to");

    /// <summary>Lists the records with this address, oldest first. A CRM id may be an e-mail address too [doc]. Uses prospects_email, prospects_phone and prospects_crm_id.</summary>
    public Task<List<PersonRecord>> ListAsync(long companyId, AddressKey key, int limit, CancellationToken ct) =>
        FindByKeyAsync(companyId, key, limit, new SqlText(""), ct);

    /// <summary>Does the same and locks them until the transaction ends. Call it before their instances are locked, as all code does.</summary>
    public Task<List<PersonRecord>> LockAsync(long companyId, AddressKey key, int limit, CancellationToken ct) =>
        FindByKeyAsync(companyId, key, limit, db.Dialect.ForUpdateOf("p"), ct);

    /// <summary>Locks records in the order of their ids. Lock all that a transaction needs at once, and before their instances: then nobody waits in a circle.</summary>
    public Task<List<PersonRecord>> LockAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from prospects p
        where p.company_id = {companyId} and p.id {SqlTable.In(ids)}
        order by p.id
        {db.Dialect.ForUpdateOf("p")}
        """, Read, ct);

    /// <summary>Does the same by CRM id; unknown ones are absent. Uses index prospects_crm_id.</summary>
    public Task<List<PersonRecord>> LockAsync(long companyId, IReadOnlyList<string> crmIds, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from prospects p
        where p.company_id = {companyId} and p.crm_id {SqlTable.In(crmIds)}
        order by p.id
        {db.Dialect.ForUpdateOf("p")}
        """, Read, ct);

    /// <summary>
    /// Finds up to 1000 records that have one of these ids or addresses, or that the CRM ties to one of them, in id order. Uses the primary key, prospects_email, prospects_phone, prospects_converted and prospects_crm_id.
    /// </summary>
    /// <param name="keys">E-mail addresses and phone numbers.</param>
    /// <param name="leadsOf">CRM ids of contacts: finds the leads that became them.</param>
    /// <param name="contacts">CRM ids of contacts that leads became.</param>
    public Task<List<PersonRecord>> FindAsync(
        long companyId, IReadOnlyList<long> ids, IReadOnlyList<string> keys, IReadOnlyList<string> leadsOf, IReadOnlyList<string> contacts, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from prospects p
        where p.company_id = {companyId} and p.id in (
            select value from {SqlTable.Of(ids)} known
            union
            select e.id from {SqlTable.Of(keys)} asked cross join prospects e where e.company_id = {companyId} and e.email_key = asked.value
            union
            select n.id from {SqlTable.Of(keys)} asked cross join prospects n where n.company_id = {companyId} and n.phone_key = asked.value
            union
            select l.id from {SqlTable.Of(leadsOf)} asked cross join prospects l where l.company_id = {companyId} and l.converted_to = asked.value
            union
            select c.id from {SqlTable.Of(contacts)} asked cross join prospects c where c.company_id = {companyId} and c.crm_id = asked.value)
        order by p.id
        limit 1000
        """, Read, ct);

    /// <summary>Finds the pairs of a lead and the contact that it became, of which one was named. Uses prospects_crm_id and prospects_converted.</summary>
    /// <param name="crmIds">The records that were named; both a lead and a contact may be among them.</param>
    /// <param name="contacts">The contacts that the named leads became.</param>
    public Task<List<(long Lead, long Contact)>> ListTiedAsync(long companyId, IReadOnlyList<string> crmIds, IReadOnlyList<string> contacts, CancellationToken ct) => db.QueryAsync($"""
        select l.id as lead, c.id as contact
        from {SqlTable.Of([.. crmIds.Concat(contacts).Distinct(StringComparer.Ordinal)])} asked
        cross join prospects l
        join prospects c on c.company_id = l.company_id and c.crm_id = l.converted_to
        where l.company_id = {companyId} and l.converted_to = asked.value
        order by l.id
        """, row => (row.Integer("lead"), row.Integer("contact")), ct);

    public async Task<long> CountAsync(long companyId, AddressKey key, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*)
        from prospects p
        where p.company_id = {companyId} and (p.email_key = {EmailOf(key)} or p.crm_id = {EmailOf(key)} or p.crm_id = {ReadableOf(key)} or p.phone_key = {PhoneOf(key)})
        """, row => row.GetInt64(0), ct)).Single();

    public Task<int> EraseAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.ExecuteAsync($"""
        delete from prospects
        where company_id = {companyId} and id {SqlTable.In(ids)}
        """, ct);

    private Task<List<PersonRecord>> FindByKeyAsync(long companyId, AddressKey key, int limit, SqlText locking, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from prospects p
        where p.company_id = {companyId} and (p.email_key = {EmailOf(key)} or p.crm_id = {EmailOf(key)} or p.crm_id = {ReadableOf(key)} or p.phone_key = {PhoneOf(key)})
        order by p.id
        limit {limit}
        {locking}
        """, Read, ct);

    private static string? EmailOf(AddressKey key) => key.IsPhone ? null : key.Text;

    private static string? ReadableOf(AddressKey key) => key.IsPhone ? null : key.Spellings[^1];

    private static string? PhoneOf(AddressKey key) => key.IsPhone ? key.Text : null;

    private static PersonRecord Read(DbDataReader row) => new(
        row.Integer("id"),
        row.Text("crm_id"),
        row.Text("kind"),
        row.TextOrNull("first_name"),
        row.TextOrNull("last_name"),
        row.TextOrNull("email"),
        row.TextOrNull("phone_number"),
        row.TimeOrNull("deleted_at"))
    {
        ConvertedTo = row.TextOrNull("converted_to"),
    };
}
