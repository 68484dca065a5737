using Sluice.Server.Dev.MailPorts.Kept;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>
/// A mailbox as all sessions see it: which messages it has, in the order in which they were found, with their numbers (UID) and flags. It lives as long
/// as the process.
/// </summary>
internal sealed class ImapMailbox(MailboxName name, uint validity) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HashSet<MailKey> _expunged = [];

    public MailboxName Name => name;

    /// <summary>Changes when the numbers do (UIDVALIDITY).</summary>
    public uint Validity => validity;

    public uint NextUid { get; private set; } = 1;

    /// <summary>Never changed: a change puts another list in its place.</summary>
    public IReadOnlyList<ImapEntry> Entries { get; private set; } = [];

    /// <summary>How many sessions have it open.</summary>
    public int Sessions { get; set; }

    /// <summary>Takes in what is new, and drops what is there no longer.</summary>
    public Task RefreshAsync(CapturedMail captured, CancellationToken ct) => InTurnAsync(
        async () =>
        {
            var listed = await captured.ListAsync(name, ct);
            _expunged.IntersectWith(listed.Select(one => one.Key));
            var there = listed.Select(one => one.Key).ToHashSet();
            var kept = Entries.Where(entry => there.Contains(entry.Mail.Key)).ToList();
            var known = kept.Select(entry => entry.Mail.Key).Concat(_expunged).ToHashSet();
            Entries = [.. kept, .. listed.Where(one => !known.Contains(one.Key)).Select(one => new ImapEntry(NextUid++, one))];
        },
        ct);

    /// <summary>Hides the messages that are marked as deleted. They stay in the database, and are there again after the next start.</summary>
    public Task ExpungeAsync(CancellationToken ct) => InTurnAsync(
        () =>
        {
            _expunged.UnionWith(Entries.Where(IsDeleted).Select(entry => entry.Mail.Key));
            Entries = [.. Entries.Where(entry => !IsDeleted(entry))];
            return Task.CompletedTask;
        },
        ct);

    public void Dispose() => _turn.Dispose();

    private static bool IsDeleted(ImapEntry entry) => entry.Flags.HasFlag(MailFlags.Deleted);

    private async Task InTurnAsync(Func<Task> work, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            await work();
        }
        finally
        {
            _turn.Release();
        }
    }
}

/// <summary>A message in a mailbox.</summary>
internal sealed class ImapEntry(uint uid, ListedMail mail)
{
    public uint Uid => uid;

    public ListedMail Mail => mail;

    public MailFlags Flags { get; set; }
}
