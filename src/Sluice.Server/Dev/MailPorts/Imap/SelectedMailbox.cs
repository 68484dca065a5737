using Sluice.Server.Dev.MailPorts.Connections;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>
/// The mailbox that a session has selected, as its client knows it. The client numbers the messages by itself, so the list changes only when the client is
/// told (<see cref="Tell"/>).
/// </summary>
internal sealed class SelectedMailbox(ImapMailbox mailbox, bool isReadOnly)
{
    private readonly List<ShownEntry> _shown = [.. mailbox.Entries.Select(entry => new ShownEntry(entry))];

    public ImapMailbox Mailbox => mailbox;

    public bool IsReadOnly => isReadOnly;

    public int Count => _shown.Count;

    /// <summary>The messages of a set with their numbers, in order.</summary>
    /// <param name="isUid">Whether the set has UIDs, not numbers.</param>
    public List<(uint Number, ImapEntry Entry)> Find(SequenceSet set, bool isUid)
    {
        var last = isUid ? (uint)(_shown is [.., var newest] ? newest.Entry.Uid : 0) : (uint)_shown.Count;
        return [.. All().Where(one => set.Has(isUid ? one.Entry.Uid : one.Number, last))];
    }

    public IEnumerable<(uint Number, ImapEntry Entry)> All() => _shown.Select((one, at) => ((uint)at + 1, one.Entry));

    /// <summary>The client has just been told the flags of this message.</summary>
    public void HasToldFlags(uint number) => _shown[(int)number - 1].Told = _shown[(int)number - 1].Entry.Flags;

    /// <summary>Tells the client what has changed since: what has gone, what is new, and flags that other sessions have set.</summary>
    /// <returns>Whether there was anything to tell.</returns>
    public bool Tell(MailConnection client)
    {
        var now = mailbox.Entries;
        var isChanged = TellGone(client, now);
        var news = now.Where(entry => _shown is not [.., var last] || entry.Uid > last.Entry.Uid).ToList();
        if (news.Count > 0)
        {
            _shown.AddRange(news.Select(entry => new ShownEntry(entry)));
            client.WriteLine($"* {_shown.Count} EXISTS");
            isChanged = true;
        }

        foreach (var (at, one) in _shown.Index().Where(one => one.Item.Told != one.Item.Entry.Flags))
        {
            one.Told = one.Entry.Flags;
            client.WriteLine($"* {at + 1} FETCH (UID {one.Entry.Uid} FLAGS {MailFlagWords.Write(one.Told)})");
            isChanged = true;
        }

        return isChanged;
    }

    /// <summary>From the end, because each message that goes changes the numbers behind it.</summary>
    private bool TellGone(MailConnection client, IReadOnlyList<ImapEntry> now)
    {
        var (there, before) = (now.Select(entry => entry.Uid).ToHashSet(), _shown.Count);
        for (var at = _shown.Count - 1; at >= 0; at--)
        {
            if (!there.Contains(_shown[at].Entry.Uid))
            {
                _shown.RemoveAt(at);
                client.WriteLine($"* {at + 1} EXPUNGE");
            }
        }

        return _shown.Count < before;
    }

    private sealed class ShownEntry(ImapEntry entry)
    {
        public ImapEntry Entry => entry;

        public MailFlags Told { get; set; } = entry.Flags;
    }
}
