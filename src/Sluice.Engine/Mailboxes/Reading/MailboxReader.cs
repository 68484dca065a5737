using MailKit;
using MailKit.Net.Imap;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mailboxes.Reading;

/// <summary>Reads a mailbox for as long as this node holds it: the inbox at once when the server says that something came, and all folders each round.</summary>
internal sealed class MailboxReader(Db db, ReadFolder readFolder, OpenMailbox open, RecordMailboxHealth health, TimeProvider clock)
{
    /// <summary>After its node has died, a mailbox waits so long for another.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(90);

    /// <summary>How long a round waits for news. Well below the 29 minutes after which servers may hang up [RFC 2177], and below the lease.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);

    /// <summary>How often a server that does not push news is asked for them.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>Ends when another node has the mailbox, or when somebody has changed, paused or deleted it.</summary>
    /// <exception cref="MailboxFault">The server cannot be reached, or refuses the login.</exception>
    public async Task RunAsync(Mailbox held, CancellationToken ct)
    {
        var host = held.Imap!;
        using var client = await open.RunAsync(held, ct);
        try
        {
            var folders = await OpenMailbox.FoldersAsync(client, ct);
            while (await ReadAllAsync(held, folders, ct))
            {
                await WaitAsync(client, folders[^1], ct);
            }

            await client.DisconnectAsync(quit: true, ct);
        }
        catch (Exception fault) when (MailboxConnection.IsPeerFault(fault))
        {
            throw MailboxConnection.FaultOf(fault, host);
        }
    }

    private async Task<bool> ReadAllAsync(Mailbox held, List<IMailFolder> folders, CancellationToken ct)
    {
        foreach (var folder in folders)
        {
            if (!await readFolder.RunAsync(held, folder, ct))
            {
                return false;
            }
        }

        var now = clock.GetUtcNow();
        return await db.InTransactionAsync(tx => health.WasReadAsync(tx, held, now, now + Lease, ct), ct);
    }

    private async Task WaitAsync(ImapClient client, IMailFolder inbox, CancellationToken ct)
    {
        if ((client.Capabilities & ImapCapabilities.Idle) == 0)
        {
            await Task.Delay(Poll, clock, ct);
            return;
        }

        using var done = new CancellationTokenSource(Round, clock);
        void OnNews(object? sender, EventArgs news) => done.Cancel();
        inbox.CountChanged += OnNews;
        try
        {
            await client.IdleAsync(done.Token, ct);
        }
        finally
        {
            inbox.CountChanged -= OnNews;
        }
    }
}
