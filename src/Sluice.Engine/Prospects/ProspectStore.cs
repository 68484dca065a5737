using System.Data.Common;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects;

internal sealed class ProspectStore(IDbSession db)
{
    private static readonly SqlText Known = new("""
        p.company_id, p.id, p.crm_id, p.kind, p.first_name, p.last_name, p.email, p.title, p.company_name, p.phone_number, p.time_zone, p.opted_out,
        p.do_not_contact, p.created_at, p.email_valid, p.deleted_at, p.opted_out_flows, p.converted_to
        """);

    /// <summary>
    /// Adds prospects; keeps those whose CRM id exists already. All callers insert in the same order, so that two callers with the same new
    /// prospects cannot deadlock.
    /// </summary>
    public Task AddAsync(IReadOnlyList<Prospect> prospects, CancellationToken ct) => db.ExecuteAsync($"""
        insert into prospects (company_id, id, crm_id, kind, first_name, last_name, email, email_key, email_valid, title, company_name,
                               phone_number, phone_key, time_zone, opted_out, do_not_contact, created_at, converted_to)
        select company_id, id, crm_id, kind, first_name, last_name, email, email_key, email is not null, title, company_name,
               phone_number, phone_key, time_zone, opted_out, do_not_contact, created_at, converted_to
        from {ToTable(prospects)} p
        where true
        order by crm_id
        on conflict (company_id, crm_id) do nothing
        """, ct);

    /// <summary>Adds a large number of prospects at once. None of them may exist yet.</summary>
    public Task ImportAsync(IReadOnlyList<Prospect> prospects, CancellationToken ct) => db.ImportAsync(
        new SqlText("prospects"), ToTable(prospects).Boolean("email_valid", prospect => prospect.Email is not null), ct);

    /// <summary>
    /// Inserts or updates prospects from the CRM. Keeps the fields that only this server knows: opted out and do not contact. A prospect that is as it was is not
    /// written: most of what a CRM delivers is known, and PostgreSQL would write an entry of each index anew.
    /// </summary>
    public Task PutAsync(IReadOnlyList<Prospect> prospects, CancellationToken ct) => db.ExecuteAsync($"""
        insert into prospects (company_id, id, crm_id, kind, first_name, last_name, email, email_key, email_valid, title, company_name,
                               phone_number, phone_key, time_zone, opted_out, do_not_contact, created_at, converted_to)
        select company_id, id, crm_id, kind, first_name, last_name, email, email_key, email is not null, title, company_name,
               phone_number, phone_key, time_zone, opted_out, do_not_contact, created_at, converted_to
        from {ToTable(prospects).OneByOne()} p
        where true
        on conflict (company_id, crm_id) do update
        set kind = excluded.kind,
            first_name = excluded.first_name,
            last_name = excluded.last_name,
            email_valid = case when prospects.email_key = excluded.email_key then prospects.email_valid else excluded.email_valid end,
            email = excluded.email,
            email_key = excluded.email_key,
            title = excluded.title,
            phone_number = excluded.phone_number,
            phone_key = excluded.phone_key,
            converted_to = excluded.converted_to,
            deleted_at = null
        where (prospects.kind, prospects.first_name, prospects.last_name, prospects.email, prospects.title, prospects.phone_number, prospects.converted_to, prospects.deleted_at)
          is distinct from (excluded.kind, excluded.first_name, excluded.last_name, excluded.email, excluded.title, excluded.phone_number, excluded.converted_to, null)
        """, ct);

    /// <summary>
    /// Sets what <see cref="PutAsync"/> keeps of records that are known, because a CRM does not deliver it. The company is that of each row: compared with a
    /// constant, SQLite would read all of the company's records for each row, as long as it has no statistics.
    /// </summary>
    public Task DescribeAsync(IReadOnlyList<Prospect> prospects, CancellationToken ct) => prospects.Count == 0 ? Task.CompletedTask : db.ExecuteAsync($"""
        update prospects
        set company_name = n.company_name,
            time_zone = n.time_zone
        from {ToTable(prospects)} n
        where prospects.company_id = n.company_id and prospects.crm_id = n.crm_id
        """, ct);

    /// <summary>Marks prospects as deleted; the API treats them as unknown from then on.</summary>
    public Task DeleteAsync(long companyId, IReadOnlyList<string> crmIds, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"""
        update prospects
        set deleted_at = {now}
        where company_id = {companyId} and crm_id {SqlTable.In(crmIds)} and deleted_at is null
        """, ct);

