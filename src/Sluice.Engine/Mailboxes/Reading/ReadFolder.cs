using MailKit;
using MailKit.Search;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mailboxes.Reading;

/// <summary>
/// Takes what is new in a folder, oldest first. Each message has its effect in one transaction with the mark that says it was read: a process that dies
/// in between has done neither.
/// </summary>
internal sealed class ReadFolder(Db db, TakeMessage take, TimeProvider clock)
{
    /// <summary>The bytes of a message that are read. What somebody wrote stands at its beginning.</summary>
    private const int MaxBytes = 1024 * 1024;

    /// <summary>How far back messages are looked at again after a server has numbered its messages anew. Each has its effect once, by its Message-ID.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(2);

    private const int MaxLookedBack = 5000;

    /// <returns>False: another reader holds the mailbox.</returns>
    public async Task<bool> RunAsync(Mailbox held, IMailFolder folder, CancellationToken ct)
    {
        await folder.OpenAsync(FolderAccess.ReadOnly, ct);
        var mark = await db.InTransactionAsync(tx => new MailboxFolderStore(tx).FindAsync(held, NameOf(folder), ct), ct);
        if (mark is null)
        {
            return await SaveAsync(held, folder, new FolderMark(folder.UidValidity, await LastUidAsync(folder, ct)), ct); // Old mail is left alone.
        }

        var uids = mark.Value.UidValidity == folder.UidValidity
            ? (await folder.SearchAsync(SearchQuery.Uids(new UniqueIdRange(new UniqueId(mark.Value.LastUid + 1), UniqueId.MaxValue)), ct)).Where(uid => uid.Id > mark.Value.LastUid)
            : (await folder.SearchAsync(SearchQuery.DeliveredAfter(((held.ReadAt ?? clock.GetUtcNow()) - LookBack).UtcDateTime), ct)).TakeLast(MaxLookedBack);
        foreach (var uid in uids.OrderBy(uid => uid.Id))
        {
            if (!await TakeAsync(held, folder, uid, ct))
            {
                return false;
            }
        }

        return mark.Value.UidValidity == folder.UidValidity || await SaveAsync(held, folder, new FolderMark(folder.UidValidity, await LastUidAsync(folder, ct)), ct);
    }

    private async Task<bool> TakeAsync(Mailbox held, IMailFolder folder, UniqueId uid, CancellationToken ct)
    {
        var raw = await FetchAsync(folder, uid, ct);
        return await db.InTransactionAsync(
            async tx =>
            {
                var folders = new MailboxFolderStore(tx);
                if (!await folders.LockAsync(held, ct))
                {
                    return false;
                }

                if (raw is not null)
                {
                    await take.RunAsync(tx, held, raw, ct);
                }

                await folders.SaveAsync(held, NameOf(folder), new FolderMark(folder.UidValidity, uid.Id), ct);
                return true;
            },
            ct);
    }

    /// <returns>Null: somebody has deleted the message since.</returns>
    private static async Task<byte[]?> FetchAsync(IMailFolder folder, UniqueId uid, CancellationToken ct)
    {
        try
        {
            await using var stream = await folder.GetStreamAsync(uid, 0, MaxBytes, ct);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, ct);
            return copy.ToArray();
        }
        catch (MessageNotFoundException)
        {
            return null;
        }
    }

    private Task<bool> SaveAsync(Mailbox held, IMailFolder folder, FolderMark mark, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var folders = new MailboxFolderStore(tx);
            var isHeld = await folders.LockAsync(held, ct);
            await (isHeld ? folders.SaveAsync(held, NameOf(folder), mark, ct) : Task.CompletedTask);
            return isHeld;
        },
        ct);

    /// <summary>Not the server's name of the folder, which depends on the language of the mailbox.</summary>
    private static string NameOf(IMailFolder folder) => folder.Attributes.HasFlag(FolderAttributes.Inbox) ? "inbox" : "junk";

    private static async Task<uint> LastUidAsync(IMailFolder folder, CancellationToken ct) => folder.UidNext is { } next
        ? next.Id - 1
        : (await folder.SearchAsync(SearchQuery.All, ct)).Select(uid => uid.Id).DefaultIfEmpty().Max();
}
