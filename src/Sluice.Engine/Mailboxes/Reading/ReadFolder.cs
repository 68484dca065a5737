using System.Collections.Concurrent;
using MailKit;
using MailKit.Search;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mailboxes.Reading;

/// <summary>
/// Takes what is new in a folder, oldest first. Each message has its effect in one transaction with the mark that says it was read: a process that dies
/// in between has done neither.
/// </summary>
internal sealed partial class ReadFolder(Db db, TakeMessage take, TimeProvider clock, ILogger<ReadFolder> logger)
{
    public const string Inbox = "inbox";

    /// <summary>The bytes of a message that are read. What somebody wrote stands at its beginning.</summary>
    private const int MaxBytes = 1024 * 1024;

    /// <summary>How far back messages are looked at again after a server has numbered its messages anew. Each has its effect once, by its Message-ID.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(2);

    private const int MaxLookedBack = 5000;

    /// <summary>A message that fails so often is left out: it must not keep all later ones away.</summary>
    private const int MaxFailures = 3;

    private readonly ILogger _logger = logger;
    private readonly ConcurrentDictionary<(long MailboxId, string Folder, uint Uid), int> _failures = new();

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
        var (raw, mark) = (await FetchAsync(folder, uid, ct), new FolderMark(folder.UidValidity, uid.Id));
        var key = (held.Id, NameOf(folder), uid.Id);
        try
        {
            var isHeld = await take.RunAsync(held, raw, tx => MarkAsync(tx, held, NameOf(folder), mark, ct), ct);
            _failures.TryRemove(key, out _);
            return isHeld;
        }
        catch (Exception fault) when (fault is not OperationCanceledException && _failures.AddOrUpdate(key, 1, (_, times) => times + 1) >= MaxFailures)
        {
            var isHeld = await SaveAsync(held, folder, mark, ct); // If this fails too, it is the database and not the message.
            _failures.TryRemove(key, out _);
            LogLeftOut(uid.Id, held.Id, held.CompanyId, fault);
            return isHeld;
        }
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

    private Task<bool> SaveAsync(Mailbox held, IMailFolder folder, FolderMark mark, CancellationToken ct) =>
        db.InTransactionAsync(tx => MarkAsync(tx, held, NameOf(folder), mark, ct), ct);

    /// <summary>Records how far a folder was read.</summary>
    /// <returns>False: another reader holds the mailbox, and nothing is recorded.</returns>
    public static async Task<bool> MarkAsync(IDbSession tx, Mailbox held, string folder, FolderMark mark, CancellationToken ct)
    {
        var folders = new MailboxFolderStore(tx);
        var isHeld = await folders.LockAsync(held, ct);
        await (isHeld ? folders.SaveAsync(held, folder, mark, ct) : Task.CompletedTask);
        return isHeld;
    }

    /// <summary>Not the server's name of the folder, which depends on the language of the mailbox.</summary>
    private static string NameOf(IMailFolder folder) => folder.Attributes.HasFlag(FolderAttributes.Inbox) ? Inbox : "junk";

    [LoggerMessage(1, LogLevel.Error, "Message {Uid} of mailbox {MailboxId} of company {CompanyId} failed three times, and is left out")]
    private partial void LogLeftOut(uint uid, long mailboxId, long companyId, Exception fault);

    private static async Task<uint> LastUidAsync(IMailFolder folder, CancellationToken ct) => folder.UidNext is { } next
        ? next.Id - 1
        : (await folder.SearchAsync(SearchQuery.All, ct)).Select(uid => uid.Id).DefaultIfEmpty().Max();
}
