using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

namespace Sluice.Engine.Mailboxes;

/// <summary>Opens the IMAP connection of a mailbox, with its password or an access token.</summary>
internal sealed class OpenMailbox(MailboxSecrets secrets, MailboxTokens tokens)
{
    /// <exception cref="MailboxFault">The server cannot be reached, or refuses the login.</exception>
    public Task<ImapClient> RunAsync(Mailbox mailbox, CancellationToken ct) => MailboxConnection.OpenAsync(mailbox.Imap!, client => LogInAsync(client, mailbox, ct), ct);

    /// <returns>Junk, if there is one, and then the inbox.</returns>
    public static async Task<List<IMailFolder>> FoldersAsync(ImapClient client, CancellationToken ct) =>
        await FindFolderAsync(client, SpecialFolder.Junk, ["Junk", "Spam"], ct) is { } junk ? [junk, client.Inbox!] : [client.Inbox!];

    /// <summary>Finds a folder by its role, or by its name if the server knows no roles.</summary>
    public static async Task<IMailFolder?> FindFolderAsync(ImapClient client, SpecialFolder role, string[] names, CancellationToken ct)
    {
        var found = (client.Capabilities & (ImapCapabilities.SpecialUse | ImapCapabilities.XList)) != 0 ? client.GetFolder(role) : null;
        return found is null && client.PersonalNamespaces.Count > 0
            ? (await client.GetFolder(client.PersonalNamespaces[0]).GetSubfoldersAsync(false, ct)).FirstOrDefault(folder => names.Contains(folder.Name) && folder.Exists)
            : found;
    }

    private async Task LogInAsync(ImapClient client, Mailbox mailbox, CancellationToken ct)
    {
        if (!mailbox.UsesOAuth)
        {
            await client.AuthenticateAsync(mailbox.UserName, secrets.Decrypt(mailbox), ct);
            return;
        }

        var token = tokens.Of(mailbox);
        try
        {
            await client.AuthenticateAsync(
                await token.LogInAsync(client.AuthenticationMechanisms, ct) ?? throw new MailboxFault($"{mailbox.Imap!.Host} takes no access tokens (OAUTHBEARER, XOAUTH2)", trouble: MailboxTrouble.Login), ct);
        }
        catch (AuthenticationException fault)
        {
            token.Forget();
            throw new MailboxFault("The mail server refuses the access token: check its scope, and that the mailbox may be read by IMAP", fault, MailboxTrouble.Login);
        }
    }
}
