using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects;

/// <summary>One CRM record of a person, also if the CRM has deleted it: its data is still here.</summary>
internal sealed record PersonRecord(
    long Id, string CrmId, string Kind, string? FirstName, string? LastName, string? Email, string? PhoneNumber, DateTimeOffset? DeletedAt);

/// <summary>Finds and erases all records that have an address.</summary>
internal sealed class PersonStore(IDbSession db)
{
    private static readonly SqlText Columns = new("p.id, p.crm_id, p.kind, p.first_name, p.last_name, p.email, p.phone_number, p.deleted_at");

    /// <summary>Lists the records with this address, oldest first. A CRM id may be an e-mail address too [doc]. Uses prospects_email, prospects_phone and prospects_crm_id.</summary>
    public Task<List<PersonRecord>> ListAsync(long companyId, AddressKey key, int limit, CancellationToken ct) =>
        FindAsync(companyId, key, limit, new SqlText(""), ct);

    /// <summary>Does the same and locks them until the transaction ends. Call it before their instances are locked, as all code does.</summary>
    public Task<List<PersonRecord>> LockAsync(long companyId, AddressKey key, int limit, CancellationToken ct) =>
        FindAsync(companyId, key, limit, db.Dialect.ForUpdateOf("p"), ct);

    public async Task<long> CountAsync(long companyId, AddressKey key, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*)
        from prospects p
        where p.company_id = {companyId} and (p.email_key = {EmailOf(key)} or p.crm_id = {EmailOf(key)} or p.phone_key = {PhoneOf(key)})
        """, row => row.GetInt64(0), ct)).Single();

    public Task<int> EraseAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.ExecuteAsync($"""
        delete from prospects
        where company_id = {companyId} and id in (select value from {SqlTable.Of(ids)} asked)
        """, ct);

    private Task<List<PersonRecord>> FindAsync(long companyId, AddressKey key, int limit, SqlText locking, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from prospects p
        where p.company_id = {companyId} and (p.email_key = {EmailOf(key)} or p.crm_id = {EmailOf(key)} or p.phone_key = {PhoneOf(key)})
        order by p.id
        limit {limit}
        {locking}
        """, Read, ct);

    private static string? EmailOf(AddressKey key) => key.IsPhone ? null : key.Text;

    private static string? PhoneOf(AddressKey key) => key.IsPhone ? key.Text : null;

    private static PersonRecord Read(DbDataReader row) => new(
        row.Integer("id"),
        row.Text("crm_id"),
        row.Text("kind"),
        row.TextOrNull("first_name"),
        row.TextOrNull("last_name"),
        row.TextOrNull("email"),
        row.TextOrNull("phone_number"),
        row.TimeOrNull("deleted_at"));
}
