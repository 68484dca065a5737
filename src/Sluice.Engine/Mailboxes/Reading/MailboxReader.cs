using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mailboxes.Reading;

/// <summary>Reads a mailbox for as long as this node holds it: the inbox at once when the server says that something came, and all folders each round.</summary>
internal sealed class MailboxReader(Db db, ReadFolder readFolder, MailboxSecrets secrets, MailboxTokens tokens, RecordMailboxHealth health, TimeProvider clock)
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
        using var client = await MailboxConnection.OpenAsync(host, client => LogInAsync(client, held, ct), ct);
        try
        {
            var folders = await FoldersAsync(client, ct);
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

    private async Task LogInAsync(ImapClient client, Mailbox held, CancellationToken ct)
    {
        if (!held.UsesOAuth)
        {
            await client.AuthenticateAsync(held.UserName, secrets.Decrypt(held), ct);
            return;
        }

        var token = tokens.Of(held);
        try
        {
            await client.AuthenticateAsync(await token.LogInAsync(client.AuthenticationMechanisms, ct) ?? throw new MailboxFault($"{held.Imap!.Host} takes no access tokens (OAUTHBEARER, XOAUTH2)", trouble: MailboxTrouble.Login), ct);
        }
        catch (AuthenticationException fault)
        {
            token.Forget();
            throw new MailboxFault("The mail server refuses the access token: check its scope, and that the mailbox may be read by IMAP", fault, MailboxTrouble.Login);
        }
    }

    /// <returns>Junk, if there is one, and then the inbox, which stays open.</returns>
    private static async Task<List<IMailFolder>> FoldersAsync(ImapClient client, CancellationToken ct)
    {
        var junk = (client.Capabilities & (ImapCapabilities.SpecialUse | ImapCapabilities.XList)) != 0 ? client.GetFolder(SpecialFolder.Junk) : null;
        if (junk is null && client.PersonalNamespaces.Count > 0)
        {
            junk = (await client.GetFolder(client.PersonalNamespaces[0]).GetSubfoldersAsync(false, ct)).FirstOrDefault(folder => folder.Name is "Junk" or "Spam" && folder.Exists);
        }

        return junk is null ? [client.Inbox!] : [junk, client.Inbox!];
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
