using Sluice.Server.Dev.MailPorts.Kept;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>The mailboxes that somebody has looked at since the start, so that all sessions see the same numbers and flags.</summary>
internal sealed class Mailboxes : IDisposable
{
    /// <summary>When there are more, those that nobody has open are forgotten, with their flags.</summary>
    public const int Max = 500;

    private readonly Lock _lock = new();
    private readonly Dictionary<MailboxName, ImapMailbox> _all = [];
    private long _validity;

    public ImapMailbox Get(MailboxName name)
    {
        lock (_lock)
        {
            if (_all.TryGetValue(name, out var known))
            {
                return known;
            }

            if (_all.Count >= Max)
            {
                _all.Values.Where(one => one.Sessions == 0).ToList().ForEach(one => _all.Remove(one.Name));
            }

            _validity = Math.Max(_validity + 1, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()); // The dev clock may be moved back.
            return _all[name] = new ImapMailbox(name, (uint)_validity);
        }
    }

    public ImapMailbox Open(MailboxName name)
    {
        lock (_lock)
        {
            var mailbox = Get(name);
            mailbox.Sessions++;
            return mailbox;
        }
    }

    public void Close(ImapMailbox mailbox)
    {
        lock (_lock)
        {
            mailbox.Sessions--;
        }
    }

    public void Dispose()
    {
        foreach (var one in _all.Values)
        {
            one.Dispose();
        }
    }
}
