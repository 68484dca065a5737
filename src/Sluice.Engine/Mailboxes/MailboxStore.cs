using System.Data.Common;
using Sluice.Engine.Primitives;
using Sluice.Engine.Secrets;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mailboxes;

internal sealed class MailboxStore(IDbSession db)
{
    private static readonly SqlText Columns = new("""
        company_id, id, user_id, address, name, smtp_host, smtp_port, smtp_tls, imap_host, imap_port, imap_tls,
        user_name, uses_oauth, plus_address, secret, state, fault, fault_at, sending_fault, sending_fault_at,
        failing_since, todo_id, read_at, created_at, fence
        """);

    public Task AddAsync(Mailbox mailbox, CancellationToken ct) => db.ExecuteAsync($"""
        insert into mailboxes (company_id, id, user_id, address, address_key, name, smtp_host, smtp_port, smtp_tls, imap_host, imap_port, imap_tls,
                               user_name, uses_oauth, plus_address, secret, state, created_at, lease_until, fence)
        values ({mailbox.CompanyId}, {mailbox.Id}, {mailbox.UserId}, {mailbox.Address}, {EmailAddress.Key(mailbox.Address)}, {mailbox.Name},
                {mailbox.Smtp.Host}, {mailbox.Smtp.Port}, {mailbox.Smtp.Tls.Word()},
                {mailbox.Imap?.Host}, {mailbox.Imap?.Port ?? 0}, {mailbox.Imap?.Tls.Word() ?? ""},
                {mailbox.UserName}, {mailbox.UsesOAuth}, {mailbox.PlusAddress.Word()}, {mailbox.Secret}, {ToText(mailbox.State)}, {mailbox.CreatedAt}, 0, 0)
        """, ct);

    /// <summary>Changes what a person may change, and ends the lease: whoever reads the mailbox starts anew, with what is changed.</summary>
    public Task UpdateAsync(Mailbox mailbox, CancellationToken ct) => db.ExecuteAsync($"""
        update mailboxes
        set user_id = {mailbox.UserId},
            name = {mailbox.Name},
            smtp_host = {mailbox.Smtp.Host},
            smtp_port = {mailbox.Smtp.Port},
            smtp_tls = {mailbox.Smtp.Tls.Word()},
            imap_host = {mailbox.Imap?.Host},
            imap_port = {mailbox.Imap?.Port ?? 0},
            imap_tls = {mailbox.Imap?.Tls.Word() ?? ""},
            user_name = {mailbox.UserName},
            uses_oauth = {mailbox.UsesOAuth},
            plus_address = {mailbox.PlusAddress.Word()},
            secret = {mailbox.Secret},
            state = {ToText(mailbox.State)},
            fault = null,
            fault_at = null,
            sending_fault = null,
            sending_fault_at = null,
            lease_until = 0,
            fence = fence + 1
        where company_id = {mailbox.CompanyId} and id = {mailbox.Id}
        """, ct);

