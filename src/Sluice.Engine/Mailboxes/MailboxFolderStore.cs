using Sluice.Engine.Storage;

namespace Sluice.Engine.Mailboxes;

/// <summary>How far each folder of a mailbox has been read.</summary>
internal sealed class MailboxFolderStore(IDbSession tx)
{
    /// <summary>Locks the mailbox, so that two readers cannot both take a message.</summary>
    /// <returns>Whether the reader still holds the mailbox.</returns>
    public async Task<bool> LockAsync(Mailbox held, CancellationToken ct) => (await tx.QueryAsync($"""
        select m.fence
        from mailboxes m
        where m.company_id = {held.CompanyId} and m.id = {held.Id} and m.fence = {held.Fence}
        {tx.Dialect.ForUpdateOf("m")}
        """, row => row.GetInt64(0), ct)).Count == 1;

    public async Task<FolderMark?> FindAsync(Mailbox mailbox, string folder, CancellationToken ct) => (await tx.QueryAsync($"""
        select uid_validity, last_uid
        from mailbox_folders
        where company_id = {mailbox.CompanyId} and mailbox_id = {mailbox.Id} and folder = {folder}
        """, row => (FolderMark?)new FolderMark((uint)row.Integer("uid_validity"), (uint)row.Integer("last_uid")), ct)).SingleOrDefault();

    public Task SaveAsync(Mailbox mailbox, string folder, FolderMark mark, CancellationToken ct) => tx.ExecuteAsync($"""
        insert into mailbox_folders (company_id, mailbox_id, folder, uid_validity, last_uid)
        values ({mailbox.CompanyId}, {mailbox.Id}, {folder}, {(long)mark.UidValidity}, {(long)mark.LastUid})
        on conflict (company_id, mailbox_id, folder) do update
        set uid_validity = excluded.uid_validity,
            last_uid = excluded.last_uid
        """, ct);
}

/// <summary>The last message of a folder that was read. When the server changes <paramref name="UidValidity"/>, it has numbered all messages anew.</summary>
internal readonly record struct FolderMark(uint UidValidity, uint LastUid);
