using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Companies;

internal sealed class CompanyStore(IDbSession db)
{
    private static readonly SqlText Columns = new("""
        id, name, time_zone, calls_per_second, calls_per_day, multiple_flows_allowed, cool_off_days, create_unknown_prospects, cursor_key, created_at,
        todo_expiry_days, mails_per_sender_day, mails_per_sender_week, mails_per_recipient_day, mails_per_domain_day, mails_per_company_day,
        unsubscribe_link
        """);

    public Task AddAsync(Company company, CancellationToken ct) => db.ExecuteAsync($"""
        insert into companies (id, name, time_zone, calls_per_second, calls_per_day, multiple_flows_allowed, cool_off_days,
                               create_unknown_prospects, cursor_key, created_at,
                               todo_expiry_days, mails_per_sender_day, mails_per_sender_week, mails_per_recipient_day,
                               mails_per_domain_day, mails_per_company_day, unsubscribe_link)
        values ({company.Id}, {company.Name}, {company.TimeZone}, {company.Limits.CallsPerSecond}, {company.Limits.CallsPerDay},
                {company.Admission.MultipleFlowsAllowed}, {company.Admission.CoolOffDays}, {company.Admission.CreateUnknownProspects},
                {company.CursorKey}, {company.CreatedAt},
                {company.Engine.ToDoExpiryDays}, {company.Engine.Limits.SenderDay}, {company.Engine.Limits.SenderWeek}, {company.Engine.Limits.RecipientDay},
                {company.Engine.Limits.DomainDay}, {company.Engine.Limits.CompanyDay}, {company.Engine.UnsubscribeLink})
        """, ct);

    public Task UpdateAsync(Company company, CancellationToken ct) => db.ExecuteAsync($"""
        update companies
        set name = {company.Name},
            time_zone = {company.TimeZone},
            calls_per_second = {company.Limits.CallsPerSecond},
            calls_per_day = {company.Limits.CallsPerDay},
            multiple_flows_allowed = {company.Admission.MultipleFlowsAllowed},
            cool_off_days = {company.Admission.CoolOffDays},
            create_unknown_prospects = {company.Admission.CreateUnknownProspects},
            todo_expiry_days = {company.Engine.ToDoExpiryDays},
            mails_per_sender_day = {company.Engine.Limits.SenderDay},
            mails_per_sender_week = {company.Engine.Limits.SenderWeek},
            mails_per_recipient_day = {company.Engine.Limits.RecipientDay},
            mails_per_domain_day = {company.Engine.Limits.DomainDay},
            mails_per_company_day = {company.Engine.Limits.CompanyDay},
            unsubscribe_link = {company.Engine.UnsubscribeLink}
        where id = {company.Id}
        """, ct);

    /// <summary>Lists all companies, for the operators of the server.</summary>
    public Task<List<Company>> ListAsync(CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from companies
        order by id
        limit 10000
        """, Read, ct);

    public async Task<bool> AnyAsync(CancellationToken ct) => (await db.QueryAsync($"select 1 from companies limit 1", row => row.GetInt32(0), ct)).Count > 0;

    public async Task<Company> GetAsync(long id, CancellationToken ct) =>
        await FindAsync(id, ct) ?? throw new InvalidOperationException($"There is no company {id}");

    public async Task<Company?> FindAsync(long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from companies
        where id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Locks the company until the transaction ends, so that only one transaction at a time counts over the whole company.</summary>
    public Task LockAsync(long id, CancellationToken ct) => db.QueryAsync($"""
        select c.id
        from companies c
        where c.id = {id}
        {db.Dialect.ForUpdateOf("c")}
        """, row => row.GetInt64(0), ct);

    /// <summary>The number of transactions of authors that have written something of the company.</summary>
    public async Task<long> GetAuthoringVersionAsync(long id, CancellationToken ct) =>
        (await db.QueryAsync($"select authoring_version from companies where id = {id}", row => row.GetInt64(0), ct)).Single();

    /// <summary>Counts one more transaction of an author. The company's row stays locked until the transaction ends, so only one author writes at a time.</summary>
    /// <param name="expected">Null: whatever the version is.</param>
    /// <returns>False: the version is another one, and nothing was counted.</returns>
    public async Task<bool> CountAuthoringAsync(long id, long? expected, CancellationToken ct) => await db.ExecuteAsync($"""
        update companies
        set authoring_version = authoring_version + 1
        where id = {id} and ({expected} is null or authoring_version = {expected})
        """, ct) == 1;

    private static Company Read(DbDataReader row) => new(
        row.Integer("id"),
        row.Text("name"),
        row.Text("time_zone"),
        new CompanyLimits(row.Int("calls_per_second"), row.Int("calls_per_day")),
        new AdmissionSettings(row.Flag("multiple_flows_allowed"), row.Int("cool_off_days"), row.Flag("create_unknown_prospects")),
        row.Text("cursor_key"),
        row.Time("created_at"))
    {
        Engine = new EngineSettings(
            row.Int("todo_expiry_days"),
            new MailLimits(
                row.Int("mails_per_sender_day"),
                row.Int("mails_per_sender_week"),
                row.Int("mails_per_recipient_day"),
                row.Int("mails_per_domain_day"),
                row.Int("mails_per_company_day")),
            row.Flag("unsubscribe_link")),
    };
}