    public Task<List<Mailbox>> ListAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from mailboxes
        where company_id = {companyId}
        order by id
        limit {Mailbox.MaxOfCompany}
        """, Read, ct);

    public async Task<Mailbox?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from mailboxes
        where company_id = {companyId} and id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Uses the index mailboxes_address.</summary>
    public async Task<Mailbox?> FindByAddressAsync(long companyId, string address, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from mailboxes
        where company_id = {companyId} and address_key = {EmailAddress.Key(address)}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Deletes a mailbox and what is known of its folders. Call it in a transaction.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync(long companyId, long id, CancellationToken ct)
    {
        await db.ExecuteAsync($"delete from mailbox_folders where company_id = {companyId} and mailbox_id = {id}", ct);
        return await db.ExecuteAsync($"delete from mailboxes where company_id = {companyId} and id = {id}", ct) == 1;
    }

    /// <summary>Claims up to this many mailboxes that nobody reads, those that have waited longest first. Uses the index mailboxes_due.</summary>
    public Task<List<Mailbox>> LeaseAsync(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken ct) => db.QueryAsync($"""
        with next as (
            select m.company_id, m.id
            from mailboxes m
            where m.imap_host is not null and m.state <> 'paused' and m.lease_until <= {now}
            order by m.lease_until, m.id
            limit {limit}
            {db.Dialect.ForUpdateSkipLocked("m")}
        )
        update mailboxes
        set lease_until = {now + lease},
            fence = fence + 1
        where (company_id, id) in (select company_id, id from next)
        returning {Columns}
        """, Read, ct);

    /// <summary>Stores what the mailbox logs in with from now on. Whoever reads it goes on.</summary>
    /// <returns>False: somebody else has replaced it meanwhile, or removed the mailbox.</returns>
    public async Task<bool> ReplaceSecretAsync(Mailbox mailbox, string secret, CancellationToken ct) => await db.ExecuteAsync($"""
        update mailboxes
        set secret = {secret}
        where company_id = {mailbox.CompanyId} and id = {mailbox.Id} and secret = {mailbox.Secret}
        """, ct) == 1;

    /// <summary>Lists the secrets of all companies' mailboxes after a place, in the order of the primary key.</summary>
    public Task<List<KeptSecret>> ListSecretsAsync((long CompanyId, long Id) after, int limit, CancellationToken ct) => db.QueryAsync($"""
        select company_id, id, secret
        from mailboxes
        where (company_id, id) > ({after.CompanyId}, {after.Id})
        order by company_id, id
        limit {limit}
        """, row => new KeptSecret(row.GetInt64(0), row.GetInt64(1), MailboxSecrets.PurposeOf(row.GetInt64(0), row.GetInt64(1)), [row.GetString(2)]), ct);

    /// <returns>False: somebody has changed the secret meanwhile.</returns>
    public async Task<bool> ReplaceSecretAsync(KeptSecret before, IReadOnlyList<string?> secrets, CancellationToken ct) => await db.ExecuteAsync($"""
        update mailboxes
        set secret = {secrets[0]}
        where company_id = {before.CompanyId} and id = {before.Id} and secret = {before.Secrets[0]}
        """, ct) == 1;

    /// <summary>Records that the mailbox was read without a fault, and moves the end of the lease.</summary>
    /// <returns>The mailbox as it is now. Null: another node reads it, or somebody has changed, paused or deleted it.</returns>
    public async Task<Mailbox?> ExtendAsync(Mailbox held, DateTimeOffset now, DateTimeOffset until, CancellationToken ct) => (await db.QueryAsync($"""
        update mailboxes
        set state = 'active',
            fault = null,
            fault_at = null,
            read_at = {now},
            lease_until = {until}
        where company_id = {held.CompanyId} and id = {held.Id} and fence = {held.Fence} and state <> 'paused'
        returning {Columns}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Records why the mailbox could not be read, and when it may be claimed again.</summary>
    /// <returns>The mailbox as it is now. Null: another node reads it, or somebody has changed, paused or deleted it.</returns>
    public async Task<Mailbox?> ReportFaultAsync(Mailbox held, string fault, DateTimeOffset now, DateTimeOffset again, CancellationToken ct) => (await db.QueryAsync($"""
        update mailboxes
        set state = 'failed',
            fault_at = case when fault is null then {now} else fault_at end,
            fault = {fault},
            lease_until = {again}
        where company_id = {held.CompanyId} and id = {held.Id} and fence = {held.Fence} and state <> 'paused'
        returning {Columns}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Records why no mail can leave through the mailbox. Whoever reads it goes on.</summary>
    /// <param name="fault">Null: mail can leave.</param>
    /// <returns>The mailbox as it is now. Null: somebody has paused or deleted it.</returns>
    public async Task<Mailbox?> SetSendingFaultAsync(Mailbox mailbox, string? fault, DateTimeOffset now, CancellationToken ct) => (await db.QueryAsync($"""
        update mailboxes
        set sending_fault = {fault},
            sending_fault_at = {(fault is null ? null : (DateTimeOffset?)now)}
        where company_id = {mailbox.CompanyId} and id = {mailbox.Id} and state <> 'paused'
        returning {Columns}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Records since when people know that the mailbox fails, and the task of its owner.</summary>
    public Task SetFailingAsync(Mailbox mailbox, DateTimeOffset? since, long? todoId, CancellationToken ct) => db.ExecuteAsync($"""
        update mailboxes
        set failing_since = {since},
            todo_id = {todoId}
        where company_id = {mailbox.CompanyId} and id = {mailbox.Id}
        """, ct);

    /// <summary>Ends all leases, so that each mailbox is read at once.</summary>
    public Task ReleaseLeasesAsync(CancellationToken ct) => db.ExecuteAsync($"update mailboxes set lease_until = 0 where lease_until > 0", ct);

    /// <summary>Ends the lease, so that another node can read the mailbox at once.</summary>
    public Task ReleaseAsync(Mailbox held, CancellationToken ct) => db.ExecuteAsync($"""
        update mailboxes
        set lease_until = 0
        where company_id = {held.CompanyId} and id = {held.Id} and fence = {held.Fence} and state <> 'failed'
        """, ct);

    /// <summary>The column says only whether it can be read: both directions have a fault of their own.</summary>
    private static MailboxState StateOf(DbDataReader row) => Enum.Parse<MailboxState>(row.Text("state"), ignoreCase: true) switch
    {
        MailboxState.Active when row.TextOrNull("sending_fault") is not null => MailboxState.Failed,
        var kept => kept,
    };

    private static string ToText(MailboxState state) => state.ToString().ToLowerInvariant();

    private static Mailbox Read(DbDataReader row) => new()
    {
        CompanyId = row.Integer("company_id"),
        Id = row.Integer("id"),
        UserId = row.IntegerOrNull("user_id"),
        Address = row.Text("address"),
        Name = row.Text("name"),
        Smtp = new MailHost(row.Text("smtp_host"), row.Int("smtp_port"), MailTlsWords.Read(row.Text("smtp_tls"))),
        Imap = row.TextOrNull("imap_host") is { } host ? new MailHost(host, row.Int("imap_port"), MailTlsWords.Read(row.Text("imap_tls"))) : null,
        UserName = row.Text("user_name"),
        UsesOAuth = row.Flag("uses_oauth"),
        PlusAddress = PlusAddressUses.Read(row.Text("plus_address")),
        Secret = row.Text("secret"),
        State = StateOf(row),
        Fault = row.TextOrNull("fault"),
        FaultAt = row.TimeOrNull("fault_at"),
        SendingFault = row.TextOrNull("sending_fault"),
        SendingFaultAt = row.TimeOrNull("sending_fault_at"),
        FailingSince = row.TimeOrNull("failing_since"),
        ToDoId = row.IntegerOrNull("todo_id"),
        ReadAt = row.TimeOrNull("read_at"),
        CreatedAt = row.Time("created_at"),
        Fence = row.Integer("fence"),
    };
}