    /// <returns>The CRM id of the oldest prospect with that address, ignoring case; null if there is none. Uses index prospects_email.</returns>
    public async Task<string?> FindCrmIdByEmailAsync(long companyId, string email, CancellationToken ct) => (await db.QueryAsync($"""
        select crm_id
        from prospects
        where company_id = {companyId} and email_key = {EmailAddress.Key(email)} and deleted_at is null
        order by id
        limit 1
        """, row => row.GetString(0), ct)).SingleOrDefault();

    /// <summary>Finds prospects by id, including deleted ones. Uses the primary key.</summary>
    public Task<List<ProspectState>> FindAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => FindAsync(companyId, ids, null, ct);

    /// <summary>Does the same, and looks whether the data of their addresses was erased.</summary>
    /// <param name="companyKey">The key of the company's hashes, in hex; null: nobody is found to be erased.</param>
    public async Task<List<ProspectState>> FindAsync(long companyId, IReadOnlyList<long> ids, string? companyKey, CancellationToken ct) => await WithFactsAsync(companyId, await db.QueryAsync($"""
        select {Known}
        from prospects p
        where p.company_id = {companyId} and p.id {SqlTable.In(ids)}
        """, ReadKnown, ct), companyKey, ct);

    /// <summary>
    /// Finds prospects by their CRM ids. Unknown and deleted ones are absent. Uses index prospects_crm_id. It does not join: in a table without statistics,
    /// such as that of a company whose first file is imported, PostgreSQL would read all of the company's records for each slice of the file.
    /// </summary>
    public async Task<List<ProspectState>> FindAsync(long companyId, IReadOnlyList<string> crmIds, CancellationToken ct) => await WithFactsAsync(companyId, await db.QueryAsync($"""
        select {Known}
        from prospects p
        where p.company_id = {companyId} and p.crm_id {SqlTable.In([.. crmIds.Where(Prospect.IsPossibleCrmId)])} and p.deleted_at is null
        """, ReadKnown, ct), null, ct);

    /// <summary>Lists prospects that are not deleted, newest first. Reads the primary key from its end.</summary>
    /// <param name="before">The id of the last prospect of the previous page; null: the first page.</param>
    public async Task<List<ProspectState>> ListAsync(long companyId, long? before, int limit, CancellationToken ct) => await WithFactsAsync(companyId, await db.QueryAsync($"""
        select {Known}
        from prospects p
        where p.company_id = {companyId} and p.id < {before ?? long.MaxValue} and p.deleted_at is null
        order by p.id desc
        limit {limit}
        """, ReadKnown, ct), null, ct);

    /// <summary>Lists the prospects with this address, ignoring case, newest first. Uses index prospects_email.</summary>
    /// <param name="before">The id of the last prospect of the previous page; null: the first page.</param>
    public async Task<List<ProspectState>> ListByEmailAsync(long companyId, string email, long? before, int limit, CancellationToken ct) => await WithFactsAsync(companyId, await db.QueryAsync($"""
        select {Known}
        from prospects p
        where p.company_id = {companyId} and p.email_key = {EmailAddress.Key(email)} and p.id < {before ?? long.MaxValue} and p.deleted_at is null
        order by p.id desc
        limit {limit}
        """, ReadKnown, ct), null, ct);

    /// <summary>Finds the id of a prospect, also of a deleted one. Uses index prospects_crm_id.</summary>
    public async Task<long?> FindIdAsync(long companyId, string crmId, CancellationToken ct) => (await db.QueryAsync($"""
        select id
        from prospects
        where company_id = {companyId} and crm_id = {crmId}
        """, row => (long?)row.GetInt64(0), ct)).SingleOrDefault();

    /// <summary>
    /// Reads a prospect and locks it until the transaction ends, so that nobody can assign it in the meantime. Call it only in a transaction.
    /// Uses index prospects_crm_id.
    /// </summary>
    /// <returns>Null if the prospect does not exist or was deleted.</returns>
    public async Task<ProspectState?> LockAsync(long companyId, string crmId, CancellationToken ct) => (await WithFactsAsync(companyId, await db.QueryAsync($"""
        select {Known}
        from prospects p
        where p.company_id = {companyId} and p.crm_id = {crmId} and p.deleted_at is null
        {db.Dialect.ForUpdateOf("p")}
        """, ReadKnown, ct), null, ct)).SingleOrDefault();

    /// <summary>Reads prospects by id, even deleted ones, and locks them in the order of their ids, as all code does. Uses the primary key.</summary>
    public async Task<List<ProspectState>> LockAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => await WithFactsAsync(companyId, await db.QueryAsync($"""
        select {Known}
        from prospects p
        where p.company_id = {companyId} and p.id {SqlTable.In(ids)}
        order by p.id
        {db.Dialect.ForUpdateOf("p")}
        """, ReadKnown, ct), null, ct);

    /// <summary>Saves the fields that a person may edit, and what the record says itself. The caller must have locked the prospect.</summary>
    public Task UpdateAsync(ProspectState known, CancellationToken ct) => db.ExecuteAsync($"""
        update prospects
        set email = {known.Prospect.Email},
            email_key = {KeyOf(known.Prospect.Email)},
            email_valid = case when email_key = {KeyOf(known.Prospect.Email)} then email_valid else {known.Prospect.Email is not null} end,
            opted_out = {known.Own.OptedOut},
            do_not_contact = {known.Own.DoNotContact},
            opted_out_flows = {OptedOutFlows.Write(known.Own.OptedOutFlowIds)}
        where company_id = {known.Prospect.CompanyId} and id = {known.Prospect.Id}
        """, ct);

    /// <summary>Records that these records opted out of all flows.</summary>
    public Task OptOutAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.ExecuteAsync($"""
        update prospects
        set opted_out = true
        where company_id = {companyId} and id {SqlTable.In(ids)} and not opted_out
        """, ct);

    /// <summary>Records that nobody may contact these records.</summary>
    public Task ForbidContactAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.ExecuteAsync($"""
        update prospects
        set do_not_contact = true
        where company_id = {companyId} and id {SqlTable.In(ids)} and not do_not_contact
        """, ct);

    /// <summary>Takes back what these records say themselves, because an opt-out was lifted.</summary>
    public Task LetInAgainAsync(long companyId, IReadOnlyList<long> ids, bool optedOut, bool doNotContact, CancellationToken ct) => db.ExecuteAsync($"""
        update prospects
        set opted_out = opted_out and not {optedOut},
            do_not_contact = do_not_contact and not {doNotContact}
        where company_id = {companyId} and id {SqlTable.In(ids)}
        """, ct);

    private async Task<List<ProspectState>> WithFactsAsync(long companyId, List<ProspectState> found, string? companyKey, CancellationToken ct)
    {
        var facts = await new SuppressionStore(db).FindAsync(companyId, companyKey, found.Select(one => (one.Prospect.Id, one.Prospect.Email, one.Prospect.PhoneNumber)), ct);
        return facts.Count == 0 ? found : found.ConvertAll(one => one.With(facts[one.Prospect.Id]));
    }

    private static string? KeyOf(string? email) => email is null ? null : EmailAddress.Key(email);

    private static ProspectState ReadKnown(DbDataReader row) => new(
        new Prospect(
            row.Integer("company_id"),
            row.Integer("id"),
            row.Text("crm_id"),
            row.Text("kind"),
            row.TextOrNull("first_name"),
            row.TextOrNull("last_name"),
            row.TextOrNull("email"),
            row.TextOrNull("title"),
            row.TextOrNull("company_name"),
            row.TextOrNull("phone_number"),
            row.TextOrNull("time_zone"),
            row.Flag("opted_out"),
            row.Flag("do_not_contact"),
            row.Time("created_at"))
        {
            ConvertedTo = row.TextOrNull("converted_to"),
        },
        row.Flag("email_valid"),
        row.TimeOrNull("deleted_at") is not null)
    {
        OptedOutFlowIds = OptedOutFlows.Read(row.TextOrNull("opted_out_flows")),
        Own = new RecordFlags(row.Flag("opted_out"), row.Flag("do_not_contact"), OptedOutFlows.Read(row.TextOrNull("opted_out_flows"))),
    };

    private static SqlTable<Prospect> ToTable(IReadOnlyList<Prospect> prospects) => SqlTable.Rows(prospects)
        .Integer("company_id", prospect => prospect.CompanyId)
        .Integer("id", prospect => prospect.Id)
        .Text("crm_id", prospect => prospect.CrmId)
        .Text("kind", prospect => prospect.Kind)
        .Text("first_name", prospect => prospect.FirstName)
        .Text("last_name", prospect => prospect.LastName)
        .Text("email", prospect => prospect.Email)
        .Text("email_key", prospect => KeyOf(prospect.Email))
        .Text("title", prospect => prospect.Title)
        .Text("company_name", prospect => prospect.CompanyName)
        .Text("phone_number", prospect => prospect.PhoneNumber)
        .Text("phone_key", prospect => AddressKey.PhoneKey(prospect.PhoneNumber))
        .Text("time_zone", prospect => prospect.TimeZone)
        .Boolean("opted_out", prospect => prospect.OptedOut)
        .Boolean("do_not_contact", prospect => prospect.DoNotContact)
        .Time("created_at", prospect => prospect.CreatedAt)
        .Text("converted_to", prospect => prospect.ConvertedTo);
}
